"""Requests that no well-behaved library would send, byte by byte over a socket."""

import socket
from dataclasses import dataclass
from http.client import HTTPResponse

from tests.live.conftest import Live


@dataclass(frozen=True)
class RawReply:
    status: int
    content_type: str
    body: bytes


def send_raw(live: Live, lines: list[str], body: bytes = b"") -> RawReply:
    """The request as given; the one who sends it then says no more."""
    head = "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")
    with socket.create_connection(("127.0.0.1", live.server.port), timeout=20) as line:
        line.sendall(head + body)
        answer = HTTPResponse(line)
        answer.begin()
        return RawReply(answer.status, answer.headers.get("Content-Type", ""), answer.read())


def send_and_leave(live: Live, lines: list[str], body: bytes) -> None:
    """Fewer bytes than announced, and then the connection is gone."""
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    with socket.create_connection(("127.0.0.1", live.server.port), timeout=20) as line:
        line.sendall(head + body)


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
