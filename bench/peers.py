"""The outside world that misbehaves on request: a mail server and a push service."""

import asyncio
import base64
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from accounts.models import User
from bench.processes import free_port
from notifications.services import save_push_subscription

SILENT = 3600.0


@dataclass(slots=True)
class MailServer:
    """Takes everything, each reply after a pause. Keeps the names of the messages, in order."""

    port: int = field(default_factory=free_port)
    pause: float = 0.0
    received: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message = BytesHeaderParser().parsebytes(envelope.content)
        self.received.append(str(message["Message-ID"]))
        return "250 OK"

    @contextmanager
    def running(self) -> Iterator["MailServer"]:
        door = Door(self, hostname="127.0.0.1", port=self.port)
        door.start()
        try:
            yield self
        finally:
            door.stop()


class SlowDialogue(SMTP):
    async def push(self, status: Any) -> None:
        if status[3:4] != "-":  # the last line of a reply
            await asyncio.sleep(self.event_handler.pause)
        await super().push(status)


class Door(Controller):
    def factory(self) -> SMTP:
        return SlowDialogue(self.handler, **self.SMTP_kwargs)


class AcceptingHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        pass


@contextmanager
def push_service() -> Iterator[str]:
    """One that takes everything; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", free_port()), AcceptingHandler)
    server.daemon_threads, server.block_on_close = True, False
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


def subscribe(user: User, service: str) -> None:
    """A browser of this person, with keys of its own."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    endpoint = f"{service}/{user.public_id}"
    save_push_subscription(user, endpoint, _in_base64(point), _in_base64(os.urandom(16)))


def _in_base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
