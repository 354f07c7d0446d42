"""The device API of recordings."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs.models import Job
from people.models import Device, Employee
from recordings.models import PlayRange, PlaySession, Recording
from tests.clock import run_due
from tests.conftest import Phone, phone_of


def wish(**fields: Any) -> dict[str, Any]:
    return {
        "client_id": str(uuid.uuid4()),
        "tap_id": str(uuid.uuid4()),
        "sample_rate": 48000,
        "frames_per_unit": 47,
    } | fields


def test_the_same_client_id_is_the_same_recording(annas_phone: Phone) -> None:
    body = wish()
    first, again = (annas_phone.post("recordings", body) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["next"] == 0
    assert first.json()["ingest_url"] == f"/ingest/{first.json()['id']}"


def test_a_recording_may_come_before_its_tap(annas_phone: Phone) -> None:
    body = wish()
    registered = annas_phone.post("recordings", body).json()["id"]
    incident = annas_phone.tap(tap_id=body["tap_id"]).json()["id"]
    run_due()
    assert Recording.objects.filter(public_id=registered, incident__public_id=incident).exists()


def test_a_tap_without_a_recording_promises_no_link(annas_phone: Phone) -> None:
    annas_phone.post("recordings", wish())
    annas_phone.tap()
    assert not Job.objects.filter(kind="incidents.tap_recorded:recordings.link").exists()


def test_a_recording_after_its_tap_is_linked_at_once(annas_phone: Phone) -> None:
    body = wish()
    incident = annas_phone.tap(tap_id=body["tap_id"]).json()["id"]
    registered = annas_phone.post("recordings", body).json()["id"]
    assert Recording.objects.filter(public_id=registered, incident__public_id=incident).exists()


def test_anothers_tap_is_not_joined(annas_phone: Phone, anna: Employee) -> None:
    colleague = Employee.objects.exclude(pk=anna.pk).filter(ended_on__isnull=True)[0]
    body = wish()
    annas_phone.tap(tap_id=body["tap_id"])
    registered = phone_of(colleague).post("recordings", body).json()["id"]
    assert Recording.objects.get(public_id=registered).incident is None


def test_anothers_client_id_is_refused_but_a_replaced_phone_goes_on(
    annas_phone: Phone, anna: Employee
) -> None:
    body = wish()
    first = annas_phone.post("recordings", body).json()
    newer = phone_of(anna)
    assert newer.post("recordings", body).status_code == 409
    Device.objects.filter(pk=annas_phone.device.pk).update(revoked_at=timezone.now())
    assert newer.post("recordings", body).json() == first


@pytest.mark.parametrize(
    "fields",
    [
        {"client_id": "x"},
        {"tap_id": None},
        {"sample_rate": 0},
        {"frames_per_unit": 0},
        {"codec": "mp3"},
    ],
)
def test_a_malformed_registration_is_a_problem(annas_phone: Phone, fields: dict[str, Any]) -> None:
    answer = annas_phone.post("recordings", wish(**fields))
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def listening(registered: str, user: Any, **fields: Any) -> PlaySession:
    return PlaySession.objects.create(
        recording=Recording.objects.get(public_id=registered),
        user=user,
        actor_name=user.get_full_name(),
        session_key_hash=b"h",
        **fields,
    )


def test_anna_reads_who_played_what_and_why_and_nobody_else_does(
    annas_phone: Phone, annas_watch: Phone, anna: Employee, boris: Any
) -> None:
    registered = annas_phone.post("recordings", wish()).json()["id"]
    session = listening(registered, boris, mode="dvr", reason="本人の依頼", acting=False)
    PlayRange.objects.create(session=session, first_seq=0, last_seq=9)
    for device in (annas_phone, annas_watch):
        (play,) = device.get(f"me/recordings/{registered}/plays").json()
        assert (play["who"], play["reason"]) == (boris.get_full_name(), "本人の依頼")
        (played,) = play["ranges"]
        assert (played["from_seconds"], played["to_seconds"]) == (0, 10)
    assert (play["kind"], play["ended_at"]) == ("replay", play["last_heard_at"])
    colleague = Employee.objects.exclude(pk=anna.pk).filter(ended_on__isnull=True)[0]
    stranger = phone_of(colleague).get(f"me/recordings/{registered}/plays")
    assert stranger.status_code == 404


def test_one_listening_is_one_row_with_what_was_heard_in_it(annas_phone: Phone, boris: Any) -> None:
    registered = annas_phone.post("recordings", wish()).json()["id"]
    session = listening(
        registered,
        boris,
        mode="live",
        acting=True,
        started_at="2026-11-30T00:55:00Z",
        ended_at="2026-11-30T00:57:30Z",
    )
    # Leases of ten seconds, renewed early, some of them twice; then once more from the beginning.
    for number, (first, last) in enumerate([(45, 54), (50, 64), (65, 74), (200, 209), (45, 54)]):
        PlayRange.objects.create(
            session=session,
            first_seq=first,
            last_seq=last,
            at=f"2026-11-30T00:55:{number * 10:02}Z",
        )
    (play,) = annas_phone.get(f"me/recordings/{registered}/plays").json()
    assert (play["kind"], play["started_at"]) == ("live", "2026-11-30T00:55:00Z")
    assert (play["ended_at"], play["last_heard_at"]) == (
        "2026-11-30T00:57:30Z",
        "2026-11-30T00:55:40Z",
    )
    heard = [(one["at"], one["from_seconds"], one["to_seconds"]) for one in play["ranges"]]
    assert heard == [("2026-11-30T00:55:00Z", 45, 75), ("2026-11-30T00:55:30Z", 200, 210)]


YEAR = timedelta(days=365)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("off", [-56 * YEAR, -15 * MINUTE, 70 * YEAR], ids=str)
@pytest.mark.parametrize("ago", [0 * MINUTE, 20 * MINUTE], ids=str)
def test_sound_began_when_it_did_by_any_clock(
    annas_phone: Phone, off: timedelta, ago: timedelta
) -> None:
    here = timezone.now() + off
    times = {"started_at": (here - ago).isoformat(), "sent_at": here.isoformat()}
    answer = annas_phone.post("recordings", wish(**times))
    assert answer.status_code == 201
    began = Recording.objects.get(public_id=answer.json()["id"]).started_at
    assert abs(timezone.now() - ago - began) < MINUTE


@pytest.mark.parametrize("at", ["1970-01-01T00:00:09Z", "2100-01-01T00:00:00Z", None, "?"])
def test_a_beginning_that_cannot_be_is_now(annas_phone: Phone, at: str | None) -> None:
    answer = annas_phone.post("recordings", wish(started_at=at))
    assert answer.status_code == 201
    assert abs(timezone.now() - Recording.objects.get().started_at) < MINUTE
