"""Olga signs on and off; what she holds goes to otto only when both have said so."""

import pytest
from django.test import Client

from audit.actors import Actor
from operations.models import AccessGrant, Case, Handover, Shift
from tests.responder.conftest import case, desk_browser, grant, olga, otto

__all__ = ["case", "grant", "olga", "otto"]

NOTE = "店長が男性1人と話している。防災センターへは連絡済み。"


@pytest.fixture
def olgas(olga: Actor) -> Client:
    return desk_browser("olga")


@pytest.fixture
def ottos(otto: Actor) -> Client:
    return desk_browser("otto")


def read(browser: Client, path: str = "/desk/") -> str:
    return browser.get(path).content.decode()


def test_a_shift_begins_at_a_centre_and_a_console(db: None, acme: object) -> None:
    lena = desk_browser("lena")
    page = read(lena)
    assert "東京管制センター" in page
    from_form = lena.post("/desk/start/", {"centre": "", "console": "07"}, follow=True)
    assert "コンソール名を入力してください" in from_form.content.decode()
    centre = page.split('<option value="')[1].split('"')[0]
    lena.post("/desk/start/", {"centre": centre, "console": "07"})
    shift = Shift.objects.on_duty().get()
    assert (shift.console, shift.is_lead) == ("07", True)


def test_a_shift_does_not_end_while_a_case_is_held_and_says_which(
    grant: AccessGrant, case: Case, olgas: Client
) -> None:
    refused = olgas.post("/desk/end/", follow=True).content.decode()
    assert (
        f"先に引き継ぐか終了してください: {case.number}" in refused or str(case.number) in refused
    )
    assert Shift.objects.on_duty().count() == 1
    Case.objects.update(state="closed", owner_until=None, closed_at=case.requested_at)
    assert "勤務を終了しました" in olgas.post("/desk/end/", follow=True).content.decode()
    assert not Shift.objects.on_duty().exists()


def offer(olgas: Client, case: Case, otto: Actor) -> Handover:
    olgas.post("/desk/handovers/", {"case": str(case.public_id), "to": otto.id, "note": NOTE})
    return Handover.objects.get()


def test_otto_reads_first_and_then_takes_over(
    grant: AccessGrant, case: Case, olgas: Client, ottos: Client, otto: Actor
) -> None:
    handover = offer(olgas, case, otto)
    assert "未確認" in read(olgas)
    page = read(ottos)
    assert "防災センター" in page, "he reads what is still to do"
    assert "髙橋" not in page
    at_the_console = read(ottos, f"/console/handovers/{handover.public_id}/")
    url = f"/console/handovers/{handover.public_id}/take-over/"
    for shown in (page, at_the_console):
        assert (url in shown, 'name="has_read" required' in shown) == (True, True)
    assert "防災センター" in at_the_console
    assert "チェックを入れてください" in ottos.post(url, follow=True).content.decode()
    case.refresh_from_db()
    assert str(case.owner_id) == str(grant.operator_id)
    taken = ottos.post(url, {"has_read": "on"}, follow=True)
    assert "髙橋" in taken.content.decode(), "he is led to the case"
    case.refresh_from_db()
    assert str(case.owner_id) == otto.id
    assert "勤務を終了しました" in olgas.post("/desk/end/", follow=True).content.decode()


def test_a_hand_over_taken_back_cannot_be_accepted(
    grant: AccessGrant, case: Case, olgas: Client, ottos: Client, otto: Actor
) -> None:
    handover = offer(olgas, case, otto)
    olgas.post(f"/desk/handovers/{handover.public_id}/cancel/")
    url = f"/console/handovers/{handover.public_id}/"
    page = ottos.post(f"{url}take-over/", {"has_read": "on"}, follow=True)
    assert ottos.get(url).status_code == 404
    assert "引き継ぎ" in page.content.decode()
    case.refresh_from_db()
    assert str(case.owner_id) == str(grant.operator_id)


def test_nobody_offers_what_is_not_theirs(
    grant: AccessGrant, case: Case, ottos: Client, olga: Actor
) -> None:
    ottos.post("/desk/handovers/", {"case": str(case.public_id), "to": olga.id, "note": NOTE})
    assert not Handover.objects.exists()
    assert ottos.post("/desk/handovers/", {"case": "x"}).status_code == 302


def test_lena_sees_who_is_on_what_each_holds_and_which_console_is_silent(
    grant: AccessGrant, case: Case, olgas: Client, otto: Actor
) -> None:
    Shift.objects.filter(operator_id=otto.id).update(seen_at="2026-01-01T00:00:00Z")
    page = read(desk_browser("lena"))
    assert ("大野 玲子" in page, "岸本 悠" in page) == (True, True)
    assert page.count("応答なし") == 1
    assert "現在の勤務者" not in read(olgas)


def test_the_log_names_everybody_who_was_on(grant: AccessGrant, olgas: Client) -> None:
    assert "大野 玲子" in read(olgas, "/desk/log/")
