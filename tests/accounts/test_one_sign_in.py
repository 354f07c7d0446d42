"""The administrations have no sign-in of their own: theirs would count no attempts."""

import pytest
from django.test import Client

from demo.seed import PASSWORD
from tests.conftest import signed_in

HOSTS = ["acme.localhost", "localhost"]


@pytest.mark.parametrize("host", HOSTS)
def test_the_administration_leads_to_the_sign_in_and_back(host, acme):
    nobody = Client(headers={"Host": host})
    sent = nobody.get("/admin/jobs/job/" if host == "localhost" else "/admin/people/site/")
    asked = nobody.get(sent["Location"])
    assert asked.status_code == 302
    assert asked["Location"].startswith("/accounts/login/?next=/admin/")
    assert 'name="login"' in nobody.get(asked["Location"]).content.decode()


@pytest.mark.parametrize("host", HOSTS)
def test_a_password_sent_to_the_administration_signs_nobody_in(host, acme):
    nobody = Client(headers={"Host": host})
    username = "platform" if host == "localhost" else "hanna"
    nobody.post("/admin/login/", {"username": username, "password": PASSWORD})
    assert "_auth_user_id" not in nobody.session


def test_anyone_who_has_nothing_to_do_there_is_told_so_and_not_sent_in_a_circle(boris):
    page = signed_in(boris).get("/admin/login/?next=/admin/")
    assert page.status_code == 403
    assert "表示できません" in page.content.decode()


def test_hanna_is_led_on(hanna):
    browser = signed_in(hanna)
    assert browser.get("/admin/login/?next=/admin/people/site/")["Location"] == "/admin/"
    assert browser.post("/admin/logout/")["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in browser.session
