"""Sound: no unit, no playlist, no byte of acme's on globex, asked of the planes themselves."""

import asyncio
import hashlib
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from accounts.models import User
from config import asgi
from people.models import Device, Employee, SupervisorAssignment
from recordings.media import access, batch_format, ingest, playback
from recordings.models import PlayRange, PlaySession, Unit
from tenants.context import run_in
from tenants.schemas import leave_schema
from tests.isolation.actors import ACTORS, SUBJECTS
from tests.isolation.judging import World
from tests.isolation.side import (
    LONG_AGO,
    Credential,
    Side,
    filled,
    invented,
    missing,
)
from tests.isolation.world import twins
from tests.recordings.conftest import Reply, call, run
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


# One row per act of recordings.ingest._act_of and per alternative of recordings.playback.PATH.
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
every_row = pytest.mark.parametrize("row", ROWS, ids=str)


def test_every_plane_is_listed() -> None:
    listed = {"/ingest/": ingest.application, "/play/": playback.application}
    assert listed == asgi.PLANES, "give the new plane rows in tests/isolation/test_planes.py"
    known = (
        r"^/ingest/([0-9a-fA-F-]{32,36})(?:/(units|close)(?:/(\d{1,20}))?)?/?$",
        r"^/play/(?:([0-9a-f-]{36})/)?([0-9a-f-]{36})/"
        r"(?:(live|dvr)\.m3u8|u/(\d{1,10})-(\d{1,10})\.aac)$",
    )
    assert (ingest.PATH.pattern, playback.PATH.pattern) == known, "give the new address a row"


async def request(row: Plane, host: str, credential: Credential, names: Side) -> Reply:
    cookies = "; ".join(f"{name}={value}" for name, value in credential.cookies.items())
    headers = {"Host": host, "Cookie": cookies, **dict(row.headers), **credential.headers}
    return await call(row.plane, row.method, filled(row.path, names), headers, row.body)


@pytest.fixture
def sides(committed: Pair) -> Pair:
    return with_sound(committed)


@pytest.fixture
def untouched(django_db_setup: None, django_db_blocker: Any) -> Iterator[Pair]:
    """Two companies in which nobody has sent or closed anything yet, whatever ran before."""
    with django_db_blocker.unblock():
        leave_schema()
        yield with_sound(twins())
        connection.close()


def with_sound(pair: Pair) -> Pair:
    for side in pair:
        side.names["sound"] = side.mark.encode()[:4].decode(errors="ignore")
    return pair


def heard(side: Side) -> list[Any]:
    def look() -> list[Any]:
        return [*Unit.objects.order_by("pk").values(), *PlayRange.objects.order_by("pk").values()]

    return run_in(side.company, look)


def test_the_rightful_actors_get_their_own_companys_sound(untouched: Pair) -> None:
    """All rows in turn, because sound that was closed takes no more."""
    acme, globex = untouched
    for row in ROWS:
        before = heard(acme)
        reply = run(request(row, globex.host, globex.credentials[row.who], globex))
        text = reply.body.decode(errors="ignore")
        assert reply.status == row.status, (str(row), text)
        assert filled(row.shows, globex) in text
        assert acme.names["sound"] not in text
        assert heard(acme) == before


async def fill_caches(side: Side) -> None:
    """At home first, so that everything the process may remember is of this company."""
    for row, who in ((STATUS, "anna's phone"), (LIVE, "boris"), (HEARD, "boris")):
        reply = await request(row, side.host, side.credentials[who], side)
        assert reply.status == 200


@every_row
def test_acmes_token_or_cookie_is_nothing_on_globex(row: Plane, sides: Pair) -> None:
    acme, globex = sides
    before = heard(globex)
    stranger = acme.credentials[row.who]

    async def ask_all() -> list[Reply]:
        await fill_caches(acme)
        made_up = await request(row, globex.host, invented(stranger), missing(globex))
        return [
            made_up,
            await request(row, globex.host, stranger, globex),
            await request(row, globex.host, stranger, acme),
        ]

    nothing, *replies = run(ask_all())
    assert nothing.status in {401, 404}
    for reply in replies:
        assert reply == nothing
    assert heard(globex) == before


@every_row
def test_acmes_recording_and_play_are_unknown_to_globexs_own_people(
    row: Plane, sides: Pair
) -> None:
    acme, globex = sides
    own = globex.credentials[row.who]

    async def ask_all() -> list[Reply]:
        await fill_caches(acme)
        return [
            await request(row, globex.host, own, missing(globex)),
            await request(row, globex.host, own, Side(globex.company, "", acme.names)),
        ]

    nothing, reply = run(ask_all())
    assert nothing.status == 404
    assert reply == nothing


@pytest.mark.parametrize(("row", "who"), [(r, who) for r in ROWS for who in r.others], ids=str)
def test_others_of_the_company_get_what_the_table_says(
    row: Plane, who: tuple[str, int], sides: Pair
) -> None:
    _acme, globex = sides
    before = heard(globex)
    reply = run(request(row, globex.host, globex.credentials[who[0]], globex))
    assert reply.status == who[1]
    assert heard(globex) == before


@pytest.mark.parametrize("row", [LIVE, DVR, HEARD], ids=str)
def test_the_desks_address_of_a_play_opens_nothing_on_a_companys_host(
    row: Plane, sides: Pair
) -> None:
    """/play/{grant}/{session}/… is olga's, on her host: tests/operations/test_listening.py."""
    _acme, globex = sides
    by_grant = replace(row, path=row.path.replace(PLAY, f"/play/{uuid.uuid4()}{PLAY[5:]}"))
    for who in ("boris", "olga", "nobody"):
        for host in (globex.host, "ops.localhost"):
            reply = run(request(by_grant, host, globex.credentials[who], globex))
            assert reply.status == 404
    assert run(request(row, globex.host, globex.credentials["boris"], globex)).status == 200


