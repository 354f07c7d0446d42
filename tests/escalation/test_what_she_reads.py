"""What anna's phone is told: what became of her second press, and since when something is so."""

import uuid
from typing import Any

from accounts.models import User
from operations.cases import claim, close_case
from operations.company_access.entries import post_message
from operations.models import Case
from tests.clock import time_passes
from tests.conftest import Phone, signed_in
from tests.operations.conftest import on_shift


def again(phone: Phone) -> tuple[bool, bool]:
    """Pressed again: whether everybody was called for it, or will be."""
    seen = phone.tap().json()
    assert seen["pressed_again_at"]
    return seen["called_again_at"] is not None, seen["again_at"] is not None


def now(phone: Phone, incident: str) -> dict[str, Any]:
    seen: dict[str, Any] = phone.get(f"incidents/{incident}").json()
    return seen


def test_a_first_press_has_nothing_again(annas_phone: Phone) -> None:
    seen = annas_phone.tap().json()
    assert (seen["pressed_again_at"], seen["called_again_at"], seen["again_at"]) == (None,) * 3


def test_a_second_press_while_the_next_are_called_soon_is_only_received(annas_phone: Phone) -> None:
    annas_phone.tap()
    time_passes(8)
    assert again(annas_phone) == (False, False)


def test_put_off_it_says_until_when_and_then_that_it_was_done(
    annas_phone: Phone, boris: User
) -> None:
    incident = annas_phone.tap().json()["id"]
    signed_in(boris).post(f"/portal/incidents/{incident}/head-out/")
    time_passes(10)
    assert again(annas_phone) == (False, True)
    time_passes(25)
    seen = now(annas_phone, incident)
    assert (bool(seen["called_again_at"]), seen["again_at"]) == (True, None)


def test_after_she_was_safe_everybody_is_called_at_once(annas_phone: Phone) -> None:
    incident = annas_phone.tap().json()["id"]
    annas_phone.post(f"incidents/{incident}/answer", {"answer": "safe"})
    assert again(annas_phone) == (True, False)


def test_the_waiting_for_the_desk_is_counted_from_its_last_asking(annas_phone: Phone) -> None:
    incident = annas_phone.tap(level="support").json()["id"]
    first = now(annas_phone, incident)
    time_passes(91)
    silent = now(annas_phone, incident)
    assert (silent["danger"], silent["support"]) == ("desk_silent", "unanswered")
    assert silent["danger_at"] == silent["support_at"], "since it is silent"
    time_passes(2)
    silent = now(annas_phone, incident)
    body = {"level": "support", "client_id": str(uuid.uuid4())}
    annas_phone.post(f"incidents/{incident}/raise", body)
    asked = now(annas_phone, incident)
    assert (asked["support"], asked["danger"]) == ("requested", "nobody_came"), "110 stays"
    assert asked["support_at"] > silent["danger_at"]
    assert first["support_requested_at"] > asked["support_requested_at"], "the first one, put back"


def test_what_the_desk_has_ended_with_is_said_in_words(annas_phone: Phone) -> None:
    olga = on_shift("olga")
    incident = annas_phone.tap(level="support").json()["id"]
    case = Case.objects.get(incident_id=incident)
    claim(case_id=case.public_id, operator=olga)
    close_case(case_id=case.public_id, operator=olga, result=Case.Result.CALMED)
    annas_phone.post(f"incidents/{incident}/answer", {"answer": "ok"})
    time_passes(1)
    seen = now(annas_phone, incident)
    assert (seen["support"], seen["support_result"]) == ("ended", "沈静化")


def test_who_of_the_security_company_writes_is_said_to_be_theirs(annas_phone: Phone) -> None:
    olga = on_shift("olga")
    incident = annas_phone.tap(level="support").json()["id"]
    case = Case.objects.get(incident_id=incident)
    grant = claim(case_id=case.public_id, operator=olga)
    post_message(
        grant_id=grant.public_id, operator=olga, client_id=uuid.uuid4(), text="聴いています"
    )
    (message,) = now(annas_phone, incident)["messages"]
    assert message["author"].startswith("警備会社 ")
