"""The checklist knows what was done: it asks only for the rest, and calls late only that."""

import asyncio
import importlib
import time
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from audit.actors import Actor
from operations import cases, dispatches
from operations.company_access import entries
from operations.company_access.entries import CallMade
from operations.models import AccessGrant, Case, ProtocolStep, Responder
from operations.protocol import ChecklistLine, checklist
from recordings.media import playback
from tests.operations.conftest import desk_actor
from tests.recordings.conftest import Recorder, run
from tests.recordings.listening import recorded
from tests.support.console import console, page
from tests.support.ears import Ear, ear

__all__ = ["ear"]

FACTS = ProtocolStep.Fact.values


@pytest.fixture
def steps(case: Case) -> None:
    """A step for each fact, and one that only a hand can tick; all of them overdue."""
    ProtocolStep.objects.filter(company=case.company).delete()
    for order, fact in enumerate([*FACTS, ""]):
        ProtocolStep.objects.create(
            company=case.company, order=order, text=fact or "by hand", fact=fact, within_seconds=1
        )


def claimed_long_ago(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(first_claimed_at=timezone.now() - timedelta(minutes=10))


def done(case: Case) -> dict[str, ChecklistLine]:
    case.refresh_from_db()
    return {line.text: line for line in checklist(case) if line.is_done}


def test_each_fact_ticks_its_step_and_says_when(
    steps: None, grant: AccessGrant, case: Case, olga: Actor, m14: Responder, rosa: Actor
) -> None:
    assert done(case) == {}
    at, me = grant.public_id, {"operator": olga}
    entries.record_listening(grant_id=at)
    assert list(done(case)) == ["listened"]
    entries.record_phone_call(grant_id=at, whom="employee", **me)
    assert "phoned" not in done(case)
    entries.record_phone_call(grant_id=at, whom="1", **me)
    order = dispatches.send_responder(case_id=case.public_id, responder_id=m14.public_id, **me)
    assert list(done(case)) == ["listened", "phoned", "dispatched"]
    for step in (dispatches.accept, dispatches.depart, dispatches.arrive):
        step(dispatch_id=order.public_id, actor=rosa)
    assert "arrived" in done(case)
    called_at = timezone.now() - timedelta(minutes=3)
    call = CallMade("fire", "119", called_at, "けが人")
    entries.record_call(grant_id=at, call=call, **me)
    dispatches.leave(dispatch_id=order.public_id, actor=rosa, result="calmed")
    cases.close_case(case_id=case.public_id, result="calmed", **me)
    lines = done(case)
    assert list(lines) == FACTS
    assert lines["emergency_called"].done_at == called_at
    order.refresh_from_db()
    assert lines["arrived"].done_at == order.arrived_at
    assert {line.done_by for line in lines.values()} == {None}


def test_anyone_who_refuses_the_order_was_not_sent(
    steps: None, grant: AccessGrant, case: Case, olga: Actor, m14: Responder, rosa: Actor
) -> None:
    order = dispatches.send_responder(
        case_id=case.public_id, responder_id=m14.public_id, operator=olga
    )
    dispatches.decline(dispatch_id=order.public_id, actor=rosa)
    assert "dispatched" not in done(case)


def test_what_a_fact_has_done_is_never_late_and_the_rest_is(
    steps: None, grant: AccessGrant, case: Case
) -> None:
    entries.record_listening(grant_id=grant.public_id)
    claimed_long_ago(case)
    shown = console("olga").get(page(case)).content.decode()
    assert shown.count('<span class="tag amber">遅れ</span>') == len(FACTS)
    assert "音声を聴取" in shown


def test_after_the_end_nothing_turns_red(
    steps: None, grant: AccessGrant, case: Case, olga: Actor
) -> None:
    claimed_long_ago(case)
    cases.close_case(case_id=case.public_id, operator=olga, result="calmed")
    shown = console("olga").get(page(case)).content.decode()
    assert "遅れ" not in shown
    assert "今ここ" not in shown


def test_a_hand_that_was_earlier_than_the_fact_stands(
    steps: None, grant: AccessGrant, case: Case, olga: Actor
) -> None:
    case.refresh_from_db()
    first = checklist(case)[0]
    cases.do_step(case_id=case.public_id, operator=olga, step_id=first.step_id)
    entries.record_listening(grant_id=grant.public_id)
    line = done(case)["listened"]
    assert (str(line.done_by), line.fact) == (olga.id, "")


def test_ten_seconds_have_to_be_heard_until_it_counts_as_listened(
    ear: Ear, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, later = time.monotonic, [0.0]
    passes = SimpleNamespace(monotonic=lambda: clock() + later[0], time=time.time)
    monkeypatch.setattr(playback, "time", passes)

    def listened() -> datetime | None:
        found = Case.objects.get(pk=ear.grant.case_id).listened_at
        connection.close()
        return found

    async def story() -> list[bool]:
        await recorded(recorder, 3)
        known = []
        for seconds in (0.0, 9.0, 10.5):
            later[0] = seconds
            assert (await ear.get("u/0-0.aac")).status == 200
            known.append(await asyncio.to_thread(listened) is not None)
        return known

    assert run(story()) == [False, False, True]


def test_looking_by_break_glass_ticks_nothing(case: Case, grant: AccessGrant) -> None:
    glass = AccessGrant.objects.create(
        case=case,
        company=case.company,
        incident_id=case.incident_id,
        source="break_glass",
        operator_id=desk_actor("otto").id,
        reason="review",
    )
    entries.record_listening(grant_id=glass.public_id)
    case.refresh_from_db()
    assert case.listened_at is None


def test_the_upgrade_names_facts_where_the_shipped_words_stand(case: Case) -> None:
    ProtocolStep.objects.update(fact="")
    own = ProtocolStep.objects.create(order=9, text="館内放送を依頼する")
    importlib.import_module("operations.migrations.0008_steps_by_facts").name_facts(apps, None)
    shipped = ProtocolStep.objects.filter(company=None).exclude(pk=own.pk)
    assert [step.fact for step in shipped] == [
        "listened",
        "phoned",
        "dispatched",
        "emergency_called",
        "closed",
    ]
    own.refresh_from_db()
    assert own.fact == ""
    assert not ProtocolStep.objects.filter(company=case.company).exclude(fact="").exists()
