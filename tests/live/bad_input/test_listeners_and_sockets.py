"""Cookies, reasons and frames of nonsense: nothing is heard, and sockets end politely."""

import json
import socket
import uuid
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.live.bad_input.scene import DEEP, Scene, is_a_problem
from tests.live.conftest import Live
from tests.live.raw_http import send_raw
from tests.support.sound import listen

# Listeners


@pytest.mark.parametrize(
    "cookie", ["sid=nobody", 'sid="\\000"', 'sid="\\377\\000a"', "sid=", "\xff\xfe", "sid=a; sid=b"]
)
def test_a_cookie_of_nonsense_hears_nothing(scene: Scene, cookie: str) -> None:
    for path in ("live.m3u8", "dvr.m3u8", "u/0-0.aac"):
        lines = [f"GET /play/{scene.session}/{path} HTTP/1.1", f"Host: {scene.live.host}"]
        is_a_problem(send_raw(scene.live, [*lines, f"Cookie: {cookie}"]), 404)


def test_an_unknown_play_session_is_a_404_and_the_right_one_is_not(scene: Scene) -> None:
    cookie = f"Cookie: {scene.boris.headers['Cookie']}"
    for session, status in ((scene.session, 200), (str(uuid.uuid4()), 404)):
        lines = [f"GET /play/{session}/live.m3u8 HTTP/1.1", f"Host: {scene.live.host}", cookie]
        assert send_raw(scene.live, lines).status == status


@pytest.mark.parametrize("reason", ["\ud800", "\x00\x00本人の依頼", "x" * 5000])
def test_a_reason_in_broken_letters_is_still_a_reason(scene: Scene, reason: str) -> None:
    hanna = scene.live.browser("hanna")
    assert listen(hanna, scene.live, scene.recording, reason=reason).status_code == 201


# Sockets


def socket_to(live: Live, path: str, **request: Any) -> Any:
    """Resolves no name: not every machine knows what is under localhost."""
    line = socket.create_connection(("127.0.0.1", live.server.port), timeout=10)
    return connect(f"ws://{live.host}{path}", sock=line, proxy=None, **request)


def closed_with(live: Live, path: str, frames: list[str | bytes], **request: Any) -> int:
    """The code with which the server ends the socket, or the status of a refused handshake."""
    try:
        with socket_to(live, path, **request) as line:
            for frame in frames:
                line.send(frame)
            while True:
                line.recv(timeout=10)
    except ConnectionClosed as ended:
        return ended.rcvd.code if ended.rcvd else 1006
    except InvalidStatus as refused:
        return refused.response.status_code


NONSENSE: list[str | bytes] = ["{", "", DEEP.decode(), b"\x00\x01", b"{}"]


@pytest.mark.parametrize("frame", NONSENSE)
@pytest.mark.parametrize("path", ["/ws/app/", "/ws/portal/"])
def test_a_frame_that_is_no_json_ends_the_socket_politely(
    scene: Scene, path: str, frame: str | bytes
) -> None:
    requests_of: dict[str, dict[str, Any]] = {
        "/ws/app/": {"subprotocols": ["sobani.v1", f"token.{scene.phone.token}"]},
        "/ws/portal/": {"additional_headers": {"Cookie": str(scene.boris.headers["Cookie"])}},
    }
    assert closed_with(scene.live, path, [frame], **requests_of[path]) == 1003


@pytest.mark.parametrize(
    "frame", ["[]", "1", "{}", '{"t": "join", "pk": 7}', '{"t": ["join"]}', '{"t": {}, "pk": {}}']
)
def test_json_that_means_nothing_is_passed_over(scene: Scene, frame: str) -> None:
    cookie = {"Cookie": str(scene.boris.headers["Cookie"])}
    with socket_to(scene.live, "/ws/portal/", additional_headers=cookie) as line:
        line.send(frame)
        line.send(json.dumps({"t": "look", "pk": scene.incident}))
        received = [json.loads(line.recv(timeout=10))["t"] for _ in range(2)]
    assert received == ["hello", "presence"]


@pytest.mark.parametrize(
    ("path", "protocols", "code"),
    [
        ("/ws/app/", ["chat"], 4401),
        ("/ws/app/", ["sobani.v1"], 4401),
        ("/ws/app/", ["sobani.v1", "token.nonsense"], 4401),
        ("/ws/app/", None, 4401),
        ("/ws/portal/", ["sobani.v1"], 4401),
        ("/ws/portal/watching/", None, 4401),
        ("/ws/nowhere/", None, 403),
    ],
)
def test_a_socket_without_the_right_words_is_closed(
    scene: Scene, path: str, protocols: Any, code: int
) -> None:
    assert closed_with(scene.live, path, [], subprotocols=protocols) == code
