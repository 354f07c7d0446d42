"""Views of a list that hanna comes back to, alone or together with others."""

import re
from html import unescape
from typing import Any

import pytest

from accounts.models import SavedView, User
from accounts.saved_views import MOST
from tests.conftest import signed_in

PEOPLE, PLAYS = "/admin/people/employee/", "/admin/recordings/playsession/"
WITHOUT = "enrolled=no&o=2"


@pytest.fixture
def ivo(acme: object) -> User:
    return User.objects.create_user("ivo", None, family_name="伊藤", roles=["it_admin"])


def keep(user: User, name: str = "未登録", **fields: str) -> Any:
    given = {"list": "people.employee", "query": WITHOUT, "name": name} | fields
    return signed_in(user).post("/admin/views/keep/", given)


def shown(user: User, address: str = PEOPLE) -> dict[str, str]:
    """By their names, where the links above the list lead."""
    page = signed_in(user).get(address).text
    links = re.findall(r'href="(/admin/views/\d+/)"[^>]*>([^<]+)<', page)
    return {unescape(name): link for link, name in links}


def test_hanna_comes_back_to_what_she_looked_at(hanna: User, ivo: User) -> None:
    page = signed_in(hanna).get(f"{PEOPLE}?p=2&{WITHOUT}")
    assert page.context["query_now"] == WITHOUT
    assert keep(hanna).headers["Location"] == f"{PEOPLE}?{WITHOUT}"
    link = shown(hanna)["未登録"]
    assert signed_in(hanna).get(link).headers["Location"] == f"{PEOPLE}?{WITHOUT}"
    assert shown(hanna, PLAYS) == {}
    assert shown(ivo) == {}
    assert signed_in(ivo).get(link).status_code == 404


def test_a_shared_one_is_everybodys_to_open_and_its_owners_to_remove(
    hanna: User, ivo: User
) -> None:
    keep(hanna, is_shared="on")
    link = shown(ivo)["未登録"]
    assert signed_in(ivo).get(link).headers["Location"] == f"{PEOPLE}?{WITHOUT}"
    assert signed_in(ivo).post(f"{link}remove/").status_code == 404
    assert "削除する" not in signed_in(ivo).get(PEOPLE).text
    assert signed_in(hanna).post(f"{link}remove/").headers["Location"] == PEOPLE
    assert shown(ivo) == {}


def test_anyone_who_may_not_open_the_list_opens_no_view_of_it(hanna: User, ivo: User) -> None:
    keep(hanna, "未確認", list="recordings.playsession", query="review=recent", is_shared="on")
    link = shown(hanna, PLAYS)["未確認"]
    assert signed_in(ivo).get(link).status_code == 404
    assert keep(ivo, list="recordings.playsession", query="").status_code == 404
    assert keep(ivo, list="people.site", query="").status_code == 404


def test_the_same_name_again_is_the_newer_view(hanna: User) -> None:
    keep(hanna)
    keep(hanna, query="covered=no")
    assert [(one.name, one.query) for one in SavedView.objects.all()] == [("未登録", "covered=no")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"query": "user__password__startswith=x"},
        {"query": "nothing=1"},
        {"query": "site__id=x"},
        {"query": "q=" + "x" * 500},
        {"query": "site__name=%00"},
        {"name": ""},
        {"name": "あ" * 41},
    ],
)
def test_what_the_list_does_not_understand_is_not_kept(hanna: User, wrong: dict[str, str]) -> None:
    given = {"list": "people.employee", "query": WITHOUT, "name": "未登録"} | wrong
    page = signed_in(hanna).post("/admin/views/keep/", given, follow=True)
    assert (page.status_code, page.redirect_chain) == (200, [(PEOPLE, 302)])
    assert "この表示条件は保存できません" in page.text
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("gone", ["user__password__startswith=x", "nothing__exact=1"])
def test_a_filter_that_has_gone_since_leads_to_the_whole_list(hanna: User, gone: str) -> None:
    view = SavedView.objects.create(owner=hanna, list="people.employee", name="前の", query=gone)
    page = signed_in(hanna).get(f"/admin/views/{view.pk}/", follow=True)
    assert (page.status_code, page.redirect_chain) == (200, [(PEOPLE, 302)])
    assert "今は使えない絞り込みがあります" in page.text


def test_thirty_are_enough(hanna: User) -> None:
    SavedView.objects.bulk_create(
        SavedView(owner=hanna, list="people.employee", name=f"{n}", query="") for n in range(MOST)
    )
    keep(hanna, "もう一つ")
    keep(hanna, "0")
    assert SavedView.objects.count() == MOST
    assert SavedView.objects.get(name="0").query == WITHOUT
