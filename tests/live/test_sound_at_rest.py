"""Nobody who gets hold of the disks, or of Valkey's memory, hears anything."""

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from redis import Redis

from recordings.media.batch_format import CONTENT_TYPE, pack
from recordings.models import Recording
from tenants.context import run_in
from tests.live.conftest import Live, LivePhone
from tests.recordings.sounds import frame, in_batch
from tests.support.sound import listen, put

WINDOW = 32


def noise(mark: bytes) -> bytes:
    """A unit of 47 frames whose bytes occur nowhere else; the first, the middle and the last carry
    the mark. Three times in 4 KB is too little to be compressed away."""
    marked = {0, 23, 46}
    return b"".join(
        frame((mark if n in marked else os.urandom(WINDOW)) + os.urandom(48)) for n in range(47)
    )


def traces(mark: bytes) -> list[bytes]:
    """What would betray a frame: its bytes, also as base64 and hex."""
    # base64 depends on where the bytes stand in a group of three: all three are looked for.
    texts = [base64.b64encode(mark[shift : shift + 24]) for shift in range(3)]
    return [mark, *texts, mark.hex().encode()]


def found_in(data: bytes, wanted: list[bytes]) -> bool:
    return any(one in data for one in wanted)


def files(folder: Path) -> Iterator[bytes]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield path.read_bytes()


def postgres_folder() -> Path:
    """The data folder of the suite's own server, once everything is written out."""
    if "DATA_DIR" not in os.environ or os.geteuid() != 0:
        pytest.skip("NOT RUN: only the suite's own PostgreSQL lets its files be read")
    url = settings.DATABASE_OWNER_URL.replace("sobani_owner@", "postgres@")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    return Path(str(row[0]))


def valkey_memory() -> Iterator[bytes]:
    client = Redis.from_url(settings.REDIS_URL)
    client.config_set("rdbcompression", "no")  # else DUMP would hide what is there
    for key in client.scan_iter(count=1000):
        yield key + (client.dump(key) or b"")


@pytest.fixture
def recorded(live: Live, phone: LivePhone) -> tuple[str, bytes]:
    """Taken one by one and in a batch, refused and kept aside, listened to, and closed."""
    recording = str(phone.record(phone.tap()["tap_id"])["id"])
    mark = os.urandom(WINDOW)
    units = [noise(mark) for _n in range(8)]
    for seq in range(4):
        assert put(phone, recording, seq, units[seq], Unit_Peak="1,2,3").status_code == 201
    batch = pack([in_batch(seq, units[seq]) for seq in (4, 5)])
    kind = {"Content-Type": CONTENT_TYPE}
    assert phone.send("PUT", f"/ingest/{recording}/units", data=batch, headers=kind).ok
    assert put(phone, recording, 0, units[6]).status_code == 409
    assert put(phone, recording, 9, units[7], Unit_Samples="0/7").status_code == 422
    boris = live.browser("boris")
    session = listen(boris, live, recording).json()["session"]
    played = boris.get(f"{live.url}/play/{session}/u/0-5.aac", timeout=10)
    assert played.content[73:] == b"".join(units[:6])
    assert phone.send("POST", f"/ingest/{recording}/close", json={"last_seq": 5}).ok
    return recording, mark


def test_no_frame_lies_readable_in_database_wal_valkey_or_storage(
    live: Live, recorded: tuple[str, bytes]
) -> None:
    recording, mark = recorded
    wanted = traces(mark)
    folder = postgres_folder()
    assert not [True for data in files(folder) if found_in(data, wanted)]
    assert not [True for data in valkey_memory() if found_in(data, wanted)]
    for stored in (settings.DATA_DIR / "objects", settings.DATA_DIR / "log"):
        assert not [True for data in files(stored) if found_in(data, wanted)]
    # The same search finds one that somebody did store readable, in each of these places.
    planted = os.urandom(WINDOW)
    plant(live, recording, noise(planted))
    wanted = traces(planted)
    assert [True for data in files(postgres_folder() / "base") if found_in(data, wanted)]
    assert [True for data in files(folder / "pg_wal") if found_in(data, wanted)]
    assert [True for data in valkey_memory() if found_in(data, wanted)]


def plant(live: Live, recording: str, data: bytes) -> None:
    def write() -> None:
        # Incompressible as it is, the column holds it as it came.
        Recording.objects.filter(public_id=recording).update(chain=data)

    run_in(live.company, write)
    Redis.from_url(settings.REDIS_URL).set(f"planted:{recording}", base64.b64encode(data), ex=60)
