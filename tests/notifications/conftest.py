"""The outside world on loopback: a mail server, a push service that can misbehave, a browser."""

import base64
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import pytest
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db.models.functions import Now

from accounts.models import User
from jobs.models import Job
from jobs.runs import run_next
from notifications.models import Notice, PushSubscription
from notifications.services import save_push_subscription, send_notice
from tests.peers import Mailbox, Peer, free_port, silence


def run_due() -> int:
    """What the timekeeper would do now; how many jobs there were."""
    count = 0
    while run_next(0, "timekeeper of this test"):
        count += 1
    return count


def let_time_pass() -> None:
    """The waits between attempts are over."""
    Job.objects.filter(state=Job.State.PENDING).update(due_at=Now())


def page(user: User, *, dedupe: str = "one", **fields: Any) -> Notice:
    return send_notice(
        recipient=user,
        **{
            "kind": "alarm",
            "title": "Somebody asks for help",
            "body": "Open the page.",
            "path": "/portal/",
            "dedupe": dedupe,
        }
        | fields,
    )


@dataclass
class MailServer:
    """Answers RCPT with ``recipient`` and the message with ``answers``, then with 250."""

    recipient: str = "250 OK"
    answers: list[str] = field(default_factory=list)
    received: list[Message] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)
    hangs_up: bool = False
    hung_up: threading.Event = field(default_factory=threading.Event)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server, session, envelope):
        self.connections.add(session.peer)
        if self.hangs_up:
            server.loop.call_later(0.05, self._hang_up, server.transport)
        self.received.append(BytesParser(policy=default).parsebytes(envelope.content))
        return self.answers.pop(0) if self.answers else "250 OK"

    def _hang_up(self, transport: Any) -> None:
        transport.close()
        self.hung_up.set()


@pytest.fixture
def mail(settings: Any) -> Iterator[MailServer]:
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    mail_goes_to(settings, controller.port)
    yield server
    controller.stop()


def mail_goes_to(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = "notifications.channels.smtp.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


@pytest.fixture
def silent_mail(settings: Any) -> Iterator[Peer]:
    """A mail server that takes every connection and says nothing."""
    with Peer(silence).listening() as peer:
        mail_goes_to(settings, peer.port)
        yield peer


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    with Peer(box.talk).listening() as peer:
        mail_goes_to(settings, peer.port)
        yield box


@dataclass
class Push:
    path: str
    headers: Message
    body: bytes


@dataclass
class PushService:
    """Answers with the statuses it is given, in turn, then with 201."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    received: list[Push] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.received.append(Push(self.path, self.headers, body))
                service.connections.add(self.client_address)
                self.send_response(service.statuses.pop(0) if service.statuses else 201)
                self.send_header("Content-Length", "0")
                for name, value in service.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        return Handler


@pytest.fixture
def push_service(settings: Any) -> Iterator[PushService]:
    service = PushService()
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    server = ThreadingHTTPServer(("127.0.0.1", free_port()), service.handler())
    server.daemon_threads = True
    server.block_on_close = False
    service.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield service
    server.shutdown()
    server.server_close()


@dataclass
class Browser:
    """A browser's half of a push subscription."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def p256dh(self) -> str:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(point).decode().rstrip("=")

    @property
    def auth(self) -> str:
        return base64.urlsafe_b64encode(self.secret).decode().rstrip("=")

    def subscribe(self, user: User) -> PushSubscription:
        return save_push_subscription(user, self.endpoint, self.p256dh, self.auth)

    def read(self, push: Push) -> dict[str, Any]:
        text = http_ece.decrypt(push.body, private_key=self.key, auth_secret=self.secret)
        return dict(json.loads(text))


@pytest.fixture
def browser(push_service: PushService) -> Browser:
    return Browser(f"{push_service.url}/push/boris")


@pytest.fixture
def boris(boris: User) -> User:
    """With an e-mail address, whatever the demo gave him, and no browser yet."""
    boris.email, boris.language = "boris@acme.example", "en"
    boris.save()
    return boris


@pytest.fixture
def mute_boris(boris: User) -> User:
    """Without e-mail, for tests that are about push alone."""
    boris.email = None
    boris.save()
    return boris
