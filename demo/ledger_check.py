"""The ledger against what the server returns: every promise, units byte by byte."""

import json
from collections.abc import Callable
from typing import Any

from demo.fleet import Fleet, Supervisor
from demo.http_client import Caller, HttpReply, RequestRefused
from demo.ledger import Promises

MOST_UNITS = 60
REASON = "点検"
Progress = Callable[[str], None]


async def differences(
    fleet: Fleet, supervisors: list[Supervisor], progress: Progress = lambda _what: None
) -> list[str]:
    """What was promised and is not there; empty when all is well."""
    caller = fleet.caller()
    lost: list[str] = []
    try:
        for promises in fleet.ledger.devices:
            if promises.incident:
                lost += await _incident(caller, fleet, promises)
                lost += await _positions(supervisors, promises)
                lost += await _sound(supervisors, promises)
            progress("device")
    finally:
        await caller.session.close()
    return lost


async def _ask(caller: Caller, method: str, path: str, **request: Any) -> HttpReply:
    """The answer, a final refusal included; an outage is waited out."""
    try:
        return await caller.retry(method, path, **request)
    except RequestRefused as refused:
        return HttpReply(refused.status, b"")


async def _incident(caller: Caller, fleet: Fleet, promises: Promises) -> list[str]:
    name = f"incident {promises.incident}"
    headers = {"Authorization": f"Bearer {promises.token}"}
    path = f"/api/v1/incidents/{promises.incident}"
    answer = await _ask(caller, "GET", path, headers=headers)
    if not answer.ok:
        return [f"tap {promises.tap['tap_id']}: {name} is not there ({answer.status})"]
    seen = json.loads(answer.body)
    texts = [message["text"] for message in seen["messages"]]
    lost = [
        f"{name}: the message {text} is there {texts.count(text)} times"
        for text in promises.messages
        if texts.count(text) != 1
    ]
    promised_to = fleet.ledger.acknowledged.get(promises.incident)
    if promised_to and seen["acknowledged_by"] != f"{promised_to}さん":
        lost.append(f"{name}: acknowledged by {seen['acknowledged_by']}, not {promised_to}")
    # The same press again finds the one that was kept; a lost one would open another incident.
    again = await _ask(caller, "POST", "/api/v1/incidents", json=promises.tap, headers=headers)
    if again.status != 200 or json.loads(again.body)["id"] != promises.incident:
        lost.append(f"tap {promises.tap['tap_id']} was not kept")
    return lost


async def _positions(supervisors: list[Supervisor], promises: Promises) -> list[str]:
    path = f"/portal/incidents/{promises.incident}/positions"
    for supervisor in supervisors:
        answer = await _ask(supervisor.caller, "GET", path)
        if answer.ok:
            fixes = json.loads(answer.body)["fixes"]
            stored = {fix["recorded_at"]: (fix["latitude"], fix["longitude"]) for fix in fixes}
            missing = [at for at, place in promises.fixes.items() if stored.get(at) != place]
            return [f"incident {promises.incident}: position of {at} is lost" for at in missing]
    return [f"incident {promises.incident}: no supervisor may see it"]


async def _sound(supervisors: list[Supervisor], promises: Promises) -> list[str]:
    if not promises.units:
        return []
    for supervisor in supervisors:
        session = await _listen(supervisor, promises)
        if session:
            return await _compare(supervisor.caller, session, promises)
    return [f"recording {promises.recording}: no supervisor may listen"]


async def _listen(supervisor: Supervisor, promises: Promises) -> str:
    page = await supervisor.caller.retry("GET", "/portal/")
    cookies = {cookie.key: cookie.value for cookie in supervisor.caller.session.cookie_jar}
    assert page.ok
    answer = await _ask(
        supervisor.caller,
        "POST",
        f"/portal/recordings/{promises.recording}/listen",
        json={"mode": "dvr", "reason": REASON},
        headers={"X-CSRFToken": cookies["csrf"]},
    )
    return str(json.loads(answer.body)["session"]) if answer.ok else ""


async def _compare(caller: Caller, session: str, promises: Promises) -> list[str]:
    numbers = sorted(promises.units)
    lost = []
    for first in range(0, len(numbers), MOST_UNITS):
        part = numbers[first : first + MOST_UNITS]
        whole = await _fetch(caller, session, part[0], part[-1])
        if whole == b"".join(promises.units[seq] for seq in part):
            continue
        for seq in part:
            if await _fetch(caller, session, seq, seq) != promises.units[seq]:
                lost.append(f"recording {promises.recording}: unit {seq} is lost or altered")
    return lost


async def _fetch(caller: Caller, session: str, first: int, last: int) -> bytes:
    answer = await _ask(caller, "GET", f"/play/{session}/u/{first}-{last}.aac")
    return without_tag(answer.body)


def without_tag(sound: bytes) -> bytes:
    """Without the ID3 tag of the media time; its size is four times seven bits."""
    if sound[:3] != b"ID3":
        return sound
    size = 0
    for part in sound[6:10]:
        size = size << 7 | part & 0x7F
    return sound[10 + size :]
