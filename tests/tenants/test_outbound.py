"""A typed-in address reaches the internet and nothing else: no connection to this machine or its
network is even begun."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from accounts.sso.discovery import Unusable, described_by
from tests.peers import certificate, drip, free_port
from web import outbound

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@dataclass
class Listener:
    """Counts who connects, on every address of the machine, and lets ``talk`` answer."""

    port: int
    talk: Callable[[socket.socket], None] = lambda line: line.sendall(GOOD)
    connects: list[str] = field(default_factory=list)
    wrap: ssl.SSLContext | None = None

    def serve(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line, caller = door.accept()
                self.connects.append(caller[0])
                threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with suppress(OSError), line:
            if self.wrap:
                line = self.wrap.wrap_socket(line, server_side=True)
            with line:
                line.recv(65536)
                self.talk(line)


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    made = Listener(free_port())
    doors = [socket.create_server(("0.0.0.0", made.port))]
    with suppress(OSError):
        doors.append(socket.create_server(("::", made.port), family=socket.AF_INET6))
    for door in doors:
        threading.Thread(target=made.serve, args=(door,), daemon=True).start()
    # The port alone must not be what protects.
    monkeypatch.setattr(outbound, "PORTS", {443, 8443, made.port})
    yield made
    for door in doors:
        door.shutdown(socket.SHUT_RDWR)
        door.close()


NASTY = """
https://127.0.0.1:{port}/
https://127.0.0.1:{port}
https://127.1.2.3:{port}/
https://127.1:{port}/
https://127.0.1:{port}/
https://2130706433:{port}/
https://0x7f000001:{port}/
https://0x7f.0x0.0x0.0x1:{port}/
https://0x7f.1:{port}/
https://017700000001:{port}/
https://0177.0.0.1:{port}/
https://0177.0.0.01:{port}/
https://00000177.0.0.1:{port}/
https://0.0.0.0:{port}/
https://0:{port}/
https://0x0:{port}/
https://localhost:{port}/
https://LOCALHOST:{port}/
https://localhost.:{port}/
https://127.0.0.1.:{port}/
https://ip6-localhost:{port}/
https://１２７.０.０.１:{port}/
https://①②⑦.⓪.⓪.①:{port}/
https://ⓛocalhost:{port}/
https://127。0。0。1:{port}/
https://[::1]:{port}/
https://[::]:{port}/
https://[0:0:0:0:0:0:0:1]:{port}/
https://[0000::1]:{port}/
https://[::ffff:127.0.0.1]:{port}/
https://[::ffff:7f00:1]:{port}/
https://[::127.0.0.1]:{port}/
https://[64:ff9b::127.0.0.1]:{port}/
https://[64:ff9b:1::7f00:1]:{port}/
https://[2002:7f00:1::]:{port}/
https://[2001:0:7f00:1::]:{port}/
https://[fe80::1]:{port}/
https://[fe80::1%25lo]:{port}/
https://[::1%25lo]:{port}/
https://[fc00::1]:{port}/
https://[ff02::1]:{port}/
https://user@127.0.0.1:{port}/
https://user:word@127.0.0.1:{port}/
https://accounts.example@127.0.0.1:{port}/
https://127.0.0.1:{port}#@accounts.example/
https://accounts.example#@127.0.0.1:{port}/
https://127.0.0.1:{port}\\@accounts.example/
https://accounts.example\\@127.0.0.1:{port}/
https://127.0.0.1:{port}%2f@accounts.example/
https://%31%32%37.0.0.1:{port}/
https://127.0.0.1%00.accounts.example:{port}/
https://accounts.example&@127.0.0.1:{port}/
https:///127.0.0.1:{port}/
https:127.0.0.1:{port}/
https:/127.0.0.1:{port}/
https:\\\\127.0.0.1:{port}/
 https://127.0.0.1:{port}/