# Who of the nine is answered: a device about the sound it sends, and a play session in the browser
# that opened it, however the alarm stands.
ANSWERED = {"/ingest/": {"employee device"}, "/play/": {"supervisor"}}
THEIRS = ("own", "closed")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_of_the_nine_only_the_rightful_one_is_answered(
    subject: str, committed: Pair, world: World
) -> None:
    """The others first: what has been refused has changed nothing and says no more than that there
    is no such sound."""
    side = world[subject]
    unknown = missing(side)

    async def ask_all(row: Plane) -> dict[str, tuple[Reply, Reply]]:
        return {
            actor: (
                await request(row, side.host, side.credentials[who], side),
                await request(row, side.host, side.credentials[who], unknown),
            )
            for actor, who in ACTORS.items()
            if actor not in ANSWERED[row.plane_prefix]
        }

    wrong = []
    for row in ROWS:
        (rightful,) = ANSWERED[row.plane_prefix]
        before = heard(side)
        for actor, (reply, nothing) in run(ask_all(row)).items():
            if reply.status not in {401, 404} or reply != nothing:
                wrong.append(f"{row}: {actor} {reply} {nothing}")
        assert heard(side) == before, row
        credential = side.credentials[ACTORS[rightful]]
        reply = run(request(row, side.host, credential, side))
        if (reply.status in {401, 403, 404}) is (subject in THEIRS):
            wrong.append(f"{row}: {rightful} {reply}")
        if row.plane_prefix == "/ingest/" and subject != "other company" and reply.status == 403:
            continue  # the protocol's word to a colleague's device: this is not its recording
        if subject not in THEIRS and reply != run(request(row, side.host, credential, unknown)):
            wrong.append(f"{row}: {rightful} learns that it exists: {reply}")
    assert not wrong, "\n".join(wrong)


def in_turn(*asked: Awaitable[Reply]) -> list[Reply]:
    async def work() -> list[Reply]:
        return [await one for one in asked]

    return run(work())


def change(side: Side, model: Any, key: str, **to: Any) -> None:
    run_in(side.company, lambda: model.objects.filter(pk=side.keys[key]).update(**to))


@pytest.mark.parametrize(
    ("model", "key", "gone"),
    [
        (Device, "anna's phone", {"revoked_at": timezone.now()}),
        (Employee, "employee 020182", {"ended_on": LONG_AGO}),
    ],
)
def test_a_revoked_device_and_a_leavers_learn_nothing_more_at_once(
    model: Any, key: str, gone: dict[str, Any], sides: Pair
) -> None:
    acme, _globex = sides
    phone = acme.credentials["anna's phone"]

    async def before_and_after() -> list[int]:
        before = await request(STATUS, acme.host, phone, acme)
        await asyncio.to_thread(change, acme, model, key, **gone)
        return [before.status, (await request(STATUS, acme.host, phone, acme)).status]

    try:
        assert run(before_and_after()) == [200, 401]
    finally:
        change(acme, model, key, **dict.fromkeys(gone))


def lose_the_duty() -> None:
    User.objects.filter(username="boris").update(roles=[])
    mine = SupervisorAssignment.objects.filter(supervisor__user__username="boris")
    mine.update(starts_on=LONG_AGO, ends_on=LONG_AGO)


def lose_the_session() -> None:
    Session.objects.all().delete()


def end_the_play() -> None:
    PlaySession.objects.update(ended_at=timezone.now())


@pytest.mark.parametrize("lose", [lose_the_duty, lose_the_session, end_the_play])
def test_whoever_has_lost_the_right_hears_nothing_after_four_seconds(
    lose: Callable[[], None], committed: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of what is leased already, by a process that has just answered."""
    acme, _globex = committed
    boris, clock = acme.credentials["boris"], time.monotonic
    saved = run_in(acme.company, saved_rows)

    async def before_and_after() -> list[list[int]]:
        statuses = []
        for at_last in (False, True):
            replies = [await request(row, acme.host, boris, acme) for row in (LIVE, DVR, HEARD)]
            statuses.append([reply.status for reply in replies])
            if not at_last:
                await asyncio.to_thread(run_in, acme.company, lose)
                later = SimpleNamespace(monotonic=lambda: clock() + 4.0, time=time.time)
                for module in (playback, access):
                    monkeypatch.setattr(module, "time", later)
        return statuses

    try:
        assert run(before_and_after()) == [[200] * 3, [404] * 3]
    finally:
        run_in(acme.company, lambda: put_back(saved))


def saved_rows() -> list[Any]:
    mine = SupervisorAssignment.objects.filter(supervisor__user__username="boris")
    return [
        *User.objects.filter(username="boris"),
        *mine,
        *PlaySession.objects.all(),
        *Session.objects.all(),
    ]


def put_back(rows: list[Any]) -> None:
    for row in rows:
        row.save()


def test_a_deactivated_listener_is_out_at_once_on_playlists(sides: Pair) -> None:
    acme, _globex = sides
    boris = acme.credentials["boris"]
    assert settings.SESSION_COOKIE_NAME in boris.cookies
    assert in_turn(request(LIVE, acme.host, boris, acme))[0].status == 200
    change(acme, User, "boris", is_active=False)
    try:
        for row in (LIVE, DVR, HEARD):
            assert run(request(row, acme.host, boris, acme)).status == 404
    finally:
        change(acme, User, "boris", is_active=True)
