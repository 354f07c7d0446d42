"""The main job: anna taps, boris is told, sees it and comes, and anna knows."""

import uuid

from django.urls import reverse

from accounts.models import User
from incidents.models import Incident
from notifications.models import Delivery, Notice
from operations.models import Case
from tests.clock import time_passes
from tests.conftest import Phone, signed_in


def button(incident: str, name: str) -> str:
    return reverse(f"supervisor:{name}", args=[incident])


def test_boris_sees_annas_tap_and_anna_sees_boris(annas_phone: Phone, boris: User) -> None:
    # Anna taps. The answer comes with a number, and boris has been promised a notice.
    answer = annas_phone.tap(location={"latitude": 35.6846, "longitude": 139.7741})
    assert answer.status_code == 201
    incident = answer.json()["id"]
    assert Notice.objects.get(incident_id=incident).recipient_user == boris

    # His portal shows her, with the place.
    portal = signed_in(boris)
    page = portal.get(f"/portal/incidents/{incident}/").content.decode()
    assert "髙橋 美咲" in page
    assert "日本橋本店" in page

    # He confirms, chooses to come, and writes; each shows on her phone.
    portal.post(button(incident, "acknowledge"))
    assert annas_phone.get(f"incidents/{incident}").json()["acknowledged_by"] == "佐藤さん"
    portal.post(button(incident, "head-out"))
    portal.post(
        button(incident, "message"), {"client_id": str(uuid.uuid4()), "text": "今向かっています"}
    )
    seen = annas_phone.get(f"incidents/{incident}").json()
    assert seen["coming_by"] == "佐藤さん"
    assert [message["text"] for message in seen["messages"]] == ["今向かっています"]

    # She ends it herself.
    closed = annas_phone.post(f"incidents/{incident}/close", {"outcome": "safe"}).json()
    assert closed["state"] == "closed"
    assert closed["answer_wanted"] is False


def test_closed_by_boris_anna_is_asked_and_can_reopen_in_one_tap(
    annas_phone: Phone, boris: User, second: User
) -> None:
    incident = annas_phone.tap().json()["id"]
    signed_in(boris).post(button(incident, "close"), {"outcome": "resolved", "presses": 0})
    seen = annas_phone.get(f"incidents/{incident}").json()
    assert (seen["state"], seen["answer_wanted"], seen["closed_by"]) == (
        "closed",
        True,
        "佐藤さん",
    )

    again = annas_phone.post(f"incidents/{incident}/answer", {"answer": "still_going"}).json()
    assert again["state"] == "open"
    # The next rung is called at once.
    assert Notice.objects.filter(incident_id=incident, recipient_user=second).exists()


def test_nobody_answers_so_the_ladder_ends_at_the_security_company(
    annas_phone: Phone, second: User
) -> None:
    incident = annas_phone.tap().json()["id"]
    time_passes(60)
    assert Notice.objects.filter(incident_id=incident, recipient_user=second).exists()
    case = Case.objects.get(incident_id=incident)
    assert case.source == "ladder"
    assert annas_phone.get(f"incidents/{incident}").json()["support"] == "requested"


def test_anyone_who_comes_stops_the_ladder(annas_phone: Phone, boris: User) -> None:
    incident = annas_phone.tap().json()["id"]
    signed_in(boris).post(button(incident, "head-out"))
    time_passes(120)
    assert not Case.objects.filter(incident_id=incident).exists()


def test_the_employee_asks_for_the_security_company(annas_phone: Phone) -> None:
    incident = annas_phone.tap().json()["id"]
    seen = annas_phone.post(f"incidents/{incident}/raise", {"level": "support"}).json()
    assert seen["support"] == "requested"
    case = Case.objects.get(incident_id=incident)
    assert (case.source, case.site_name) == ("employee", "日本橋本店")


def test_what_boris_was_still_to_be_sent_is_taken_back_when_he_has_seen_it(
    annas_phone: Phone, boris: User
) -> None:
    incident = annas_phone.tap().json()["id"]
    signed_in(boris).post(button(incident, "acknowledge"))
    states = Delivery.objects.filter(notice__incident_id=incident, notice__recipient_user=boris)
    assert {delivery.state for delivery in states} == {"cancelled"}
    assert Incident.objects.get(public_id=incident).acknowledged_by == boris
