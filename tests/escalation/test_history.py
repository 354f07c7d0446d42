"""What anna reads about her own alarms afterwards."""

import uuid
from typing import Any

import pytest

from incidents.models import Incident
from people.models import Employee
from recordings.models import Recording, Unit
from tests.conftest import Phone, phone_of
from tests.support.queries import queries_of

RATE = 48_000


def recorded(phone: Phone, tap_id: str, seconds: list[int]) -> Recording:
    """Units of one second at these places."""
    shape = {"client_id": str(uuid.uuid4()), "tap_id": tap_id, "sample_rate": RATE}
    answer = phone.post("recordings", shape | {"frames_per_unit": 47})
    recording = Recording.objects.get(public_id=answer.json()["id"])
    for seq in seconds:
        Unit.objects.create(
            recording=recording,
            seq=seq,
            digest=b"d",
            nonce=b"n",
            ciphertext=b"c",
            first_sample=seq * RATE,
            samples=RATE,
        )
    return recording


def tapped(phone: Phone, seconds: list[int]) -> tuple[dict[str, Any], Recording]:
    tap_id = str(uuid.uuid4())
    incident = phone.tap(tap_id=tap_id).json()
    recording = recorded(phone, tap_id, seconds)
    phone.post(f"incidents/{incident['id']}/close", {"outcome": "safe"})
    return incident, recording


def test_the_history_says_which_recordings_an_alarm_has_and_how_long_they_are(
    annas_phone: Phone,
) -> None:
    silent, _empty = tapped(annas_phone, [])
    spoken, recording = tapped(annas_phone, [0, 1, 4])
    newest, older = annas_phone.get("me/incidents").json()["results"]
    assert (newest["id"], older["id"]) == (spoken["id"], silent["id"])
    # Two seconds are missing in the middle: they are part of its length.
    assert newest["recordings"] == [{"id": str(recording.public_id), "seconds": 5}]
    assert [one["seconds"] for one in older["recordings"]] == [0]
    plays = annas_phone.get(f"me/recordings/{recording.public_id}/plays")
    assert (plays.status_code, plays.json()) == (200, [])


def test_a_colleagues_history_shows_nothing_of_it(annas_phone: Phone) -> None:
    tapped(annas_phone, [0])
    other = phone_of(Employee.objects.exclude(number="020182").order_by("number")[3])
    assert other.get("me/incidents").json()["results"] == []
    assert len(annas_phone.get("me/incidents").json()["results"]) == 1


def queries(phone: Phone) -> int:
    def look() -> None:
        assert phone.get("me/incidents").status_code == 200

    return queries_of(look)


@pytest.mark.usefixtures("acme")
def test_a_long_history_asks_the_database_no_more_often(annas_phone: Phone) -> None:
    tapped(annas_phone, [0])
    one = queries(annas_phone)
    for _again in range(3):
        tapped(annas_phone, [0, 1])
    assert Incident.objects.count() == 4
    assert queries(annas_phone) == one
