"""Sockets: everyone who is not of this company is closed out, and no group carries across."""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from typing import Any, TypeVar
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from accounts.models import User
from notifications.live import device_group, hint, incident_group, user_group
from people.models import Device, Employee
from tenants.context import run_in
from tenants.hosts import forget_cached_companies
from tenants.models import Company
from tests.isolation import rights
from tests.isolation.actors import ACTORS, AT_THE_DESK, SUBJECTS
from tests.isolation.expectations import World
from tests.isolation.sign_ins import signed_in
from tests.isolation.socket_rows import SOCKETS
from tests.isolation.sockets import Socket, opened
from tests.isolation.twin_company import Side, invented
from tests.support.locks import lock_waits

T = TypeVar("T")
Pair = tuple[Side, Side]
SIGNED_OUT = {"closed": 4401}
ROWS = [
    ("/ws/app/", "anna's phone"),
    ("/ws/portal/", "boris"),
    ("/ws/portal/watching/", "watcher"),
]
# Whose socket carries the words of an alarm, by kind of thing.
FOLLOWS = {
    "own": {"supervisor", "hr_admin"},
    "other department": {"hr_admin"},
    "other company": set(),
    "closed": {"supervisor", "hr_admin"},
    "erased": set(),
}
every_row = pytest.mark.parametrize(("path", "who"), ROWS)


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


async def first_word(path: str, host: str, side: Side, who: str) -> dict[str, Any]:
    async with opened(path, host, side.credentials[who]) as socket:
        return await socket.hear()


async def tell(side: Side, group: str, message: dict[str, Any]) -> None:
    await asyncio.to_thread(hint, side.company.pk, group, message)


def own_group(side: Side, who: str) -> str:
    if who == "anna's phone":
        return device_group(side.company.pk, side.keys[who])
    return user_group(side.company.pk, side.keys["boris"])


@every_row
def test_the_rightful_socket_carries_its_own_companys_words(
    path: str, who: str, committed: Pair
) -> None:
    acme, globex = committed
    assert acme.keys == globex.keys

    async def listen() -> list[dict[str, Any]]:
        async with opened(path, globex.host, globex.credentials[who]) as socket:
            received = [await socket.hear()]
            for side in (acme, globex):
                await tell(side, own_group(side, who), {"t": "alarm", "of": side.mark})
            return [*received, await socket.hear()]

    hello, alarm = run(listen())
    assert hello["t"] == "hello"
    assert alarm == ({"t": "alarm"} if who == "watcher" else {"t": "alarm", "of": globex.mark})


@every_row
def test_acmes_credential_opens_nothing_elsewhere(path: str, who: str, committed: Pair) -> None:
    acme, globex = committed
    for host in (globex.host, "ops.localhost", "localhost"):
        assert run(first_word(path, host, acme, who)) == SIGNED_OUT
    globex.credentials["made up"] = invented(globex.credentials[who])
    assert run(first_word(path, globex.host, globex, "made up")) == SIGNED_OUT
    assert run(first_word(path, globex.host, globex, "nobody")) == SIGNED_OUT
    assert run(first_word(path, "nobody.localhost", acme, who)) == {"closed": 4404}


@every_row
def test_no_other_path_is_a_socket(path: str, who: str, committed: Pair) -> None:
    acme, _globex = committed
    refused = {"closed": 1000}
    for other in ("/", "/ws/", f"{path}x", f"/x{path}"):
        assert run(first_word(other, acme.host, acme, who)) == refused
    assert run(first_word(path, acme.host, acme, who))["t"] == "hello"


@pytest.mark.parametrize("who", ["boris", "second", "hanna", "anna"])
def test_joining_an_alarm_brings_its_words_and_no_foreign_ones(who: str, committed: Pair) -> None:
    acme, globex = committed

    async def listen() -> dict[str, Any]:
        async with opened("/ws/portal/", globex.host, globex.credentials[who]) as socket:
            await socket.hear()
            await join(socket, acme, globex)
            for side in (acme, globex):
                incident = UUID(side.names["incident"])
                await tell(side, incident_group(side.company.pk, incident), {"of": side.mark})
            return await socket.hear()

    assert run(listen()) == {"of": globex.mark}


async def join(socket: Socket, *sides: Side) -> None:
    """Presence answers a look, so the joining before it has been done."""
    for side in sides:
        await socket.say({"t": "join", "pk": side.names["incident"]})
    await socket.say({"t": "look", "pk": sides[-1].names["incident"]})
    while (await socket.hear())["t"] != "presence":
        pass


