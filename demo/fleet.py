"""A fleet that speaks the real protocol: devices that tap and stream, supervisors who answer.

Knows no database: codes and sign-ins are given to it, everything else goes through sockets.
"""

import asyncio
import base64
import hashlib
import json
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp

from demo.http_client import Caller, RequestRefused
from demo.ledger import Ledger, Promises
from demo.sound import SampleSound

MESSAGE_EVERY, FIXES_EVERY = 3, 2  # units
ACKNOWLEDGED_WITHIN = 60.0
FORM_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
OWN_NAME = re.compile(r"class=\"who-name\">(\S+) ")
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Enrolment:
    code: str
    kind: str


@dataclass(slots=True)
class Fleet:
    url: str
    host: str
    sound: SampleSound
    ledger: Ledger = field(default_factory=Ledger)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def caller(self) -> Caller:
        # One cookie jar each: supervisors are different browsers.
        jar = aiohttp.CookieJar(unsafe=True)
        return Caller(aiohttp.ClientSession(cookie_jar=jar), self.url, self.host)

    async def work(
        self,
        enrolments: list[Enrolment],
        sign_ins: list[tuple[str, str]],
        seconds: float,
        progress: Progress = lambda _what: None,
    ) -> list["Supervisor"]:
        """Everybody at once for so many seconds of sound; the supervisors stay signed in."""
        supervisors = [Supervisor(self.caller(), name, word) for name, word in sign_ins]
        await asyncio.gather(*(supervisor.sign_in() for supervisor in supervisors))
        units = max(1, round(seconds / self.sound.unit_seconds))
        caller = self.caller()
        watching = [asyncio.create_task(self._watch(supervisor)) for supervisor in supervisors]
        try:
            devices = [
                SimulatedDevice(caller, self, enrolment, progress, number)
                for number, enrolment in enumerate(enrolments)
            ]
            await asyncio.gather(*(device.live(units) for device in devices))
        finally:
            self.done.set()
            await caller.session.close()
            await asyncio.gather(*watching)
        return supervisors

    async def _watch(self, supervisor: "Supervisor") -> None:
        while not self.done.is_set():
            await supervisor.answer_open(self.ledger, self.done)
            await asyncio.sleep(0.5)


