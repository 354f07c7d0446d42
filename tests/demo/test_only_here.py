"""The demo's password and links are good at the machine itself only."""

import uuid
from typing import Any

import pytest
from django.test import Client

from demo.links import phone_signer, signer
from demo.seed import PASSWORD
from tenants.models import Company
from tests.conftest import Phone
from tests.demo.conftest import ELSEWHERE, browser

SENTENCE = "デモのパスワードは、デモを動かしている端末でだけ使えます"
LINK = f"/demo/sign-in/{signer().sign('acme:boris')}/"


def tries(password: str, **how: Any) -> Any:
    form = {"login": "boris", "password": password}
    return browser("acme.localhost").post("/accounts/login/", form, **how)


def test_here_the_password_is_good(acme: Company) -> None:
    assert tries(PASSWORD).status_code == 302


@pytest.mark.parametrize("how", ELSEWHERE, ids=str)
def test_from_elsewhere_the_password_is_refused_in_words(acme: Company, how: Any) -> None:
    answer = tries(PASSWORD, **how)
    assert answer.status_code == 200
    assert SENTENCE in answer.text


@pytest.mark.parametrize("how", ELSEWHERE, ids=str)
def test_from_elsewhere_no_link_signs_anybody_in(acme: Company, how: Any) -> None:
    stranger: Client = browser("acme.localhost")
    for path in (LINK, f"/demo/phone/{phone_signer().sign('acme')}/"):
        answer = stranger.get(path, **how)
        assert answer.status_code == 403
        assert "デモを動かしている端末でだけ使えます" in answer.text
        assert not stranger.cookies


def test_a_name_that_is_not_this_machines_opens_nothing(acme: Company) -> None:
    """A proxy that adds no header still passes on the name that it serves."""
    acme.domains.create(domain="sobani.example")
    assert browser("sobani.example").get(LINK).status_code == 403


def test_a_password_of_ones_own_is_good_from_everywhere(acme: Company, boris) -> None:
    boris.set_password("hidamari no niwa 7")
    boris.save()
    assert tries("hidamari no niwa 7", REMOTE_ADDR="192.0.2.7").status_code == 302


def test_an_enrolled_phone_is_good_from_everywhere(annas_phone: Phone) -> None:
    press = {"tap_id": str(uuid.uuid4())}
    pressed = annas_phone.call("post", "incidents", press, REMOTE_ADDR="192.0.2.7")
    assert pressed.status_code == 201


def test_behind_a_socket_without_addresses_nobody_sits_at_the_machine(acme: Company) -> None:
    assert browser("acme.localhost").get(LINK, REMOTE_ADDR="").status_code == 403