@pytest.mark.parametrize("path", SOCKETS)
def test_only_who_has_the_right_opens_a_socket(path: str, committed: Pair) -> None:
    """The nine, and those of the desk and the platform; refused, they all hear the same."""
    _acme, globex = committed
    host, entitled = SOCKETS[path]
    hosts = {host or globex.host, globex.host, "ops.localhost", "localhost"}
    cast = ACTORS | AT_THE_DESK

    async def knock() -> dict[tuple[str, str], dict[str, Any]]:
        pairs = [(at, actor) for at in hosts for actor in cast]
        words = [first_word(path, at, globex, cast[actor]) for at, actor in pairs]
        return dict(zip(pairs, await asyncio.gather(*words), strict=True))

    received = run(knock())
    at_home = host or globex.host
    opened = {actor for (at, actor), word in received.items() if at == at_home and "t" in word}
    assert opened == entitled
    strangers = set(ACTORS) - {"operator"}
    elsewhere = {
        word["closed"]
        for (at, who), word in received.items()
        if who in strangers and (at != at_home or who not in opened)
    }
    assert elsewhere == {1000 if path == "/" else 4401}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_only_who_may_see_an_alarm_hears_its_words(
    subject: str, committed: Pair, world: World
) -> None:
    """All of the nine who have a portal socket join at once; a refusal is silence."""
    side, company = world[subject], committed[1].company
    incident = UUID(side.names["incident"])
    cast = {actor: ACTORS[actor] for actor in rights.SIGNED_IN}
    keys = run_in(company, lambda: dict(User.objects.values_list("username", "pk")))
    last = {"t": "last"}

    async def follow(who: str, joined: asyncio.Barrier) -> list[dict[str, Any]]:
        async with opened("/ws/portal/", side.host, side.credentials[who]) as socket:
            await socket.hear()
            await socket.say({"t": "join", "pk": str(incident)})
            await socket.say({"t": "look", "pk": str(incident)})
            await joined.wait()
            words: list[dict[str, Any]] = []
            while (word := await socket.hear()) != last:
                words.append(word)
            return words

    async def story() -> dict[str, list[dict[str, Any]]]:
        joined = asyncio.Barrier(len(cast) + 1)
        following = [asyncio.create_task(follow(who, joined)) for who in cast.values()]
        await joined.wait()
        await asyncio.sleep(0.5)
        for group, word in [
            (incident_group(company.pk, incident), {"of": "alarm"}),
            *((user_group(company.pk, keys[who]), last) for who in cast.values()),
        ]:
            await tell(committed[1], group, word)
            await asyncio.sleep(0.1)
        return dict(zip(cast, await asyncio.gather(*following), strict=True))

    received = run(story())
    assert {actor for actor, words in received.items() if {"of": "alarm"} in words} == FOLLOWS[
        subject
    ]
    assert {actor for actor, words in received.items() if words} == FOLLOWS[subject]


def test_carla_joins_nothing_of_annas(committed: Pair) -> None:
    _acme, globex = committed

    async def listen() -> dict[str, Any]:
        async with opened("/ws/portal/", globex.host, globex.credentials["carla"]) as socket:
            await socket.hear()
            await socket.say({"t": "look", "pk": globex.names["incident"]})
            await socket.say({"t": "join", "pk": globex.names["incident"]})
            await asyncio.sleep(0.3)
            incident = UUID(globex.names["incident"])
            await tell(globex, incident_group(globex.company.pk, incident), {"of": "anna"})
            carla = user_group(globex.company.pk, globex.keys["carla"])
            await tell(globex, carla, {"of": "carla"})
            return await socket.hear()

    assert run(listen()) == {"of": "carla"}


def test_cookies_of_another_sites_page_open_nothing(committed: Pair) -> None:
    acme, _globex = committed

    async def knock(origin: str) -> dict[str, Any]:
        async with opened("/ws/portal/", acme.host, acme.credentials["boris"], origin) as socket:
            return await socket.hear()

    assert run(knock(f"http://{acme.host}"))["t"] == "hello"
    assert run(knock("http://evil.example")) == SIGNED_OUT
    assert run(knock(f"http://{_globex.host}")) == SIGNED_OUT


OUT = (
    # Who has which socket open, and what is taken away meanwhile.
    ("/ws/app/", "anna's phone", lambda one: _device(one, revoked_at=timezone.now())),
    ("/ws/app/", "colleague's phone", lambda _one: _colleague("2026-01-01")),
    ("/ws/portal/", "boris", lambda _one: _person("boris", is_active=False)),
    ("/ws/portal/watching/", "watcher", lambda _one: None),  # boris too
    ("/ws/portal/", "second", lambda _one: _person("second", roles=[])),
    ("/ws/portal/", "carla", lambda _one: _person("carla", password="!")),
    ("/ws/portal/", "hanna elsewhere", lambda one: _sign_out(one)),
    ("/ws/console/", "otto", lambda _one: _operator(is_active=False)),
)
DESK = "ops.localhost"