@dataclass(slots=True)
class SimulatedDevice:
    caller: Caller
    fleet: Fleet
    enrolment: Enrolment
    progress: Progress
    number: int
    promises: Promises = field(init=False)
    pending_fixes: list[dict[str, object]] = field(default_factory=list)

    async def live(self, units: int) -> None:
        await self._enrol()
        await self._tap()
        began = time.time()
        await self._register(began)
        seconds = self.fleet.sound.unit_seconds
        for seq in range(units):
            # A unit exists once it was spoken; after an outage the backlog goes out at once.
            await asyncio.sleep(max(0.0, began + (seq + 1) * seconds - time.time()))
            await self._put(seq, began)
            if seq % FIXES_EVERY == 0:
                await self._send_fixes(seq)
            if seq % MESSAGE_EVERY == 0:
                await self._say(seq)
        await self._end(units)

    async def _call(self, method: str, path: str, json: object = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.promises.token}"}
        answer = await self.caller.retry(method, path, json=json, headers=headers)
        return _decoded(answer.body)

    async def _enrol(self) -> None:
        enrolment = self.enrolment
        body = {"code": enrolment.code, "kind": enrolment.kind, "name": "simulate"}
        answer = await self.caller.retry("POST", "/api/v1/devices/enroll", json=body)
        tap: dict[str, object] = {"tap_id": str(uuid.uuid4()), "level": "alarm"}
        self.promises = Promises(str(_decoded(answer.body)["token"]), tap)
        self.fleet.ledger.devices.append(self.promises)

    async def _tap(self) -> None:
        seen = await self._call("POST", "/api/v1/incidents", self.promises.tap)
        self.promises.incident = str(seen["id"])
        self.progress("tap")

    async def _register(self, began: float) -> None:
        sound = self.fleet.sound
        body = {
            "client_id": str(uuid.uuid4()),
            "tap_id": self.promises.tap["tap_id"],
            "codec": "mp4a.40.2",
            "sample_rate": sound.sample_rate,
            "frames_per_unit": sound.frames_per_unit,
            "started_at": _instant(began),
        }
        self.promises.recording = str((await self._call("POST", "/api/v1/recordings", body))["id"])

    async def _put(self, seq: int, began: float) -> None:
        sound = self.fleet.sound
        unit = sound.unit(seq, self.number)
        digest = f"sha-256=:{base64.b64encode(unit.digest).decode()}:"
        headers = {
            "Authorization": f"Bearer {self.promises.token}",
            "Content-Type": "audio/aac",
            "Content-Digest": digest,
            "Unit-Run": "simulate",
            "Unit-Samples": f"{seq * unit.samples}/{unit.samples}",
            "Unit-Time": str(int((began + seq * sound.unit_seconds) * 1000)),
            "Unit-Sent": str(int(time.time() * 1000)),
        }
        path = f"/ingest/{self.promises.recording}/units/{seq}"
        answer = await self.caller.retry("PUT", path, data=unit.data, headers=headers)
        if answer.headers.get("Content-Digest") != digest:
            raise RequestRefused(f"PUT {path}", answer.status, "the answer carries another digest")
        self.promises.units[seq] = unit.data
        self.progress("unit")

    async def _send_fixes(self, seq: int) -> None:
        at = int(time.time()) - 1
        place = (35.68461 + seq * 1e-5, 139.77412)
        fixes = [
            {
                "latitude": place[0],
                "longitude": place[1],
                "accuracy_m": 8.0,
                "recorded_at": _instant(at + second),
            }
            for second in range(2)
        ]
        path = f"/api/v1/incidents/{self.promises.incident}/locations"
        await self._call("POST", path, {"fixes": fixes})
        for second in range(2):
            # A position of the same second that came first stands.
            self.promises.fixes.setdefault((at + second) * 1000, place)
        self.promises.fix_batches += 1

    async def _say(self, seq: int) -> None:
        client_id = str(uuid.uuid4())
        text = f"まだ続いています（{seq}・{client_id[:8]}）"
        path = f"/api/v1/incidents/{self.promises.incident}/messages"
        await self._call("POST", path, {"client_id": client_id, "text": text})
        self.promises.messages.append(text)

    async def _end(self, units: int) -> None:
        await self._until_acknowledged()
        stored = b"".join(hashlib.sha256(self.promises.units[n]).digest() for n in range(units))
        ending = {"last_seq": units - 1, "chain": hashlib.sha256(stored).hexdigest()}
        await self._call("POST", f"/ingest/{self.promises.recording}/close", ending)
        try:
            path = f"/api/v1/incidents/{self.promises.incident}/close"
            await self._call("POST", path, {"outcome": "safe"})
        except (
            RequestRefused
        ) as refused:  # the first try counted, or another device of the same person
            if refused.status != 409:
                raise

    async def _until_acknowledged(self) -> None:
        until = time.monotonic() + ACKNOWLEDGED_WITHIN
        while time.monotonic() < until:
            seen = await self._call("GET", f"/api/v1/incidents/{self.promises.incident}")
            if seen["acknowledged_by"]:
                return
            await asyncio.sleep(0.5)


@dataclass(slots=True)
class Supervisor:
    """A browser without scripts: signs in, looks, presses the button of the page."""

    caller: Caller
    name: str
    password: str
    answered: set[str] = field(default_factory=set)
    family_name: str = ""

    async def sign_in(self) -> None:
        page = await self.caller.retry("GET", "/accounts/login/")
        form = {"login": self.name, "password": self.password, **_token_field(page.body)}
        answer = await self.caller.once("POST", "/accounts/login/", data=form)
        if answer.status != 302:
            raise RequestRefused(f"{self.name} cannot sign in", answer.status, "")
        home = await self.caller.retry("GET", "/portal/")
        shown = OWN_NAME.search(home.body.decode())
        assert shown, "the page does not say who is signed in"
        self.family_name = shown[1]

    async def answer_open(self, ledger: Ledger, stop: asyncio.Event) -> None:
        """Acknowledge what is open; whatever fails in an outage is tried at the next look."""
        try:
            seen = await self.caller.once("GET", "/portal/poll")
            if seen.status != 200:
                return
            for incident in set(_decoded(seen.body)["follow"]) - self.answered:
                if not stop.is_set():
                    await self._acknowledge(incident, ledger)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return

    async def _acknowledge(self, incident: str, ledger: Ledger) -> None:
        path = f"/portal/incidents/{incident}/"
        page = await self.caller.once("GET", path)
        if page.status != 200:
            return
        if f"{path}acknowledge/".encode() not in page.body:
            self.answered.add(incident)
            return
        form = _token_field(page.body)
        pressed = await self.caller.once(
            "POST", f"{path}acknowledge/", data=form, headers={"HX-Request": "true"}
        )
        if pressed.ok and b'class="notice success"' in pressed.body:
            ledger.acknowledged[incident] = self.family_name
            self.answered.add(incident)


def _token_field(page: bytes) -> dict[str, str]:
    match = FORM_TOKEN.search(page)
    return {"csrfmiddlewaretoken": match[1].decode() if match else ""}


def _decoded(body: bytes) -> dict[str, Any]:
    return dict(json.loads(body)) if body else {}


def _instant(at: float) -> str:
    return datetime.fromtimestamp(int(at), tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
