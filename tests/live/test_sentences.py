"""Every combination of what the server and anna's phone may know, and what both screens say of it:
no sentence that no fact covers, and no danger without a sentence, on either screen.

The screens' own functions are asked in a browser; what may be said is written here once more.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, Route

from tests.live.browsers import chromium
from tests.live.conftest import Live

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SCRIPTS = Path(__file__).parents[2] / "static" / "employee"
SAY = (Path(__file__).parent / "sentences.js").read_text()
DEVICE = {
    "network": ["online", "offline"],
    "token": ["good", "refused"],
    "sound": ["heard", "unsent", "young", "paused", "muted", "denied", "off"],
    "place": ["shared", "unsent", "waiting", "denied"],
}
SERVER = {
    "seen": ["nobody", "delivered", "acknowledged"],
    "coming": ["none", "coming", "arrived", "lost"],
    "message": ["none", "hers", "theirs"],
    "desk": ["none", "requested", "silent", "acting", "ended", "alone"],
    "closed": ["open", "safe", "asked", "answered", "self", "mistaken"],
}
NOTHING_KNOWN = {
    "seen": ["sending", "late", "refused"],
    **{name: values[:1] for name, values in SERVER.items() if name != "seen"},
}
TABLES = (DEVICE | NOTHING_KNOWN, DEVICE | SERVER)
"""Before the server has answered it knows nothing; after that, everything may be."""


class Row(NamedTuple):
    network: str
    token: str
    sound: str
    place: str
    seen: str
    coming: str
    message: str
    desk: str
    closed: str

    @property
    def has_arrived(self) -> bool:
        return self.seen in SERVER["seen"]

    @property
    def is_on(self) -> bool:
        """Whether sound and position are still asked for."""
        return not self.has_arrived or self.closed in ("open", "asked")

    @property
    def is_taken(self) -> bool:
        return self.sound in ("heard", "unsent", "young")

    @property
    def is_reachable(self) -> bool:
        return self.network == "online" and self.token == "good"

    @property
    def is_heard(self) -> bool:
        return self.is_on and self.sound == "heard" and self.is_reachable

    @property
    def is_held(self) -> bool:
        """Whether the microphone is."""
        return self.sound not in ("denied", "off")

    @property
    def is_shared(self) -> bool:
        return self.is_on and self.place == "shared" and self.is_reachable

    @property
    def is_unheard(self) -> bool:
        return self.is_on and self.is_taken and not self.is_heard

    @property
    def is_late(self) -> bool:
        """Whether what does not come must be said: not in the first seconds."""
        return self.sound != "young"

    @property
    def is_deaf(self) -> bool:
        return self.has_arrived and self.is_on and self.token == "refused"

    @property
    def nobody_helps(self) -> bool:
        is_open = self.has_arrived and self.closed == "open"
        return is_open and self.coming in ("none", "lost") and self.desk in ("silent", "alone")


Rule = Callable[[Row], bool]
CLOCK = r"\d\d:\d\d"
SAID: dict[str, Rule] = {
    "届けています…": lambda r: r.seen == "sending",
    "届いていません": lambda r: r.seen == "late",
    "受け付けられていません": lambda r: r.seen == "refused",
    "送り直しています。.*": lambda r: r.seen in ("late", "refused"),
    "届きました": lambda r: r.has_arrived,
    "上司に届きました": lambda r: r.seen in ("delivered", "acknowledged"),
    "通報を受け付けました": lambda r: r.seen == "nobody",
    f"確認待ち {CLOCK}": lambda r: r.seen == "delivered",
    "佐藤さんが確認しました": lambda r: r.seen == "acknowledged",
    "佐藤さんが向かっています": lambda r: r.coming == "coming",
    "佐藤さんが着きました": lambda r: r.coming == "arrived",
    "佐藤さんは来られないようです": lambda r: r.coming == "lost",
    "佐藤：その場を離れて": lambda r: r.message == "theirs",
    "上司が警備会社に要請しました": lambda r: r.desk == "requested",
    f"応答待ち {CLOCK}": lambda r: r.desk == "requested",
    "警備会社が対応中": lambda r: r.desk == "acting",
    "警備会社の対応が終わりました（沈静化）": lambda r: r.desk == "ended",
    "警備会社が応答しません": lambda r: r.desk == "silent",
    "まだ誰も向かっていません": lambda r: r.nobody_helps and r.desk == "alone",
    "誰にも届いていません": lambda r: r.nobody_helps and r.desk == "alone" and r.seen == "nobody",
    "110番に電話してください": lambda r: r.nobody_helps,
    "「安全です」と伝えました": lambda r: r.closed == "safe",
    "佐藤さんが終了しました": lambda r: r.closed in ("asked", "answered"),
    "通報は終了しました": lambda r: r.closed == "self",
    "押し間違いとして終了しました": lambda r: r.closed == "mistaken",
    "音声と位置が届いていません": lambda r: r.is_deaf,
    "この端末の登録は無効です。.*": lambda r: r.is_deaf,
    "録音中": lambda r: r.is_heard,
    f"端末に録音中 未送信 {CLOCK}": lambda r: r.is_unheard,
    f"録音は未送信 {CLOCK}": lambda r: r.is_unheard,
    "音声は端末に保存し、つながり次第送ります。": lambda r: r.is_unheard and r.token == "good",
    "消えません。登録し直すと送ります": lambda r: r.is_unheard and r.token == "refused",
    "録音が止まっています": lambda r: r.is_on and r.sound == "paused",
    "マイクが消音されています": lambda r: r.is_on and r.sound == "muted",
    "録音していません（マイク未許可）": lambda r: r.is_on and r.sound == "denied",
    "録音していません": lambda r: r.is_on and r.sound == "off",
    "録音なし": lambda r: r.is_on and r.sound in ("denied", "off"),
    "録音を終えています…": lambda r: not r.is_on and r.is_held,
    "位置を共有中": lambda r: r.is_shared,
    "位置を確認しています…": lambda r: r.is_on and r.place != "denied" and not r.is_shared,
    "位置は届いていません": lambda r: r.is_on and not r.is_shared,
    "共有していません（位置情報 未許可）": lambda r: r.is_on and r.place == "denied",
    "送れません": lambda r: r.is_on and r.token == "refused",
    "勤務先「日本橋本店」は伝わっています": lambda r: r.has_arrived,
    "表示は最新ではありません": lambda r: r.network == "offline",
    "録音と位置の共有は終わりました。": lambda r: (
        over(r) and r.sound == "off" and r.place == "shared"
    ),
    "録音は終わりました。": lambda r: over(r) and r.sound == "off",
    "位置の共有は終わりました。": lambda r: over(r) and r.place == "shared",
    CLOCK: lambda _row: True,
}


def over(row: Row) -> bool:
    return not row.is_on and not row.is_held


class Danger(NamedTuple):
    """What must be read on the open screen, and on the discreet one, and whether it lifts that."""

    is_so: Rule
    open: str
    discreet: str
    lifts: bool = False


BOTH = "|^音声と位置が届いて"
NO_SOUND = f"録音なし|録音が止まっています|マイクが消音されています|録音は未送信{BOTH}"
DANGERS = {
    "not arrived": Danger(lambda r: r.seen == "late", "^届いてい", "^届いてい", lifts=True),
    "not accepted": Danger(lambda r: r.seen == "refused", "^受け付け", "^受け付け", lifts=True),
    "what then": Danger(lambda r: r.seen in ("late", "refused"), "^送り直して", ""),
    "desk silent": Danger(
        lambda r: r.nobody_helps and r.desk == "silent",
        "^警備会社が応答",
        "^警備会社が応答",
        lifts=True,
    ),
    "nobody came": Danger(
        lambda r: r.nobody_helps and r.desk == "alone" and r.seen != "nobody",
        "^まだ誰も",
        "^まだ誰も",
        lifts=True,
    ),
    "nobody reached": Danger(
        lambda r: r.nobody_helps and r.desk == "alone" and r.seen == "nobody",
        "^誰にも",
        "^誰にも",
        lifts=True,
    ),
    "110": Danger(lambda r: r.nobody_helps, "^110番に電話", ""),
    "revoked": Danger(
        lambda r: r.is_deaf,
        "^音声と位置が|^送れません",
        "^音声と位置が|位置は届いていません",
        lifts=True,
    ),
    "not heard": Danger(
        lambda r: r.is_on and r.is_late and not r.is_heard,
        "録音していません|録音が止まって|マイクが消音|端末に録音中 未送信",
        NO_SOUND,
    ),
    "stands still": Danger(
        lambda r: r.is_on and r.sound in ("paused", "muted"),
        "止まって|消音",
        f"止まって|消音{BOTH}",
    ),
    "not found": Danger(
        lambda r: r.is_on and r.is_late and not r.is_shared,
        "位置は届いて|共有していません|送れません",
        f"位置は届いていません{BOTH}",
    ),
    "may be old": Danger(
        lambda r: r.has_arrived and r.is_on and r.network == "offline" and r.is_late, "最新では", ""
    ),
    "asked after the end": Danger(
        lambda r: r.closed == "asked", "^佐藤さんが終了", "^佐藤さんが終了", lifts=True
    ),
    "comes": Danger(lambda r: r.coming == "coming" and r.closed == "open", "向かっています", ""),
}


def parts_of(text: str) -> list[str]:
    """A line may say several things; a time behind one of them says when."""
    text = text.replace("端末に録音中・未送信", "端末に録音中 未送信")
    return [part for part in text.split("・") if part]


class Screens:
    """What was said in every row, and what is wrong with it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.rows = 0

    def faults(self) -> Counter[str]:
        return Counter(fault for table in TABLES for fault in self._of(table))

    def _of(self, table: dict[str, list[str]]) -> Iterator[str]:
        answer = self.page.evaluate(SAY, table)
        parts = [parts_of(text) for text in answer["sentences"]]
        rules = [[(one, _rule_of(one)) for one in each] for each in parts]
        for values, (lifts, discreet, *shown) in zip(
            itertools.product(*table.values()), answer["said"], strict=True
        ):
            self.rows += 1
            row = Row(*values)
            for number in (discreet, *shown):
                yield from (f"untrue: {said}" for said, rule in rules[number] if not rule(row))
            on_open = {part for number in shown for part in parts[number]}
            yield from _silent(row, on_open, set(parts[discreet]), lifts=bool(lifts))
            if not shown or not parts[discreet]:
                yield "nothing at all"


