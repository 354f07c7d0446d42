"""Who could not sign in and why: noted for HR and the IT department, without what was typed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models import F
from django.test import Client
from django.utils import timezone

from accounts.models import RefusedSignIn, User
from demo.seed import PASSWORD
from jobs.models import Job
from jobs.periodic import plant_missing
from jobs.runs import run_next
from tenants.context import run_in
from tenants.models import Company
from tests.accounts.conftest import Peer, browser, come_in, leave, peer, sso
from tests.conftest import signed_in
from tests.support.second_factor import code_of, set_up, with_password

__all__ = ["peer", "sso"]
LOGIN, LIST = "/accounts/login/", "/admin/accounts/refusedsignin/"
TYPED = "himitsu-no-password-1"


@pytest.fixture(autouse=True)
def _fresh(acme: Company) -> Iterator[None]:
    run_in(acme, cache.clear)
    yield
    run_in(acme, cache.clear)


def tries(login: str, password: str = TYPED, address: str = "203.0.113.77") -> Any:
    nobody = Client(headers={"Host": "acme.localhost"}, REMOTE_ADDR=address)
    return nobody.post(LOGIN, {"login": login, "password": password})


def noted() -> list[tuple[str | None, str, str, int]]:
    rows = RefusedSignIn.objects.order_by("pk")
    return list(rows.values_list("user__username", "method", "reason", "times"))


def test_each_reason_is_told_apart_and_not_to_the_visitor(acme: Company, second: User) -> None:
    User.objects.filter(username="carla").update(is_active=False)
    second.set_unusable_password()
    second.save()
    logins = ("boris", "second", "carla", "nobody-at-all")
    pages = {login: tries(login).text.replace(login, "") for login in logins}
    assert noted() == [
        ("boris", "password", "password", 1),
        ("second", "password", "no_password", 1),
        ("carla", "password", "switched_off", 1),
        (None, "password", "unknown", 1),
    ]
    alerts = {page.split('role="alert"')[1].split("</")[0] for page in pages.values()}
    assert len(alerts) == 1


def test_the_right_password_of_someone_who_was_switched_off(acme: Company) -> None:
    User.objects.filter(username="carla").update(is_active=False)
    assert tries("carla", PASSWORD, "127.0.0.1").headers["Location"] == "/accounts/inactive/"
    assert noted() == [("carla", "password", "switched_off", 1)]


def test_anyone_who_comes_in_leaves_no_trace_here(acme: Company) -> None:
    assert tries("boris", PASSWORD, "127.0.0.1").status_code == 302
    assert noted() == []


def test_the_address_is_shortened_and_nothing_that_was_typed_is_kept(acme: Company) -> None:
    tries("boris", TYPED)
    tries(TYPED, "boris")
    tries("boris", TYPED, "2001:db8:aaaa:bbbb::1")
    networks = RefusedSignIn.objects.order_by("pk").values_list("network", flat=True)
    assert list(networks) == ["203.0.113.0/24", "203.0.113.0/24", "2001:db8:aaaa::/48"]
    kept = str(list(RefusedSignIn.objects.values()))
    assert not [typed for typed in (TYPED, ".77", "bbbb") if typed in kept]


def test_what_is_alike_within_the_hour_is_one_row_that_counts(acme: Company) -> None:
    for _again in range(3):
        tries("boris")
        tries("nobody-at-all")
    assert sorted(row[3] for row in noted()) == [3, 3]
    RefusedSignIn.objects.update(hour=F("hour") - timedelta(hours=1))
    tries("boris")
    assert len(noted()) == 3


def test_too_many_attempts_are_noted_as_such(acme: Company) -> None:
    answers = [tries("boris").status_code for _attempt in range(9)]
    assert 200 in answers
    reasons = {reason: times for _who, _method, reason, times in noted()}
    assert set(reasons) == {"password", "too_many"}
    assert sum(reasons.values()) == len(answers)


def test_too_many_requests_of_one_address_too(acme: Company, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    assert [tries(f"person-{n}").status_code for n in range(2)] == [200, 429]
    assert (None, "password", "too_many") in {row[:3] for row in noted()}


def test_anyone_who_tries_from_everywhere_fills_no_disk(acme: Company) -> None:
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    rows = [
        RefusedSignIn(
            hour=hour, last_at=hour, method="code", reason="code", network=f"n{n}", times=1
        )
        for n in range(100)
    ]
    RefusedSignIn.objects.bulk_create(rows)
    for n in (1, 2):
        tries("boris", address=f"198.51.{n}.1")
        tries("nobody-at-all", address=f"198.51.{n}.2")
    assert noted()[100:] == [("boris", "password", "password", 2), (None, "password", "unknown", 2)]


def test_a_wrong_code_and_an_empty_one(hanna: User) -> None:
    secret, _codes = set_up(with_password("hanna", "acme.localhost"))
    client = browser()
    client.post(LOGIN, {"login": "hanna", "password": PASSWORD})
    for code in ("000000", ""):
        client.post("/accounts/2fa/authenticate/", {"code": code})
    assert noted() == [("hanna", "code", "code", 1)]
    assert code_of(secret) != "000000"


ANSWER = dict.fromkeys(("clientDataJSON", "authenticatorData", "signature", "userHandle"), "AA")
WHOLE = {"id": "AA", "rawId": "AA", "type": "public-key", "response": ANSWER}


@pytest.mark.parametrize("shown", [{"id": "x"}, ["x"], "x", 7, {"id": 7, "rawId": []}, WHOLE])
def test_a_passkey_that_is_none_is_a_refused_sign_in(acme: Company, shown: object) -> None:
    answer = browser().post("/accounts/2fa/webauthn/login/", {"credential": json.dumps(shown)})
    assert (answer.status_code, answer.headers["Location"]) == (302, LOGIN)
    assert noted() == [(None, "passkey", "passkey", 1)]


def test_the_companys_own_sign_in_says_why(sso: Peer, hanna: User) -> None:
    come_in(browser())
    sso.person = sso.person | {"sub": "another"}
    come_in(browser())
    sso.person = sso.person | {"email": "nobody@acme.example"}
    come_in(browser())
    client = browser()
    state = leave(client).split("state=")[1].split("&")[0]
    client.get(f"/accounts/sso/callback/?error=access_denied&state={state}")
    assert [row[:3] for row in noted()] == [
        ("boris", "sso", "sso_other"),
        (None, "sso", "sso_unknown"),
        (None, "sso", "sso_cancelled"),
    ]


def test_hanna_finds_boris_by_kana_and_by_reason(hanna: User, boris: User) -> None:
    tries("boris")
    tries("nobody-at-all")
    desk = signed_in(hanna)

    def listed(query: str) -> list[str | None]:
        page: Any = desk.get(LIST + query)
        return [row.user and row.user.username for row in page.context["cl"].result_list]

    assert sorted(map(str, listed(""))) == ["None", "boris"]
    hiragana = "".join(chr(ord(sign) - 0x60) for sign in boris.family_kana)
    assert listed(f"?q={hiragana}") == ["boris"]
    assert listed("?reason__exact=unknown") == [None]
    page = desk.get(LIST).text
    for words in ("パスワードが違う", "該当する利用者がいない", "203.0.113.0/24"):
        assert words in page


def test_after_ninety_days_it_is_forgotten(acme: Company) -> None:
    tries("boris")
    tries("nobody-at-all")
    old = RefusedSignIn.objects.filter(user__isnull=True)
    old.update(hour=F("hour") - timedelta(days=91))
    Job.objects.all().delete()
    plant_missing()
    mine = Job.objects.filter(company=acme, kind="accounts.forget_refusals")
    assert mine.update(due_at=timezone.now()) == 1
    Job.objects.exclude(pk__in=mine).delete()
    while run_next(1, "test"):
        pass
    assert noted() == [("boris", "password", "password", 1)]
