"""Sound: no unit, no playlist, no byte of acme's on globex, asked of the planes themselves."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from config import asgi
from recordings.media import ingest, playback
from tenants.schemas import leave_schema
from tests.isolation.actors import ACTORS, SUBJECTS
from tests.isolation.expectations import World
from tests.isolation.plane_rows import (
    DVR,
    HEARD,
    LIVE,
    PLAY,
    ROWS,
    STATUS,
    Pair,
    Plane,
    heard,
    request,
    with_sound,
)
from tests.isolation.twin_company import Side, filled, invented, missing
from tests.isolation.world import twins
from tests.recordings.conftest import Reply, run

every_row = pytest.mark.parametrize("row", ROWS, ids=str)


def test_every_plane_is_listed() -> None:
    listed = {"/ingest/": ingest.application, "/play/": playback.application}
    assert listed == asgi.PLANES, "give the new plane rows in tests/isolation/plane_rows.py"
    known = (
        r"^/ingest/([0-9a-fA-F-]{32,36})(?:/(units|close)(?:/(\d{1,20}))?)?/?$",
        r"^/play/(?:([0-9a-f-]{36})/)?([0-9a-f-]{36})/"
        r"(?:(live|dvr)\.m3u8|u/(\d{1,10})-(\d{1,10})\.aac)$",
    )
    assert (ingest.PATH.pattern, playback.PATH.pattern) == known, "give the new address a row"


@pytest.fixture
def untouched(django_db_setup: None, django_db_blocker: Any) -> Iterator[Pair]:
    """Two companies in which nobody has sent or closed anything yet, whatever ran before."""
    with django_db_blocker.unblock():
        leave_schema()
        yield with_sound(twins())
        connection.close()


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
