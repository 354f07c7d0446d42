"""Anna's watch and phone press for the same thing: one incident, one ladder, both heard."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from accounts.models import User
from escalation.models import Rung
from incidents.models import Incident, Tap
from jobs.models import Job
from notifications.models import Notice
from operations.models import Case
from recordings.models import Recording
from tenants.context import run_in
from tests.clock import put_back
from tests.live.conftest import Live, LivePhone
from tests.recordings.sounds import unit
from tests.support.sound import listen, put
from tests.support.waiting import until


def press(device: LivePhone, pressed_at: datetime) -> dict[str, Any]:
    body = {"tap_id": str(uuid.uuid4()), "pressed_at": pressed_at.isoformat()}
    answer = device.send("POST", "/api/v1/incidents", json=body)
    assert answer.status_code in {200, 201}, answer.text
    return {"status": answer.status_code, "tap_id": body["tap_id"], **answer.json()}


def at_once(*presses: Callable[[], dict[str, Any]]) -> list[dict[str, Any]]:
    together = threading.Barrier(len(presses))

    def one(tap: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        together.wait()
        return tap()

    with ThreadPoolExecutor(len(presses)) as threads:
        return list(threads.map(one, presses))


def seconds_pass(live: Live, seconds: int) -> None:
    run_in(live.company, put_back, timedelta(seconds=seconds))


def called(rungs: int) -> Callable[[], bool]:
    """Of three the last is the security company."""
    people = Rung.objects.filter(first_called_at__isnull=False)
    return lambda: people.count() + cases().count() == rungs


def cases() -> QuerySet[Case]:
    return Case.objects.filter(
        incident_id__in=list(Incident.objects.values_list("public_id", flat=True))
    )


def both_press(live: Live, apart: int) -> dict[str, tuple[LivePhone, dict[str, Any]]]:
    """Watch, then phone; the ladder has climbed meanwhile as far as it does in that time."""
    watch, phone = live.enrol("watch"), live.enrol("iphone")
    now = datetime.now(UTC)
    if apart == 0:
        first, second = at_once(lambda: press(watch, now), lambda: press(phone, now))
    else:
        first = press(watch, now - timedelta(seconds=apart))
        for step in range(1, apart // 30 + 1):
            seconds_pass(live, 30)
            until(live, called(step + 1))
        seconds_pass(live, apart % 30)
        second = press(phone, now)
    return {"watch": (watch, first), "iphone": (phone, second)}


@pytest.mark.parametrize(("apart", "called"), [(0, 1), (1, 1), (60, 3)])
def test_watch_and_phone_are_one_incident_and_one_ladder(
    live: Live, apart: int, called: int
) -> None:
    taps = [tap for _device, tap in both_press(live, apart).values()]
    assert sorted(tap["status"] for tap in taps) == [200, 201]
    assert len({tap["id"] for tap in taps}) == 1
    until(live, lambda: Tap.objects.count() == 2)

    def look() -> None:
        incident = Incident.objects.get()
        assert {tap.device.kind for tap in incident.taps.all()} == {"watch", "iphone"}
        assert [tap.pressed_at for tap in incident.taps.all()].count(None) == 0
        rungs = list(incident.rungs.order_by("order"))
        assert [rung.after_seconds for rung in rungs] == [0, 30, 60]
        reached = [rung.first_called_at is not None for rung in rungs].count(True)
        assert reached + cases().count() == called
        people = Notice.objects.filter(kind="alarm").values_list("recipient_user", flat=True)
        names = ["boris", "second"][: min(called, 2)]
        expected = User.objects.filter(username__in=names)
        # In one hand it is one call; a minute later she cries again.
        times = 1 if apart < 60 else 2
        assert sorted(people) == sorted([*expected.values_list("pk", flat=True)] * times)
        events = list(incident.events.values_list("kind", flat=True))
        assert (events.count("opened"), events.count("tapped_again")) == (1, 1)
        assert Case.objects.filter(incident_id=incident.public_id).count() == (called == 3)
        moves = Job.objects.filter(company_id=live.company.pk, kind="escalation.move")
        assert moves.filter(state=Job.State.PENDING).count() == 1

    run_in(live.company, look)


@pytest.mark.parametrize("apart", [0, 1, 60])
def test_both_recordings_are_linked_and_boris_hears_each(live: Live, apart: int) -> None:
    sounds: dict[str, bytes] = {}
    for kind, (device, tap) in both_press(live, apart).items():
        recording = str(device.record(tap["tap_id"])["id"])
        sounds[recording] = unit(fill=kind.encode())
        assert put(device, recording, 0, sounds[recording]).status_code == 201

    linked = run_in(live.company, lambda: set(Recording.objects.values_list("incident", flat=True)))
    assert linked == {run_in(live.company, lambda: Incident.objects.get().pk)}
    boris = live.browser("boris")
    for recording, sound in sounds.items():
        session = listen(boris, live, recording)
        assert session.json()["acting"] is True
        url = session.json()["live_url"].replace("live.m3u8", "u/0-0.aac")
        answer = boris.get(live.url + url, timeout=10)
        assert answer.status_code == 200
        assert answer.content.endswith(sound)
