"""The portal's websockets. They carry hints and positions; what a page shows comes by HTTP."""

from typing import Any
from uuid import UUID

from notifications.live import incident_group
from portal.live.sessions import SocketIdentity, identity_of_session, identity_of_ticket
from portal.live.sockets import GuardedConsumer, as_uuid, quietly
from portal.supervisor.selectors import may_follow
from portal.supervisor.viewers import Viewers

MOST_INCIDENTS = 200


class PortalConsumer(GuardedConsumer):
    """`/ws/portal/`: a signed-in supervisor. Asks for incidents by {"t": "join" | "look", "pk"}."""

    async def connect(self) -> None:
        self.viewers: dict[str, Viewers] = {}
        self.joined: set[UUID] = set()
        await super().connect()

    async def identify(self) -> SocketIdentity | None:
        return await self.in_company(identity_of_session, self.header("cookie"))

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        kind = content.get("t") if isinstance(content, dict) else None
        pk = as_uuid(content.get("pk")) if kind in ("join", "look") else None
        if pk is None or not await self.join(pk):
            return
        if kind == "look":
            await self.look(pk)

    async def join(self, pk: UUID) -> bool:
        if pk in self.joined:
            return True
        if len(self.joined) >= MOST_INCIDENTS:
            return False
        if pk not in await self.in_company(may_follow, self.viewer.id, {pk}):
            return False
        if not await self.listen_to(incident_group(self.company.id, pk)):
            return False
        self.joined.add(pk)
        return True

    async def recheck(self) -> None:
        """Leave the groups of alarms that this person may no longer see."""
        if self.joined:
            allowed = await self.in_company(may_follow, self.viewer.id, self.joined)
            for pk in self.joined - allowed:
                await self.leave(pk)

    async def leave(self, pk: UUID) -> None:
        self.joined.discard(pk)
        self.viewers.pop(str(pk), None)
        group = incident_group(self.company.id, pk)
        for name in (group, presence_group(group)):
            self.listening.discard(name)
            await quietly(self.channel_layer.group_discard(name, self.channel_name))

    async def look(self, pk: UUID) -> None:
        group = presence_group(incident_group(self.company.id, pk))
        if str(pk) in self.viewers or not await self.listen_to(group):
            return
        self.viewers[str(pk)] = Viewers()
        await self.publish(pk, "presence.hello")
        await self.publish(pk, "presence.here")

    async def on_beat(self) -> None:
        await self.recheck()
        for pk, viewers in self.viewers.items():
            await self.publish(UUID(pk), "presence.here")
            if viewers.expire():
                await self.send_presence(pk)

    async def disconnect(self, code: int) -> None:
        for pk in self.viewers:
            await self.publish(UUID(pk), "presence.gone")
        await super().disconnect(code)

    async def publish(self, pk: UUID, kind: str) -> None:
        group = presence_group(incident_group(self.company.id, pk))
        message = {"type": kind, "pk": str(pk), "id": self.viewer.public_id}
        await quietly(self.channel_layer.group_send(group, message | {"name": self.viewer.name}))

    async def presence_hello(self, event: dict[str, Any]) -> None:
        if event["pk"] in self.viewers:
            await self.publish(UUID(event["pk"]), "presence.here")

    async def presence_here(self, event: dict[str, Any]) -> None:
        viewers = self.viewers.get(event["pk"])
        if viewers is not None and viewers.here(event["id"], event["name"]):
            await self.send_presence(event["pk"])

    async def presence_gone(self, event: dict[str, Any]) -> None:
        viewers = self.viewers.get(event["pk"])
        if viewers is None or not viewers.gone(event["id"]):
            return
        # The same person may still look from another tab, which answers this.
        await self.publish(UUID(event["pk"]), "presence.hello")
        await self.send_presence(event["pk"])

    async def send_presence(self, pk: str) -> None:
        people = self.viewers[pk].people()
        await self.send_json({"t": "presence", "pk": pk, "people": people})


class WatchingConsumer(GuardedConsumer):
    """`/ws/portal/watching/`: rings after the sign-in has ended, and says nothing else."""

    async def identify(self) -> SocketIdentity | None:
        return await self.in_company(identity_of_ticket, self.header("cookie"))

    async def live_message(self, event: dict[str, Any]) -> None:
        if event["data"].get("t") == "alarm":
            await self.send_json({"t": "alarm"})


def presence_group(incident: str) -> str:
    """Group of an incident's viewers; its own group is heard by the person's app, too."""
    return f"{incident}.presence"
