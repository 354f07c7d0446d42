"""Beeps from a fake microphone to a supervisor's ear: what was said, what was heard, how late.

Plain functions over pages of a real Chromium, for tests and for `make bench`. The pages run as they
are, under their own policy: a detector looks at the objects that they made, and nothing that is
asked through ``Watch`` counts as a person's gesture (what Playwright itself evaluates would).
"""

import math
import statistics
import time
import wave
from array import array
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

TONES = [600 + 180 * number for number in range(16)]
RATE = 48_000
# Not a multiple of a unit, so that beeps fall anywhere in one.
PERIOD_S = 1.7
BEEP_S = 0.35

Tone = tuple[int, float]
"""Which of the tones, and when, in Unix milliseconds of this machine."""


def beep_file(target: Path) -> Path:
    """All tones one after the other, for ``--use-file-for-fake-audio-capture``, which repeats."""
    pause = array("h", bytes(2 * round((PERIOD_S - BEEP_S) * RATE)))
    with wave.open(str(target), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        for hertz in TONES:
            step = 2 * math.pi * hertz / RATE
            beep = (round(16_000 * math.sin(step * n)) for n in range(round(BEEP_S * RATE)))
            file.writeframes((array("h", beep) + pause).tobytes())
    return target


# Goertzel over the last 21 ms, every 5 ms: a tone counts from when it is half of what is heard.
DETECTOR = """async function (tones, side) {
  const context = new AudioContext({ sampleRate: 48000 });
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  const sources = side === 'microphone'
    ? this.filter((one) => one.kind === 'audio' && one.readyState === 'live')
        .map((one) => context.createMediaStreamSource(new MediaStream([one])))
    : this.map((one) => context.createMediaElementSource(one));
  for (const source of sources) source.connect(analyser);
  if (side !== 'microphone') analyser.connect(context.destination);
  await context.resume();
  const samples = new Float32Array(analyser.fftSize);
  const found = { heard: [], loudest: 0, sources: sources.length, alive: [context, ...sources] };
  const power = (hertz) => {
    const turn = 2 * Math.cos((2 * Math.PI * hertz) / context.sampleRate);
    let [one, two] = [0, 0];
    for (const sample of samples) [one, two] = [sample + turn * one - two, one];
    return (2 * (one * one + two * two - turn * one * two)) / samples.length ** 2;
  };
  let [last, until] = [-1, 0];
  setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const energy = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
    found.loudest = Math.max(found.loudest, Math.sqrt(energy));
    if (energy < 0.0004) return;
    const powers = tones.map(power);
    const best = powers.indexOf(Math.max(...powers));
    if (powers[best] < energy / 2) return;
    const now = Date.now();
    if (best !== last || now - until > 800) found.heard.push([best, now]);
    [last, until] = [best, now];
  }, 5);
  return found;
}"""


class Watch:
    """Looks at a page from outside its scripts, and leaves it without a gesture."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.cdp = page.context.new_cdp_session(page)

    def ask(self, expression: str) -> Any:
        wish = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        answer = self.cdp.send("Runtime.evaluate", wish)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, expression: str, seconds: float = 20) -> Any:
        """What the page answers, as soon as that is something."""
        latest = time.monotonic() + seconds
        while not (answer := self.ask(expression)):
            if time.monotonic() > latest:
                raise TimeoutError(expression)
            self.page.wait_for_timeout(50)
        return answer

    def click(self, selector: str) -> None:
        """With the mouse, at the middle of what is there: the first gesture this page gets."""
        middle = f"""(() => {{
          const box = document.querySelector({selector!r})?.getBoundingClientRect();
          return box?.width && [box.x + box.width / 2, box.y + box.height / 2];
        }})()"""
        self.page.mouse.click(*self.until(middle))

    def objects(self, prototype: str) -> str:
        """Every object of this kind that the page's scripts have made, as one remote array."""
        kind = self.cdp.send("Runtime.evaluate", {"expression": f"{prototype}.prototype"})
        wish = {"prototypeObjectId": kind["result"]["objectId"]}
        found = self.cdp.send("Runtime.queryObjects", wish)
        return str(found["objects"]["objectId"])

    def call(self, target: str, function: str, *values: object, by_value: bool = True) -> Any:
        answer = self.cdp.send(
            "Runtime.callFunctionOn",
            {
                "objectId": target,
                "functionDeclaration": function,
                "arguments": [{"value": value} for value in values],
                "awaitPromise": True,
                "returnByValue": by_value,
            },
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"]["value" if by_value else "objectId"]

    def is_silent(self) -> bool:
        players = self.objects("HTMLAudioElement")
        return bool(self.call(players, "function () { return this.every((one) => one.paused); }"))


class Detector:
    """The tones that pass one point: a page's microphone, or its loudspeaker."""

    def __init__(self, watch: Watch, side: str) -> None:
        self.watch = watch
        kind = {"microphone": "MediaStreamTrack", "ear": "HTMLAudioElement"}[side]
        self.state = watch.call(watch.objects(kind), DETECTOR, TONES, side, by_value=False)
        assert self._read("sources"), f"{side}: nothing to listen to"

    def _read(self, name: str) -> Any:
        return self.watch.call(self.state, f"function () {{ return this.{name}; }}")

    def heard(self) -> list[Tone]:
        return [(tone, at) for tone, at in self._read("heard")]

    def until(self, count: int) -> list[Tone]:
        """What was heard, once it is this many beeps."""
        latest = time.monotonic() + 10 + 2 * count * PERIOD_S
        while len(tones := self.heard()) < count:
            if time.monotonic() > latest:
                raise TimeoutError(f"only {tones}")
            self.watch.page.wait_for_timeout(200)
        return tones

    def loudest(self) -> float:
        """The highest mean level since the last question."""
        return float(
            self.watch.call(
                self.state,
                "function () { const { loudest } = this; this.loudest = 0; return loudest; }",
            )
        )


def enrol(page: Page, app: str) -> None:
    page.goto(app)
    page.locator("[data-enrol-form] button[type=submit]").click()
    leave_set_up(page)


def leave_set_up(page: Page) -> None:
    """The steps after enrolment are left for later: the button is one tap away."""
    page.locator("[data-screen=setup]").wait_for()
    page.locator("[data-tab=ready]").click()
    page.locator("[data-press]").wait_for()


def tap(page: Page) -> Detector:
    """She presses, and her sound has begun to arrive."""
    with page.expect_response(lambda answer: "/units/" in answer.url):
        page.locator("[data-press]").click()
    return Detector(Watch(page), "microphone")


def open_alarm(watch: Watch) -> None:
    """From the list, where it has just appeared, by a click."""
    watch.click("#open-rows a")
    watch.until("document.querySelector('#play')?.disabled === false")


def listen(watch: Watch) -> Detector:
    watch.click("#play")
    watch.until("/\\d/.test(document.querySelector('#player-delay').textContent)")
    return Detector(watch, "ear")


def delays(sent: Sequence[Tone], received: Sequence[Tone]) -> list[float]:
    """Seconds from the microphone to the ear, of each beep that came through.

    A tone comes back after 27 s; what was heard within 20 s is therefore the same beep.
    """
    late = []
    for tone, at in sent:
        when = next(
            (when for one, when in received if one == tone and 0 <= when - at < 20_000), None
        )
        if when is not None:
            late.append((when - at) / 1000)
    return late


def steps(received: Sequence[Tone]) -> list[int]:
    """How many tones further each beep is than the one before it: all 1 when none is missing."""
    return [(b - a) % len(TONES) for (a, _at), (b, _later) in pairwise(received)]


def since(tones: Sequence[Tone], start: float, end: float = math.inf) -> list[Tone]:
    return [(tone, at) for tone, at in tones if start <= at < end]


def p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, math.ceil(0.95 * len(values)) - 1)]


def put_times(watch: Watch) -> list[float]:
    """Seconds that each of the page's units took from its PUT to the answer."""
    timing = "performance.getEntriesByType('resource').filter((one) => /units/.test(one.name))"
    return [one / 1000 for one in watch.ask(f"{timing}.map((one) => one.duration)")]


def report(late: Sequence[float], puts: Sequence[float]) -> str:
    return (
        f"mouth to ear: median {statistics.median(late):.2f} s, p95 {p95(late):.2f} s,"
        f" n={len(late)}; PUT median {statistics.median(puts) * 1000:.0f} ms"
    )
