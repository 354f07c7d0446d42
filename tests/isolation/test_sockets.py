"""Sockets: whoever is not of this company is closed out, and no group carries across."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID

import pytest

from accounts.models import User
from notifications.live import device_group, hint, incident_group, user_group
from people.models import Device, Employee
from tenants.context import run_in
from tests.isolation import rights
from tests.isolation.actors import ACTORS, AT_THE_DESK, SUBJECTS
from tests.isolation.judging import World
from tests.isolation.sockets import Socket, opened
from tests.isolation.world import Side, invented

T = TypeVar("T")
Pair = tuple[Side, Side]
SIGNED_OUT = {"closed": 4401}
ROWS = [
    ("/ws/app/", "anna's phone"),
    ("/ws/portal/", "boris"),
    ("/ws/portal/watching/", "watcher"),
]
# Every socket of config/asgi.py and who of the nine and of the desk may open it, on which host; "/"
# stands for every other path. What the console's carries: tests/operations/test_console_socket.py.
SOCKETS = {
    "/ws/app/": ("", rights.DEVICE),
    "/ws/portal/": ("", rights.SIGNED_IN),
    "/ws/portal/watching/": ("", rights.NONE),  # a cookie of its own, the watcher's
    "/ws/console/": ("ops.localhost", rights.AT_A_CONSOLE),
    "/": ("", rights.NONE),
}
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
            heard = [await socket.hear()]
            for side in (acme, globex):
                await tell(side, own_group(side, who), {"t": "alarm", "of": side.mark})
            return [*heard, await socket.hear()]

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

    heard = run(knock())
    at_home = host or globex.host
    opened = {actor for (at, actor), word in heard.items() if at == at_home and "t" in word}
    assert opened == entitled
    strangers = set(ACTORS) - {"operator"}
    elsewhere = {word["closed"] for (at, who), word in heard.items()
                 if who in strangers and (at != at_home or who not in opened)}  # fmt: skip
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

    heard = run(story())
    assert {actor for actor, words in heard.items() if {"of": "alarm"} in words} == FOLLOWS[subject]
    assert {actor for actor, words in heard.items() if words} == FOLLOWS[subject]


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


@pytest.mark.parametrize(
    ("path", "who", "model", "key", "gone"),
    [
        ("/ws/app/", "anna's phone", Device, "anna's phone", {"revoked_at": "2026-01-01T00:00Z"}),
        ("/ws/app/", "anna's phone", Employee, "employee 020182", {"ended_on": "2026-01-01"}),
        ("/ws/portal/", "boris", User, "boris", {"is_active": False}),
        ("/ws/portal/watching/", "watcher", User, "boris", {"is_active": False}),
    ],
)
def test_who_is_out_opens_no_socket_and_an_open_one_ends_at_its_next_check(
    path: str, who: str, model: Any, key: str, gone: dict[str, Any], committed: Pair,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    acme, _globex = committed
    for module in ("employee", "supervisor"):
        monkeypatch.setattr(f"portal.{module}.consumers.BEAT", 0.2)
        monkeypatch.setattr(f"portal.{module}.consumers.RECHECK", 0.3)

    def change(**to: Any) -> None:
        run_in(acme.company, lambda: model.objects.filter(pk=acme.keys[key]).update(**to))

    async def stay() -> list[dict[str, Any]]:
        async with opened(path, acme.host, acme.credentials[who]) as socket:
            heard = [await socket.hear(), await socket.hear()]
            await asyncio.to_thread(change, **gone)
            while "closed" not in heard[-1]:
                heard.append(await socket.hear())
            return heard

    try:
        heard = run(stay())
        assert [word.get("t") for word in heard[:2]] == ["hello", "ping"]
        assert heard[-1] == SIGNED_OUT
        assert run(first_word(path, acme.host, acme, who)) == SIGNED_OUT
    finally:
        change(**(dict.fromkeys(gone) if model is not User else {"is_active": True}))
