"""The addresses of the media planes, and who gets which sound from them."""

import hashlib
from dataclasses import dataclass
from typing import Any

from recordings.media import batch_format, ingest, playback
from recordings.models import PlayRange, Unit
from tenants.context import run_in
from tests.isolation.twin_company import Credential, Side, filled
from tests.recordings.conftest import Reply, call
from tests.recordings.sounds import digest_header, unit

Pair = tuple[Side, Side]
SOUND = unit(fill=b"next")
BATCH = batch_format.pack(
    [batch_format.BatchUnit(2, hashlib.sha256(SOUND).digest(), 2 * 47 * 1024, 47 * 1024, 0, SOUND)]
)
AAC = {"Content-Type": "audio/aac", "Content-Digest": digest_header(SOUND)}


@dataclass(frozen=True)
class Plane:
    """One address of a media plane; ``shows`` is in the rightful answer of this company only."""

    plane: Any
    method: str
    path: str
    who: str
    status: int
    shows: str = ""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def plane_prefix(self) -> str:
        return f"/{self.path.split('/')[1]}/"


# One row per act of recordings.media.ingest._act_of, and per alternative of its playback.PATH.
INGEST = "/ingest/{recording}"
PLAY = "/play/{session}"
RECORDS = (
    ("nobody", 401),
    ("colleague's phone", 403),
    ("post's phone", 403),
    ("boris", 401),
    ("revoked phone", 401),
)
LISTENS = (("nobody", 404), ("carla", 404), ("hanna", 404), ("anna", 404), ("anna's phone", 404))
ROWS = [
    Plane(ingest.application, "GET", INGEST, "anna's phone", 200, '"next": 1', others=RECORDS),
    Plane(
        ingest.application,
        "PUT",
        INGEST + "/units/0",
        "anna's phone",
        409,
        "other-bytes",
        SOUND,
        tuple(AAC.items()),
        RECORDS,
    ),
    Plane(
        ingest.application,
        "PUT",
        INGEST + "/units/1",
        "anna's phone",
        201,
        '"next": 2',
        SOUND,
        tuple(AAC.items()),
        RECORDS,
    ),
    Plane(
        ingest.application,
        "PUT",
        INGEST + "/units",
        "anna's phone",
        200,
        '"next": 3',
        BATCH,
        (("Content-Type", batch_format.CONTENT_TYPE),),
        RECORDS,
    ),
    Plane(
        ingest.application,
        "POST",
        INGEST + "/close",
        "anna's phone",
        200,
        "",
        b'{"last_seq": 2}',
        (("Content-Type", "application/json"),),
        RECORDS,
    ),
    Plane(
        playback.application, "GET", PLAY + "/live.m3u8", "boris", 200, "u/0-0.aac", others=LISTENS
    ),
    Plane(playback.application, "GET", PLAY + "/dvr.m3u8", "boris", 200, "u/0-", others=LISTENS),
    Plane(
        playback.application, "GET", PLAY + "/u/0-0.aac", "boris", 200, "{sound}", others=LISTENS
    ),
]
STATUS, LIVE, DVR, HEARD = ROWS[0], *ROWS[-3:]


async def request(row: Plane, host: str, credential: Credential, names: Side) -> Reply:
    cookies = "; ".join(f"{name}={value}" for name, value in credential.cookies.items())
    headers = {"Host": host, "Cookie": cookies, **dict(row.headers), **credential.headers}
    return await call(row.plane, row.method, filled(row.path, names), headers, row.body)


def with_sound(pair: Pair) -> Pair:
    for side in pair:
        side.names["sound"] = side.mark.encode()[:4].decode(errors="ignore")
    return pair


def heard(side: Side) -> list[Any]:
    def look() -> list[Any]:
        return [*Unit.objects.order_by("pk").values(), *PlayRange.objects.order_by("pk").values()]

    return run_in(side.company, look)
