"""`/ws/app/`: the employee's device. It carries hints; what the app shows it reads by HTTP."""

from collections.abc import Collection

from django.db.models import Q

from notifications.live import device_group
from people.devices.services import UnknownToken, authenticate
from people.models import Device, at_work
from portal.live.sockets import HeartbeatConsumer
from tenants.socket_monitor import SIGNED_OUT

PROTOCOL = "sobani.v1"
TOKEN_PREFIX = "token."  # noqa: S105 - not a secret, the name of the field that holds one


def still_enrolled(devices: Collection[int]) -> set[int]:
    held = Q(employee__isnull=True) | at_work("employee__")
    good = Device.objects.filter(held, pk__in=devices, revoked_at__isnull=True)
    return set(good.values_list("pk", flat=True))


class AppConsumer(HeartbeatConsumer):
    """`/ws/app/`; the token comes as a subprotocol, as browsers send no headers with a socket."""

    still_good = staticmethod(still_enrolled)

    async def open(self) -> None:
        await self.accept(subprotocol=PROTOCOL if self.speaks_ours() else None)
        device_id = await self.in_company(living_device, self.token())
        if device_id is None:
            await self.close(code=SIGNED_OUT)
            return
        if await self.listen_to(device_group(self.company.id, device_id)):
            self.stay(device_id)
            await self.begin()

    def speaks_ours(self) -> bool:
        return PROTOCOL in self.scope.get("subprotocols", [])

    def token(self) -> str:
        for text in self.scope.get("subprotocols", []):
            if text.startswith(TOKEN_PREFIX):
                return str(text[len(TOKEN_PREFIX) :])
        return ""


def living_device(token: str) -> int | None:
    """The device's key, unless the token is unknown or its device was revoked."""
    try:
        device = authenticate(token)
    except UnknownToken:
        return None
    return device.pk if device.revoked_at is None else None
