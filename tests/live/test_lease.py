"""Who loses the right to listen in the middle of it hears nothing after five seconds."""

import time
from typing import Any

import requests
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User
from notifications.models import Notice
from recordings.models import PlaySession
from tenants.context import run_in
from tests.live.conftest import Live, LivePhone
from tests.recordings.sounds import unit
from tests.support.sound import listen, put

AT_MOST = 5


def test_bytes_stop_within_five_seconds_for_the_one_who_lost_the_right(
    live: Live, phone: LivePhone
) -> None:
    recording = str(phone.record(phone.tap()["tap_id"])["id"])
    assert put(phone, recording, 0, unit()).status_code == 201
    names = ["boris", "second", "hanna"]
    ears = {name: opened(live, recording, name) for name in [*names, "boris2"]}
    assert all(hears(live, *ear) for ear in ears.values())

    def take_away() -> None:
        signed_out = ears["boris"][0].headers["Cookie"].partition("=")[2]
        Session.objects.filter(session_key=signed_out).delete()
        User.objects.filter(username="second").update(is_active=False)
        User.objects.create_user("haruka", None, family_name="後任", roles=["hr_admin"])
        User.objects.filter(username="hanna").update(roles=[])
        Notice.objects.filter(recipient_user__username="hanna").delete()

    run_in(live.company, take_away)
    until = time.monotonic() + AT_MOST
    gone = {name: ears[name] for name in names}
    while gone := {name: ear for name, ear in gone.items() if hears(live, *ear)}:
        assert time.monotonic() < until, gone.keys()
        time.sleep(0.2)
    # Who kept the right still hears, until the session itself is ended.
    assert hears(live, *ears["boris2"])


def opened(live: Live, recording: str, name: str) -> tuple[requests.Session, str]:
    browser = live.browser(name.rstrip("2"))
    answer = listen(browser, live, recording, reason="確認のため")
    assert answer.status_code == 201, answer.text
    return browser, answer.json()["session"]


def hears(live: Live, browser: requests.Session, session: str) -> bool:
    answer: Any = browser.get(f"{live.url}/play/{session}/u/0-0.aac", timeout=10)
    assert answer.status_code in {200, 404}
    return answer.status_code == 200


def test_a_replay_shows_in_the_employees_own_history(live: Live, phone: LivePhone) -> None:
    recording = str(phone.record(phone.tap()["tap_id"])["id"])
    assert put(phone, recording, 0, unit()).status_code == 201
    browser, session = opened(live, recording, "hanna")

    def plays() -> Any:
        return phone.send("GET", f"/api/v1/me/recordings/{recording}/plays").json()

    (before,) = plays()
    assert before["ranges"] == []
    assert hears(live, browser, session)
    (after,) = plays()
    assert after["reason"] == "確認のため"
    assert [one["from_seconds"] for one in after["ranges"]] == [0]

    def end() -> None:
        PlaySession.objects.filter(public_id=session).update(ended_at=timezone.now())

    run_in(live.company, end)
    assert (
        requests.get(
            f"{live.url}/play/{session}/live.m3u8",
            timeout=10,
            headers={"Host": live.host, "Cookie": str(browser.headers["Cookie"])},
        ).status_code
        == 404
    )
