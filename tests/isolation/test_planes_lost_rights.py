"""Sound, once the right to it is lost: what was answered a moment ago is refused."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User
from people.models import Device, Employee, SupervisorAssignment
from recordings.media import access, playback
from recordings.models import PlaySession
from tenants.context import run_in
from tests.isolation.plane_rows import DVR, HEARD, LIVE, STATUS, Pair, request
from tests.isolation.twin_company import LONG_AGO, Side
from tests.recordings.conftest import Reply, run


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
