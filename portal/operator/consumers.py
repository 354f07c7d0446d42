"""The console's websocket: hints of the queue, and of a case while it may be looked at.

It is also how a console shows that it is there: it answers each beat, and that keeps its cases.
"""

from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.permissions import Subject, can
from audit.actors import Actor
from notifications.live import company_group, incident_group
from operations import shifts
from operations.company_access import door
from operations.company_access.views import place
from operations.errors import NoGrant
from operations.selectors import grant_to_look, operator_actor
from portal.live.sessions import SocketIdentity, identity_of_session
from portal.live.sockets import GuardedConsumer, as_uuid, quietly

BEAT = 10.0
MOST_CASES = 20


class ConsoleConsumer(GuardedConsumer):
    """`/ws/console/`: a signed-in operator. {"t": "join" | "look", "pk": case}, {"t": "alive"}."""

    @property
    def rhythm(self) -> float:
        return BEAT

    async def connect(self) -> None:
        self.joined: dict[UUID, str] = {}
        """Each case whose hints come here, with the group of its incident."""
        await super().connect()

    async def identify(self) -> SocketIdentity | None:
        return await self.in_company(operator_of_session, self.header("cookie"))

    async def open(self) -> None:
        await super().open()
        if self.beating:
            await self.listen_to(company_group(self.company.id))

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        kind = content.get("t") if isinstance(content, dict) else None
        if kind == "alive":
            await self.in_company(give_sign_of_life, self.viewer.id)
        pk = as_uuid(content.get("pk")) if kind in ("join", "look") else None
        if pk is not None:
            await self.join(pk)

    async def join(self, pk: UUID) -> None:
        if pk in self.joined or len(self.joined) >= MOST_CASES:
            return
        group = await self.in_company(begin_following, self.viewer.id, pk)
        if group is not None and await self.listen_to(group):
            self.joined[pk] = group

    async def on_beat(self) -> None:
        await self.recheck()

    async def recheck(self) -> None:
        """Leave the groups of cases whose grant has ended."""
        for pk, group in list(self.joined.items()):
            if not await self.in_company(may_follow, self.viewer.id, pk):
                del self.joined[pk]
                self.listening.discard(group)
                await quietly(self.channel_layer.group_discard(group, self.channel_name))

    async def live_message(self, event: dict[str, Any]) -> None:
        """Pass a hint on with the case's id in place of the company's incident."""
        data = event["data"]
        if data.get("t") == "queue":
            await self.recheck()
            await self.send_json(data)
            return
        for pk, group in self.joined.items():
            if group.endswith(f".{data.get('pk')}"):
                await self.send_json(data | {"pk": str(pk)})


def operator_of_session(cookie_header: str) -> SocketIdentity | None:
    identity = identity_of_session(cookie_header)
    if identity is None or not can(_actor(identity.viewer.id), "see_queue", Subject(kind="case")):
        return None
    return identity


def give_sign_of_life(user_id: int) -> None:
    shifts.sign_of_life(operator=_actor(user_id))


def may_follow(user_id: int, case_id: UUID) -> bool:
    return grant_to_look(case_id, _actor(user_id)) is not None


def begin_following(user_id: int, case_id: UUID) -> str | None:
    """The group of a case's hints, audited first: they carry positions and loudness."""
    operator = _actor(user_id)
    grant = grant_to_look(case_id, operator)
    if grant is None:
        return None
    try:
        door.read(grant_id=grant.public_id, operator=operator, verb="case.followed", query=place)
    except NoGrant:
        return None
    return incident_group(grant.company_id, grant.incident_id)


def _actor(user_id: int) -> Actor:
    return operator_actor(User.objects.get(pk=user_id))
