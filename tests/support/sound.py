"""Sound sent and heard over the media planes."""

from typing import Any

import pytest
import requests

from tests.live.conftest import Live, LivePhone
from tests.recordings.sounds import digest_header


def put(phone: LivePhone, recording: str, seq: int, data: bytes, **headers: str) -> Any:
    given = {"Content-Type": "audio/aac", "Content-Digest": digest_header(data), "Unit-Run": "a"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return phone.send("PUT", f"/ingest/{recording}/units/{seq}", data=data, headers=given)


@pytest.fixture
def recording(phone: LivePhone) -> str:
    return str(phone.record(phone.tap()["tap_id"])["id"])


def listen(browser: requests.Session, live: Live, recording: str, **wish: str) -> Any:
    """Begin to listen as the page does: with the session and the form's token."""
    page = browser.get(f"{live.url}/portal/", timeout=10)
    token = page.cookies.get("csrf") or ""
    cookie = f"{browser.headers['Cookie']}; csrf={token}"
    return browser.post(
        f"{live.url}/portal/recordings/{recording}/listen",
        json={"mode": "live"} | wish,
        headers={"X-CSRFToken": token, "Cookie": cookie, "Origin": f"http://{live.host}"},
        timeout=10,
    )
