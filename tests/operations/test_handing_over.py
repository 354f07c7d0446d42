"""A case goes from olga to otto with a note, which he reads before he can see anything else."""

from uuid import UUID

import pytest
from django.test import Client

from audit.actors import Actor
from operations import dispatches, errors, handovers
from operations.company_access import entries
from operations.models import AccessGrant, Case, Handover, Responder
from tests.operations.conftest import kinds
from tests.support.console import console, page
from tests.support.emergency_calls import MADE

HTMX = {"HX-Request": "true"}
NOTE = "店長が対応中。防災センターへは連絡済み、警察の到着待ち。"


@pytest.fixture
def offer(case: Case, grant: AccessGrant, olga: Actor, otto: Actor) -> Handover:
    return handovers.offer(case_id=case.public_id, operator=olga, to=UUID(otto.id), note=NOTE)


def read(browser: Client, offer: Handover) -> str:
    return browser.get(f"/console/handovers/{offer.public_id}/").content.decode()


def test_without_a_note_nothing_is_offered(grant: AccessGrant, case: Case, otto: Actor) -> None:
    for note in ("", "　 ", "あ" * 1001):
        answer = console("olga").post(
            f"{page(case)}hand-over/", {"to": otto.id, "note": note}, headers=HTMX
        )
        assert (answer.status_code, "申し送り" in answer.content.decode()) == (422, True)
    assert not Handover.objects.exists()


def test_otto_reads_the_note_and_nothing_of_anna_before_he_takes_over(
    offer: Handover, grant: AccessGrant, olga: Actor, otto: Actor, case: Case
) -> None:
    entries.add_note(grant_id=grant.public_id, operator=olga, text="髙橋さんは3階")
    shown = read(console("otto"), offer)
    assert (NOTE in shown, "メモはこの申し送りを含めて1件" in shown) == (True, True)
    for hidden in ("髙橋", "店員を名前で呼ばない", "青い傘"):
        assert hidden not in shown
    handovers.accept(handover_id=offer.public_id, operator=otto)
    opened = console("otto").get(page(case)).content.decode()
    assert (NOTE in opened, "大野 玲子さんのメモ" in opened) == (True, True)


def test_the_offer_says_what_is_so_and_asks_only_for_the_rest(
    grant: AccessGrant, case: Case, m14: Responder, rosa: Actor, olga: Actor, otto: Actor
) -> None:
    olgas = console("olga")
    olgas.post(f"{page(case)}emergency/", MADE | {"reference": ""})
    order = dispatches.send_responder(
        case_id=case.public_id, responder_id=m14.public_id, operator=olga
    )
    Case.objects.filter(pk=case.pk).update(place="3階 婦人服", cried_at="2026-11-30T03:03:00Z")
    for step in (dispatches.accept, dispatches.depart):
        step(dispatch_id=order.public_id, actor=rosa)
    offer = handovers.offer(case_id=case.public_id, operator=olga, to=UUID(otto.id), note=NOTE)
    assert "M-14 <b>出動中</b>" in read(console("otto"), offer)
    dispatches.arrive(dispatch_id=order.public_id, actor=rosa)
    shown = read(console("otto"), offer)
    for text in (
        "M-14 <b>現着</b>",
        "<b>110</b> 00:00",
        "受理番号が未記入",
        "3階 婦人服",
        "支援要請",
        "12:03",
        "防災センター(内線2101)",
    ):
        assert text in shown, text
    for done in ("緊急対処員の出動を判断する", "110番通報し、受理番号を記録する"):
        assert done not in shown


def test_an_offer_that_is_refused_leaves_no_note(
    grant: AccessGrant, case: Case, incident: object, olga: Actor
) -> None:
    with pytest.raises(errors.UnknownOperator):
        handovers.offer(case_id=case.public_id, operator=olga, to=UUID(olga.id), note=NOTE)
    assert "desk_note" not in kinds(incident)


def test_anyone_who_only_looks_by_break_glass_offers_nothing(
    case: Case, grant: AccessGrant, otto: Actor, olga: Actor
) -> None:
    with pytest.raises(errors.NotYourCase):
        handovers.offer(case_id=case.public_id, operator=otto, to=UUID(olga.id), note=NOTE)