https://127.0.0.1:{port}/\tx
https://127.0.0.1 :{port}/
https://127.0.0.1:{port}:443/
https://127.0.0.1:+{port}/
HTTPS://127.0.0.1:{port}/
http://127.0.0.1:{port}/
http://[::1]:{port}/
http://localhost:{port}/.well-known/openid-configuration
ftp://127.0.0.1:{port}/
gopher://127.0.0.1:{port}/_x
file://127.0.0.1:{port}/etc/passwd
file:///etc/passwd
dict://127.0.0.1:{port}/info
data:application/json,%7B%7D
//127.0.0.1:{port}/
127.0.0.1:{port}
https://169.254.169.254/latest/meta-data/
https://[fd00:ec2::254]/latest/meta-data/
https://10.0.0.1:{port}/
https://172.16.0.1:{port}/
https://192.168.0.1:{port}/
https://100.64.0.1:{port}/
https://198.18.0.1:{port}/
https://224.0.0.1:{port}/
https://255.255.255.255:{port}/
https://8.8.8.8:22/
https://accounts.example:0/
https://accounts.example:99999/
https://{long}.example/
https://a..example:{port}/
https://-:{port}/
https://:{port}/
https://
""".strip("\n").split("\n")


@pytest.mark.parametrize("url", NASTY)
def test_a_nasty_address_is_not_called(url: str, listener: Listener) -> None:
    nasty = url.format(port=listener.port, long="x" * 70)
    with outbound.session() as session, pytest.raises((requests.RequestException, ValueError)):
        session.get(nasty)
    with pytest.raises(Unusable):
        described_by(nasty)
    assert listener.connects == []


def test_the_count_sees_who_connects(listener: Listener, settings: Any) -> None:
    """Otherwise the table above would say nothing."""
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1", "::1", "localhost"]
    for host in ("127.0.0.1", "localhost"):
        with outbound.session() as session:
            assert session.get(f"http://{host}:{listener.port}/").json() == {}
    assert len(listener.connects) == 2


def test_in_production_a_host_of_ones_own_is_called_by_https_alone(
    listener: Listener, settings: Any
) -> None:
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    settings.SOBANI_ENV = "production"
    with outbound.session() as session, pytest.raises(outbound.OutboundRefused):
        session.get(f"http://127.0.0.1:{listener.port}/")
    assert listener.connects == []


PUBLIC = ["8.8.8.8", "203.104.0.1", "2001:4860:4860::8888", "2606:4700::1111"]
NOT = [
    "127.0.0.1",
    "10.1.1.1",
    "172.31.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "192.0.2.1",
    "198.18.0.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:8.8.8.8",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "2001:0:a00:1::",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
    "100::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_the_internet_is_called(address: str) -> None:
    assert outbound.is_public(address)


@pytest.mark.parametrize("address", NOT)
def test_what_is_not_the_internet_is_not(address: str) -> None:
    assert not outbound.is_public(address)


def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """A name server that says something else each time; what it was asked for."""
    asked: list[str] = []
    real, left = socket.getaddrinfo, list(answers)

    def resolve(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if not str(host).endswith(".example"):
            return real(host, port, *rest, **more)
        asked.append(host)
        found = left.pop(0)
        return [one for address in found for one in real(address, port, type=socket.SOCK_STREAM)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize("answer", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "::1"]])
def test_a_name_that_leads_inside_is_not_called(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, answer: list[str]
) -> None:
    names(monkeypatch, answer)
    with outbound.session() as session, pytest.raises(outbound.OutboundRefused):
        session.get(f"https://login.example:{listener.port}/")
    assert listener.connects == []


def test_what_was_looked_at_is_what_is_called(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """A name that leads elsewhere when asked a second time is not asked a second time."""
    settings.OUTBOUND_PRIVATE_HOSTS = ["login.example"]
    asked = names(monkeypatch, ["127.0.0.1"], ["127.0.0.2"])
    with outbound.session() as session:
        session.get(f"http://login.example:{listener.port}/")
    assert asked == ["login.example"]
    assert len(listener.connects) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_sent_on(listener: Listener, settings: Any, status: int) -> None:
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    there = f"http://127.0.0.1:{listener.port}/second"
    head = f"HTTP/1.1 {status} x\r\nLocation: {there}\r\nContent-Length: 0\r\n\r\n"
    listener.talk = lambda line: line.sendall(head.encode())
    with outbound.session() as session, pytest.raises(requests.TooManyRedirects):
        session.get(f"http://127.0.0.1:{listener.port}/")
    assert len(listener.connects) == 1


def test_a_proxy_of_the_machine_is_not_asked(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{listener.port}")
    with outbound.session() as session, pytest.raises(requests.RequestException):
        session.get(f"https://[2001:db8::1]:{listener.port}/")
    assert listener.connects == []


def flood(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _piece in range(10_000):
        line.sendall(b"x" * 4096)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"
ENDLESS = {
    "silence": lambda _line: time.sleep(60),
    "one byte of the head at a time": drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "one line of the head at a time": drip(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n"),
    "one byte of the answer at a time": drip(HEAD, b"x"),
    "one chunk at a time": drip(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"
    ),
    "more and more": flood,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("talk", ENDLESS.values(), ids=ENDLESS)
def test_an_answer_without_end_is_given_up(listener: Listener, settings: Any, talk: Any) -> None:
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    listener.talk = talk
    with outbound.session() as session, pytest.raises(requests.RequestException):
        session.get(f"http://127.0.0.1:{listener.port}/", timeout=0.4)


def test_one_deadline_holds_for_the_whole_answer(listener: Listener, settings: Any) -> None:
    """Head and body each come in time, and together too late."""
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]

    def hesitate(line: socket.socket) -> None:
        for words in (b"HTTP/1.1 200 OK\r\n", b"Content-Length: 2\r\n\r\n", b"{", b"}"):
            time.sleep(0.2)
            line.sendall(words)

    listener.talk = hesitate
    with outbound.session() as session:
        with pytest.raises(requests.RequestException):
            session.get(f"http://127.0.0.1:{listener.port}/", timeout=0.7)
        assert session.get(f"http://127.0.0.1:{listener.port}/", timeout=60).json() == {}


@pytest.mark.parametrize("more", [0, 1])
def test_an_answer_is_read_up_to_64_kib(listener: Listener, settings: Any, more: int) -> None:
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    size = 64 * 1024 + more
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode()
    listener.talk = lambda line: line.sendall(head + b"x" * size)
    with outbound.session() as session:
        if more:
            with pytest.raises(outbound.OutboundRefused):
                session.get(f"http://127.0.0.1:{listener.port}/")
        else:
            assert len(session.get(f"http://127.0.0.1:{listener.port}/").content) == size


def test_what_is_packed_is_not_unpacked(listener: Listener, settings: Any) -> None:
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    packed = b"\x1f\x8b" + b"x" * 100
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 102\r\n\r\n"
    listener.talk = lambda line: line.sendall(head + packed)
    with outbound.session() as session:
        assert session.get(f"http://127.0.0.1:{listener.port}/").content == packed


def test_a_host_of_ones_own_shows_a_certificate_for_its_name(
    listener: Listener, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Called by its address, checked by its name; by the authority that is named, no other."""
    listener.wrap = certificate(tmp_path, "login.example")
    settings.OUTBOUND_PRIVATE_HOSTS = ["login.example", "other.example"]
    settings.OUTBOUND_CA_FILE = str(tmp_path / "login.example.pem")
    names(monkeypatch, ["127.0.0.1"], ["127.0.0.1"], ["127.0.0.1"])
    with outbound.session() as session:
        assert session.get(f"https://login.example:{listener.port}/").json() == {}
        with pytest.raises(requests.exceptions.SSLError):
            session.get(f"https://other.example:{listener.port}/")
    settings.OUTBOUND_CA_FILE = ""
    with outbound.session() as session, pytest.raises(requests.exceptions.SSLError):
        session.get(f"https://login.example:{listener.port}/")
