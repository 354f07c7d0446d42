"""The websocket door: a socket belongs to the company of its host for its whole life."""

import contextlib
import json
import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from redis.exceptions import RedisError

from tenants.hosts import CompanyRef
from tenants.socket_monitor import UNKNOWN_HOST, Identities, socket_monitor
from tenants.threads import company_of_host, run_in_thread
from web.problems import is_busy

logger = logging.getLogger("tenants")

P = ParamSpec("P")
T = TypeVar("T")

NOT_JSON = 1003
COME_AGAIN = 1013


class CompanyConsumer(AsyncJsonWebsocketConsumer):
    """Socket of one company. Override ``open()``; the schema is entered only in ``in_company``."""

    company: CompanyRef
    identity: Any = None
    """What this socket was opened with: asked about again for as long as it is open."""
    still_good: Callable[[Identities], Identities]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve the socket; refuse it without the broker or the database, so that the page
        polls."""
        try:
            await super().__call__(scope, receive, send)
        except Exception as error:
            if not (isinstance(error, (RedisError, OSError)) or is_busy(error)):
                raise
            logger.warning("tenants.socket_refused", extra={"reason": type(error).__name__})
            with contextlib.suppress(RuntimeError):  # already closed
                await send({"type": "websocket.close", "code": COME_AGAIN})
        finally:
            socket_monitor().forget(self)

    async def connect(self) -> None:
        company = await company_of_host(self.header("host"))
        if company is None:
            await self.close(code=UNKNOWN_HOST)
            return
        self.company = company
        await self.open()

    async def open(self) -> None:
        await self.accept()

    def stay(self, identity: Any) -> None:
        """Stay open until the other end leaves, or until ``identity`` is no longer good."""
        self.identity = identity
        socket_monitor().watch(self)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        try:
            content = json.loads(text_data or "")
        except (ValueError, RecursionError):  # binary frames too: nothing of ours sends them
            await self.close(code=NOT_JSON)
        else:
            await self.receive_json(content)

    async def in_company(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run sync code with ORM calls inside this socket's company, in a worker thread."""
        return await run_in_thread(self.company, fn, *args, **kwargs)

    async def live_message(self, event: dict[str, Any]) -> None:
        """Send what `notifications.live` published for one of this socket's groups."""
        await self.send_json(event["data"])

    def header(self, name: str) -> str:
        wanted = name.encode()
        for key, value in self.scope["headers"]:
            if key == wanted:
                return str(value.decode("latin-1"))
        return ""
