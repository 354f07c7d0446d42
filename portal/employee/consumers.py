"""`/ws/app/`: the employee's device. It carries hints; what the app shows it reads by HTTP."""

import asyncio
import contextlib
import time
from collections.abc import Collection

from django.db.models import Q

from notifications.live import device_group
from notifications.pulse import pulse
from people.devices import UnknownToken, authenticate
from people.models import Device, at_work
from tenants.consumers import COME_AGAIN, CompanyConsumer
from tenants.rounds import SIGNED_OUT

PROTOCOL = "sobani.v1"
TOKEN_PREFIX = "token."  # noqa: S105 - not a secret, the name of the field that holds one
BEAT = 25.0


def still_enrolled(devices: Collection[int]) -> set[int]:
    held = Q(employee__isnull=True) | at_work("employee__")
    good = Device.objects.filter(held, pk__in=devices, revoked_at__isnull=True)
    return set(good.values_list("pk", flat=True))


class AppConsumer(CompanyConsumer):
    """The token comes as a subprotocol, because browsers send no headers with a socket."""

    group = ""
    still_good = staticmethod(still_enrolled)
    beating: asyncio.Task[None] | None = None

    async def open(self) -> None:
        await self.accept(subprotocol=PROTOCOL if self.speaks_ours() else None)
        device_id = await self.in_company(living_device, self.token())
        if device_id is None:
            await self.close(code=SIGNED_OUT)
            return
        if await self.listen_to(device_group(self.company.id, device_id)):
            self.stay(device_id)
            await self.send_json({"t": "hello", "now": milliseconds()})
            self.beating = asyncio.create_task(self.beat())

    def speaks_ours(self) -> bool:
        return PROTOCOL in self.scope.get("subprotocols", [])

    def token(self) -> str:
        for text in self.scope.get("subprotocols", []):
            if text.startswith(TOKEN_PREFIX):
                return str(text[len(TOKEN_PREFIX) :])
        return ""

    async def listen_to(self, group: str) -> bool:
        """Without the broker this socket would be deaf: it ends, and the app polls instead."""
        try:
            async with asyncio.timeout(2):
                await self.channel_layer.group_add(group, self.channel_name)
        except Exception:  # whatever the broker's client raises, the answer is one
            await self.close(code=COME_AGAIN)
            return False
        self.group = group
        pulse().watch(self.go_deaf)
        return True

    async def go_deaf(self) -> None:
        await self.close(code=COME_AGAIN)

    async def beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            await self.send_json({"t": "ping", "now": milliseconds()})

    async def disconnect(self, code: int) -> None:
        pulse().forget(self.go_deaf)
        if self.beating:
            self.beating.cancel()
        if self.group:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(0.5):
                    await self.channel_layer.group_discard(self.group, self.channel_name)


def living_device(token: str) -> int | None:
    """The device's key, unless the token is unknown or its device was revoked."""
    try:
        device = authenticate(token)
    except UnknownToken:
        return None
    return device.pk if device.revoked_at is None else None


def milliseconds() -> int:
    return int(time.time() * 1000)
