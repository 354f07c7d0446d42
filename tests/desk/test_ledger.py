"""The books say what happened: which responders were sent and what became of it; what has ended."""

import csv
import io
from datetime import timedelta

from audit.actors import Actor
from operations import cases, dispatches
from operations.ledger import dispatches_between
from operations.models import AccessGrant, Case, Dispatch, Responder
from people.models import Employee
from tests.conftest import phone_of
from tests.operations.conftest import asked
from tests.responder.conftest import case, desk_browser, grant, olga, otto
from tests.support.connections import COLLEAGUE

__all__ = ["case", "grant", "olga", "otto"]


def read(path: str) -> str:
    return desk_browser("olga").get(path).content.decode()


def rows(query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(read(f"/desk/dispatches.csv{query}")[1:])))


def m14() -> Responder:
    return Responder.objects.get(call_sign="M-14")


def driver() -> Actor:
    return Actor(kind="responder", id=str(m14().user_id))


def sent(case: Case, olga: Actor) -> Dispatch:
    return dispatches.send_responder(
        case_id=case.public_id, responder_id=m14().public_id, operator=olga
    )


def test_an_order_is_in_the_ledger_step_by_step(
    grant: AccessGrant, case: Case, olga: Actor
) -> None:
    order = sent(case, olga)
    (line,) = rows()
    assert (line["緊急対処員"], line["指示した人"]) == ("M-14", "大野 玲子")
    assert (line["指示受領"], line["離脱"], line["状態"]) == ("", "", "指示済み")
    for step in (dispatches.accept, dispatches.depart, dispatches.arrive):
        step(dispatch_id=order.public_id, actor=driver())
    dispatches.leave(dispatch_id=order.public_id, actor=driver(), result="police")
    (line,) = rows()
    times = [line[name] for name in ("出動指示", "指示受領", "出発", "現着", "離脱")]
    assert "" not in times
    assert times == sorted(times)
    assert line["結果"] == "警察へ引き渡し"
    assert "M-14" in read("/desk/dispatches/")


def test_a_reservation_that_is_let_go_was_never_sent(
    grant: AccessGrant, case: Case, olga: Actor, otto: Actor
) -> None:
    order = sent(case, olga)
    other = asked(phone_of(Employee.objects.get(number=COLLEAGUE)))
    cases.claim(case_id=other.public_id, operator=otto)
    reserved = dispatches.reserve(
        case_id=other.public_id, responder_id=m14().public_id, operator=otto
    )
    dispatches.cancel(dispatch_id=reserved.public_id, operator=otto)
    assert len(rows()) == 1
    kept = dispatches.reserve(case_id=other.public_id, responder_id=m14().public_id, operator=otto)
    assert len(rows()) == 1
    dispatches.cancel(dispatch_id=order.public_id, operator=olga)
    kept.refresh_from_db()
    assert kept.sent_at is not None, "it has become the order"
    assert {line["指示した人"] for line in rows()} == {"大野 玲子", "岸本 悠"}


def test_the_period_chooses_and_both_its_days_belong_to_it(
    grant: AccessGrant, case: Case, olga: Actor
) -> None:
    order = sent(case, olga)
    Dispatch.objects.filter(pk=order.pk).update(sent_at="2026-05-10T23:59:59+09:00")
    assert rows() == []
    assert len(rows("?since=2026-05-10&until=2026-05-10")) == 1
    assert len(rows("?since=2026-05-12&until=2026-05-09")) == 1, "turned round it is the same"
    assert rows("?since=2026-05-11&until=2026-05-12") == []
    assert rows("?since=x&until=2026-05-10") == []
    Case.objects.update(closed_at=None)
    assert dispatches_between(order.requested_at - timedelta(days=1), order.requested_at) == []


def test_closed_cases_are_found_after_the_half_hour_by_what_is_no_secret(
    grant: AccessGrant, case: Case, olga: Actor
) -> None:
    cases.close_case(case_id=case.public_id, operator=olga, result="calmed")
    AccessGrant.objects.update(expires_at="2026-01-01T00:00:00Z")
    for text in ("日本橋", case.company.name, str(case.number), ""):
        shown = read(f"/desk/closed/?q={text}")
        assert ("沈静化" in shown, "大野 玲子" in shown) == (True, True), text
        assert "髙橋" not in shown
    for text in ("髙橋", "999999999999999999999"):
        assert "この期間に終了した案件はありません" in read(f"/desk/closed/?q={text}")
    assert "この期間に終了した案件はありません" in read(
        "/desk/closed/?since=2026-05-01&until=2026-05-02"
    )


def test_an_idle_console_shows_who_could_be_sent_and_what_was(
    grant: AccessGrant, case: Case, olga: Actor, otto: Actor
) -> None:
    sent(case, olga)
    shown = desk_browser("otto").get("/console/").content.decode()
    for text in ("出動台帳", "M-14", "B-07", "待機中", "指示した人 大野 玲子", "終了した案件"):
        assert text in shown, text
    assert "髙橋" not in shown
