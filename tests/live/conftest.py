import logging
import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from django.db import connection

from accounts.models import User
from demo.data import ACME
from demo.links import signer
from demo.seed import fill
from people.devices.services import issue_code
from people.models import Employee
from tenants.context import run_in
from tenants.models import Company
from tenants.provisioning import create_company
from tenants.schemas import leave_schema
from tests.live.browsers import KEPT
from tests.live.media_client import beep_file
from tests.live.proxy import Proxy

# Below the ephemeral range; drawn at random, so that two runs side by side rarely meet.
PORTS = range(18_600, 20_600)
ANNA = "020182"


def free_port() -> int:
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise RuntimeError("no free port")


@dataclass
class Server:
    """One web process and one timekeeper; they can be killed and started again."""

    port: int
    environment: dict[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = ("web", "timekeeper")
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self) -> None:
        environment = os.environ | {"PORT": str(self.port)} | self.environment
        uvicorn = ["-m", "uvicorn", "config.asgi:application", "--host", "127.0.0.1"]
        commands = {
            "web": [*uvicorn, "--port", str(self.port), "--log-level", "warning"],
            "timekeeper": ["manage.py", "timekeeper"],
        }
        for name in self.roles:
            if name not in self.processes or self.processes[name].poll() is not None:
                command = [sys.executable, *commands[name]]
                self.processes[name] = subprocess.Popen(command, env=environment)
        self.wait()

    def wait(self) -> None:
        for _attempt in range(900):
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", self.port)):
                    return
            time.sleep(0.1)
        raise RuntimeError("the web process does not answer")

    def kill(self, name: str) -> None:
        self.processes[name].kill()
        self.processes[name].wait()

    def stop(self) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            process.wait(20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Generator[None]:
    """Who follows without a browser may need this thread's loop."""
    yield
    if nextitem is None or nextitem.get_closest_marker("browser") is None:
        KEPT.end()


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[Server]:
    # A mail server that is silent costs a timekeeper half a core with what all tests have left.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    mails = Controller(Sink(), "127.0.0.1", free_port())
    mails.start()
    running = Server(free_port(), {"EMAIL_URL": f"smtp://127.0.0.1:{mails.port}"})
    running.start()
    yield running
    running.stop()
    mails.stop()


@dataclass(frozen=True)
class Live:
    """A company of its own behind the running server."""

    company: Company
    server: Server

    @property
    def host(self) -> str:
        return f"{self.company.schema}.localhost:{self.server.port}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def page(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def code(self, number: str = ANNA) -> str:
        return run_in(self.company, lambda: issue_code(holder=Employee.objects.get(number=number)))

    def enrol(self, kind: str = "iphone", number: str = ANNA) -> "LivePhone":
        body = {"code": self.code(number), "kind": kind, "name": kind}
        answer = requests.post(
            f"{self.url}/api/v1/devices/enroll", json=body, headers={"Host": self.host}, timeout=10
        )
        return LivePhone(self, answer.json()["token"])

    def sign_in_path(self, username: str) -> str:
        assert run_in(self.company, User.objects.filter(username=username).exists)
        return f"/demo/sign-in/{signer().sign(f'{self.company.schema}:{username}')}/"

    def browser(self, username: str) -> requests.Session:
        """A signed-in browser without scripts."""
        session = requests.Session()
        session.headers["Host"] = self.host
        answer = session.get(
            self.url + self.sign_in_path(username), allow_redirects=False, timeout=10
        )
        session.headers["Cookie"] = f"sid={answer.cookies['sid']}"
        return session


@dataclass(frozen=True)
class LivePhone:
    live: Live
    token: str

    def send(self, method: str, path: str, **request: Any) -> requests.Response:
        headers = {"Host": self.live.host, "Authorization": f"Bearer {self.token}"}
        headers |= request.pop("headers", {})
        return requests.request(
            method, self.live.url + path, headers=headers, timeout=10, **request
        )

    def tap(self) -> dict[str, Any]:
        tap_id = str(uuid.uuid4())
        answer = self.send("POST", "/api/v1/incidents", json={"tap_id": tap_id})
        assert answer.status_code in {200, 201}
        body: dict[str, Any] = answer.json()
        return body | {"tap_id": tap_id}

    def record(self, tap_id: str, **fields: Any) -> dict[str, Any]:
        body = {
            "client_id": str(uuid.uuid4()),
            "tap_id": tap_id,
            "codec": "mp4a.40.2",
            "sample_rate": 48000,
            "frames_per_unit": 47,
            "started_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 30)),
        } | fields
        answer = self.send("POST", "/api/v1/recordings", json=body)
        assert answer.status_code == 201, answer.text
        registered: dict[str, Any] = answer.json()
        return registered


def new_live(server: Server) -> Live:
    leave_schema()
    name = f"live{uuid.uuid4().hex[:8]}"
    company = create_company(
        name="東都百貨店株式会社", schema=name, domain=f"{name}.localhost", support=True
    )
    run_in(company, fill, ACME)
    return Live(company, server)


@pytest.fixture
def live(server: Server, django_db_blocker: Any) -> Iterator[Live]:
    with django_db_blocker.unblock():
        yield new_live(server)
        connection.close()


@pytest.fixture
def phone(live: Live) -> LivePhone:
    return live.enrol()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Show a figure that was measured and is not asserted, whatever is captured meanwhile."""
    capture: Any = request.config.pluginmanager.get_plugin("capturemanager")

    def say(text: str) -> None:
        with capture.global_and_fixture_disabled():
            sys.stdout.write(f"\n{text}\n")
            sys.stdout.flush()

    return say


@pytest.fixture(scope="session")
def beeps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tone of half a second every second."""
    target = tmp_path_factory.mktemp("beeps") / "beeps.wav"
    source = "aevalsrc='0.5*sin(2*PI*880*t)*lt(mod(t,1),0.5)':s=48000:d=10"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-ac", "1", str(target)], check=True
    )
    return target


@pytest.fixture(scope="session")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tones that can be told apart, one after the other."""
    return beep_file(tmp_path_factory.mktemp("tones") / "tones.wav")


@pytest.fixture
def line(live: Live) -> Iterator[Proxy]:
    """A network that can fail."""
    proxy = Proxy(free_port(), live.server.port)
    yield proxy
    proxy.close()


@pytest.fixture
def boris_line(live: Live) -> Iterator[Proxy]:
    """A second one."""
    proxy = Proxy(free_port(), live.server.port)
    yield proxy
    proxy.close()


def through(live: Live, proxy: Proxy, path: str) -> str:
    return f"http://{live.company.schema}.localhost:{proxy.port}{path}"
