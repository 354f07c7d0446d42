"""The console's socket: hints of a case only while a grant for it is in force."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from audit.models import AuditEvent
from notifications.live import company_group, hint, incident_group
from operations.cases import close_case
from operations.models import AccessGrant, Case, Shift
from tenants.context import run_in
from tenants.models import Company
from tests.conftest import signed_in
from tests.isolation.sockets import Socket, opened
from tests.isolation.twin_company import Credential
from tests.recordings.conftest import Recorder, recorder, run
from tests.support.ears import Ear, ear

__all__ = ["ear", "recorder"]

ADDRESS, DESK = "/ws/console/", "ops.localhost"


def cookie_of(username: str) -> Credential:
    def browser() -> Client:
        return signed_in(User.objects.get(username=username), DESK)

    session = run_in(Company.objects.get(schema_name="ops"), browser)
    name = settings.SESSION_COOKIE_NAME
    connection.close()
    return Credential(cookies={name: session.cookies[name].value})


def position(grant: AccessGrant) -> None:
    group = incident_group(grant.company_id, grant.incident_id)
    where = {"t": "position", "pk": str(grant.incident_id), "latitude": 35.68}
    hint(grant.company_id, group, where)


def queue_changed() -> None:
    ops = Company.objects.get(schema_name="ops").pk
    hint(ops, company_group(ops), {"t": "queue", "what": "claimed", "case": None})
    connection.close()


async def told(socket: Socket, grant: AccessGrant) -> list[dict[str, Any]]:
    """What comes of a position of the person, before the next word about the queue."""
    await asyncio.to_thread(position, grant)
    # Two groups: without a pause the queue's word may overtake.
    await asyncio.sleep(0.5)
    await asyncio.to_thread(queue_changed)
    messages: list[dict[str, Any]] = []
    while (word := await socket.hear())["t"] != "queue":
        messages.append(word)
    return messages


async def join(socket: Socket, case: Case) -> None:
    assert (await socket.hear())["t"] == "hello"
    await socket.say({"t": "join", "pk": str(case.public_id)})
    await asyncio.sleep(0.5)


@pytest.fixture
def case(ear: Ear) -> Case:
    return Case.objects.get(pk=ear.grant.case_id)


def end_of_grant(ear: Ear) -> None:
    AccessGrant.objects.filter(pk=ear.grant.pk).update(closed_at=timezone.now())
    queue_changed()


def end_of_case(ear: Ear) -> None:
    olga = Actor(kind="operator", id=str(ear.grant.operator_id))
    close_case(case_id=ear.grant.case.public_id, operator=olga, result=Case.Result.CALMED)


@pytest.mark.parametrize("ends", [end_of_grant, end_of_case])
def test_olga_follows_her_case_until_her_grant_or_the_case_ends(
    ends: Callable[[Ear], None], ear: Ear, case: Case, recorder: Recorder
) -> None:
    olga = cookie_of("olga")

    def end() -> None:
        ends(ear)
        connection.close()

    async def story() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        async with opened(ADDRESS, DESK, olga) as socket:
            await join(socket, case)
            while_it_lasts = await told(socket, ear.grant)
            await asyncio.to_thread(end)
            assert (await socket.hear())["t"] == "queue"
            return while_it_lasts, await told(socket, ear.grant)

    before, after = run(story())
    assert [(word["t"], word["pk"]) for word in before] == [("position", str(case.public_id))]
    assert after == []
    found = run_in(
        recorder.company, lambda: list(AuditEvent.objects.of(str(ear.grant.incident_id)))
    )
    assert "case.followed" in [event.payload["verb"] for event in found]


def test_otto_without_a_grant_hears_of_the_queue_and_of_nobody(ear: Ear, case: Case) -> None:
    otto = cookie_of("otto")

    async def story() -> list[dict[str, Any]]:
        async with opened(ADDRESS, DESK, otto) as socket:
            await join(socket, case)
            return await told(socket, ear.grant)

    assert run(story()) == []


@pytest.mark.parametrize("username", ["olga", "rosa"])
def test_the_socket_is_for_operators(username: str, ear: Ear) -> None:
    person = cookie_of(username)

    async def first(host: str) -> dict[str, Any]:
        async with opened(ADDRESS, host, person) as socket:
            return await socket.hear()

    assert (run(first(DESK)).get("t") == "hello") is (username == "olga")
    assert run(first("acme.localhost")) == {"closed": 4401}


def test_an_answer_to_the_beat_keeps_the_case(ear: Ear, case: Case) -> None:
    olga = cookie_of("olga")
    Shift.objects.filter(operator_id=ear.grant.operator_id).update(seen_at="2026-01-01T00:00:00Z")

    async def story() -> None:
        async with opened(ADDRESS, DESK, olga) as socket:
            await socket.hear()
            await socket.say({"t": "alive"})
            await asyncio.sleep(0.5)

    run(story())
    case.refresh_from_db()
    assert case.owner_until is not None
    assert Shift.objects.awake().filter(operator_id=ear.grant.operator_id).exists()