def _rule_of(text: str) -> Rule:
    found = [rule for words, rule in SAID.items() if re.fullmatch(words, text)]
    return found[0] if found else lambda _row: False


def _silent(row: Row, on_open: set[str], discreet: set[str], *, lifts: bool) -> Iterator[str]:
    for name, danger in DANGERS.items():
        if not danger.is_so(row):
            continue
        if not _says(danger.open, on_open):
            yield f"open screen silent: {name}"
        if danger.discreet and not _says(danger.discreet, discreet):
            yield f"discreet screen silent: {name}"
        if danger.lifts and not lifts:
            yield f"stays black: {name}"


def _says(words: str, said: set[str]) -> bool:
    return any(re.search(words, one) for one in said)


@pytest.fixture
def page(live: Live) -> Iterator[Page]:
    with chromium() as browser:
        context = browser.new_context(
            locale="ja", timezone_id="Asia/Tokyo", service_workers="block"
        )
        yield context.new_page()


def test_each_sentence_stands_on_a_fact_and_each_danger_has_its_sentence(
    live: Live, page: Page, tell: Callable[[str], None]
) -> None:
    page.goto(live.page("/app/"))
    screens = Screens(page)
    found = screens.faults()
    tell(f"{screens.rows} combinations")
    assert screens.rows > 100_000
    assert not found, found.most_common(20)


LIES = {
    "recording is said though nobody hears it": (
        "truths.js",
        "isReachable(f) && f.device.sound.heardAt !== null",
        "true || f.device.sound.heardAt !== null",
        "untrue: 録音中",
    ),
    "the newest hides the danger": (
        "discreet_line.js",
        "red && red.title !== line.text ? red.title : ''",
        "''",
        "discreet screen silent: desk silent",
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_screen_that_lies_or_keeps_silent_is_found(live: Live, page: Page, lie: str) -> None:
    file, said, instead, fault = LIES[lie]
    script = (SCRIPTS / file).read_text()
    assert said in script

    def changed(route: Route) -> None:
        route.fulfill(body=script.replace(said, instead), content_type="text/javascript")

    page.route(f"**/employee/{file}", changed)
    page.goto(live.page("/app/"))
    assert Screens(page).faults()[fault]