def _device(side: Side, **to: Any) -> None:
    Device.objects.filter(pk=side.keys["anna's phone"]).update(**to)


def _colleague(ended_on: str | None) -> None:
    Employee.objects.filter(number="020187").update(ended_on=ended_on)


def _person(username: str, **to: Any) -> None:
    User.objects.filter(username=username).update(**to)


def _operator(**to: Any) -> None:
    run_in(Company.objects.get(schema_name="ops"), _person, "otto", **to)


def _sign_out(side: Side) -> None:
    key = side.credentials["hanna elsewhere"].cookies[settings.SESSION_COOKIE_NAME]
    Session.objects.filter(session_key=key).delete()


@pytest.fixture
def restored(committed: Pair) -> Iterator[Pair]:
    """What this takes away is given back: the companies are everybody's."""
    acme, globex = committed
    people = run_in(acme.company, lambda: list(User.objects.all()))
    elsewhere = run_in(acme.company, lambda: signed_in(User.objects.get(username="hanna")))
    acme.credentials["hanna elsewhere"] = elsewhere
    yield committed
    Company.objects.filter(pk=globex.company.pk).update(is_suspended=False)
    for one in people:
        run_in(acme.company, one.save)
    run_in(acme.company, _device, acme, revoked_at=None)
    run_in(acme.company, _colleague, None)
    _operator(is_active=True)
    forget_cached_companies()


def host_of(path: str, side: Side) -> str:
    return DESK if path == "/ws/console/" else side.host


async def end_of(socket: Socket, since: list[float]) -> tuple[int, float]:
    """Its code, and how long after the taking away it came."""
    async with asyncio.timeout(60):
        while "closed" not in (message := await socket.hear(patience=60)):
            pass
    return message["closed"], time.monotonic() - since[0]


def test_a_company_that_is_stuck_keeps_nobody_elses_socket_open(restored: Pair) -> None:
    acme, globex = restored

    async def story(owner: psycopg.Connection) -> dict[str, Any]:
        async with AsyncExitStack() as stack:
            for side in (acme, globex):
                socket = opened("/ws/portal/", side.host, side.credentials["second"])
                last = await stack.enter_async_context(socket)
                assert (await last.hear())["t"] == "hello"
            owner.execute(f"LOCK TABLE {acme.company.schema}.accounts_user")
            while not (before := await asyncio.to_thread(lock_waits)):
                await asyncio.sleep(0.05)
            await asyncio.to_thread(run_in, globex.company, _person, "second", is_active=False)
            while "closed" not in (message := await last.hear(patience=60)):
                pass
            assert before & await asyncio.to_thread(lock_waits)
            owner.rollback()
            return message

    try:
        with psycopg.connect(settings.DATABASE_OWNER_URL) as owner:
            assert run(story(owner)) == SIGNED_OUT
    finally:
        run_in(globex.company, _person, "second", is_active=True)


def test_open_sockets_end_soon_after_what_they_were_opened_with(
    restored: Pair, request: pytest.FixtureRequest
) -> None:
    acme, globex = restored
    since = [0.0]

    def take_away() -> None:
        for _path, _who, act in OUT:
            run_in(acme.company, act, acme)
        Company.objects.filter(pk=globex.company.pk).update(is_suspended=True)
        connection.close()
        since[0] = time.monotonic()

    async def story() -> tuple[list[tuple[int, float]], dict[str, Any]]:
        async with AsyncExitStack() as stack:

            async def enter(path: str, side: Side, who: str) -> Socket:
                socket = opened(path, host_of(path, side), side.credentials[who])
                return await stack.enter_async_context(socket)

            theirs = [await enter(path, acme, who) for path, who, _act in OUT]
            suspended = [await enter(path, globex, who) for path, who in ROWS]
            untouched = await enter("/ws/app/", acme, "post's phone")
            for socket in (*theirs, *suspended, untouched):
                assert (await socket.hear())["t"] == "hello"
            await asyncio.to_thread(take_away)
            ends = await asyncio.gather(*(end_of(one, since) for one in (*theirs, *suspended)))
            await tell(acme, device_group(acme.company.pk, acme.keys["post's phone"]), {"t": "x"})
            return ends, await untouched.hear()

    ends, word = run(story())
    assert [code for code, _late in ends] == [4401] * len(OUT) + [4404] * len(ROWS)
    assert word == {"t": "x"}
    reporter: Any = request.config.pluginmanager.get_plugin("terminalreporter")
    late = max(late for _code, late in ends)
    reporter.write_line(f"\nsockets end at most {late:.1f} s after the right has gone")
    for path, who, _act in OUT:
        reply = run(first_word(path, host_of(path, acme), acme, who))
        assert (reply == SIGNED_OUT) is (who != "second"), who  # he may sign in, without a role
