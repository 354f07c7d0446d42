import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests.live.bad_input.scene import Scene
from tests.live.conftest import Live, Server, new_live
from tests.recordings.sounds import unit
from tests.support.sound import listen, put


@pytest.fixture(scope="package")
def house(server: Server, django_db_blocker: Any) -> Iterator[Live]:
    """One company for all of these: every scene has a phone and a recording of its own."""
    with django_db_blocker.unblock():
        yield new_live(server)
        connection.close()


@pytest.fixture
def scene(house: Live, django_db_blocker: Any) -> Iterator[Scene]:
    live, phone = house, house.enrol()
    tap = phone.tap()
    recording = str(phone.record(tap["tap_id"])["id"])
    assert put(phone, recording, 0, unit()).status_code == 201
    message = {"client_id": str(uuid.uuid4()), "text": "助けてください"}
    assert phone.send("POST", f"/api/v1/incidents/{tap['id']}/messages", json=message).ok
    boris = live.browser("boris")
    session = listen(boris, live, recording).json()["session"]
    made = Scene(live, phone, tap["id"], tap["tap_id"], recording, boris, session)
    with django_db_blocker.unblock():
        before = made.stored()
        yield made
        after = made.stored()
    assert after[0][: len(before[0])] == before[0], "an acknowledged unit was touched"
    assert set(map(str, before[1])) <= set(map(str, after[1])), "a press was touched"
    assert set(before[3]) <= set(after[3])
