"""自分の設定: one page for everybody who signs in, and choices that hold after signing out."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.browsers import name_of_browser
from accounts.models import User
from demo.seed import PASSWORD
from tenants.context import run_in
from tests.conftest import signed_in
from tests.support.second_factor import SET_UP, browser, with_password

PAGE = "/accounts/me/"
ALWAYS, BY_SYSTEM = 'media="screen"', 'media="screen and (prefers-color-scheme: dark)"'


@pytest.fixture(autouse=True)
def fresh_counts(acme: Any) -> None:
    run_in(acme, cache.clear)


def choose(client: Client, **form: str) -> Any:
    return client.post(PAGE, {"language": "ja", "appearance": "system"} | form)


def text(client: Client, path: str) -> str:
    return str(client.get(path).content.decode())


@pytest.mark.parametrize("name", ["boris", "carla", "hanna"])
def test_everybody_of_the_company_has_it(acme: Any, name: str) -> None:
    page = text(signed_in(run_in(acme, User.objects.get, username=name)), PAGE)
    for heading in ("言語と画面の明るさ", "通知の届き方", "サインインの方法"):
        assert heading in page


def test_boris_sees_where_he_is_signed_in(boris: User) -> None:
    client = Client(headers={"Host": "acme.localhost"})
    client.post("/accounts/login/", {"login": "boris", "password": PASSWORD})
    assert "サインイン中の場所" in text(client, PAGE)


def test_the_portals_menu_leads_there(boris: User) -> None:
    assert f'href="{PAGE}"' in text(signed_in(boris), "/portal/")


@pytest.mark.parametrize(
    ("chosen", "said"), [("system", BY_SYSTEM), ("dark", ALWAYS), ("light", None)]
)
def test_the_brightness_that_boris_chose_holds_at_once(
    boris: User, chosen: str, said: str | None
) -> None:
    client = signed_in(boris)
    choose(client, appearance=chosen)
    for path in (PAGE, "/portal/", "/portal/conditions/", "/portal/there-is-none/"):
        page = text(client, path)
        assert f'data-appearance="{chosen}"' in page, path
        assert ("css/dark.css" in page) == bool(said), path
        assert said is None or said in page, path


def test_the_choices_survive_signing_out_and_another_browser(boris: User) -> None:
    client = browser("acme.localhost")
    client.post("/accounts/login/", {"login": "boris", "password": PASSWORD})
    choose(client, language="en", appearance="dark")
    assert 'lang="en"' in text(client, "/portal/")
    client.post("/accounts/logout/")
    left = text(client, "/accounts/login/")
    assert 'lang="en" data-appearance="dark"' in left

    elsewhere = browser("acme.localhost")
    assert 'lang="ja" data-appearance="system"' in text(elsewhere, "/accounts/login/")
    elsewhere.post("/accounts/login/", {"login": "boris", "password": PASSWORD})
    assert 'lang="en" data-appearance="dark"' in text(elsewhere, "/portal/")


def test_the_next_person_at_the_same_browser_has_their_own(boris: User) -> None:
    client = browser("acme.localhost")
    client.post("/accounts/login/", {"login": "boris", "password": PASSWORD})
    choose(client, language="en", appearance="dark")
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": "carla", "password": PASSWORD})
    assert 'lang="ja" data-appearance="system"' in text(client, "/portal/")


def test_where_boris_is_signed_in_can_be_ended_from_there(boris: User) -> None:
    here, there = browser("acme.localhost"), browser("acme.localhost")
    for client in (here, there):
        client.post("/accounts/login/", {"login": "boris", "password": PASSWORD})
        client.get("/portal/")
    assert 'action="/accounts/sessions/"' in text(here, PAGE)
    here.post("/accounts/sessions/")
    assert here.get("/portal/").status_code == 200
    assert there.get("/portal/").status_code == 302


def test_a_choice_that_is_none_changes_nothing(boris: User) -> None:
    answer = choose(signed_in(boris), language="xx", appearance="neon")
    assert answer.status_code == 422
    boris.refresh_from_db()
    assert (boris.language, boris.appearance) == ("ja", "system")


def test_an_english_reader_reads_their_name(boris: User) -> None:
    client = signed_in(boris)
    choose(client, language="en")
    assert "SATO Kenichi" in text(client, PAGE)


def test_hanna_is_asked_for_her_password_once(acme: Any) -> None:
    hanna = with_password("hanna", "acme.localhost")
    asked = hanna.get("/admin/", follow=True)
    assert asked.request["PATH_INFO"] == SET_UP
    page = asked.content.decode()
    assert "手順 2/2" in page
    assert "Microsoft Authenticator" in page
    assert "/accounts/2fa/webauthn/add/" in page
    assert 'type="password"' not in page


def test_a_session_that_gave_no_password_is_asked_before_the_set_up(boris: User) -> None:
    asked = signed_in(boris).get(SET_UP)
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")


def test_a_wrong_password_is_said_kindly_and_in_one_word_for_signing_in(acme: Any) -> None:
    client = browser("acme.localhost")
    page = client.post("/accounts/login/", {"login": "boris", "password": "wrong"}).content.decode()
    assert "サインイン名とパスワードの組み合わせが違います" in page
    assert "ログイン" not in page


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/130.0 Safari/537.36", "Windows Chrome"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537 Edg/130.0", "Windows Edge"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Safari/604.1", "iPhone Safari"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko Firefox/130.0", "Linux Firefox"),
        ("curl/8", "不明なブラウザー"),
    ],
)
def test_browsers_are_called_as_people_call_them(user_agent: str, name: str) -> None:
    assert name_of_browser(user_agent) == name
