"""Every combination of what may be known of an alarm, and what the supervisor's page and the list
say of it: no sentence that no fact covers, no danger without its sentence, and the newest on top.

The product's own functions are asked; what may be said is written here once more.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from django.utils.translation import override

from portal.live import sentences
from portal.live.device_words import WhyNot, why_not
from portal.live.facts import (
    Act,
    AlarmEnd,
    AlarmFacts,
    DeskStep,
    DeskWork,
    OnSite,
    Said,
    UnansweredCry,
)
from portal.live.sentences import badge_of, claims_of, danger_title, newest_of, unread_words

OPENED = datetime(2026, 11, 30, 9, 55, tzinfo=UTC)
TABLE = {
    "seen": ["nobody", "boris", "reader"],
    "coming": ["none", "coming", "asked", "reader", "arrived"],
    "on_site": ["none", "asked", "reader asked"],
    "cry": ["none", "pressed", "still going"],
    "desk": [
        "none",
        "by her",
        "by boris",
        "by itself",
        "by itself after an answer",
        "returned",
        "silent",
        "acting",
        "responder",
        "ended",
        "rehearsed",
    ],
    "told_110": ["no", "nobody came", "nobody reached"],
    "message": ["none", "unread", "read"],
    "called": ["no", "boris"],
    "closed": ["open", "safe", "pending", "answered", "self"],
}
MAIN = {
    "seen": ["nobody", "boris"],
    "coming": ["none", "coming", "arrived"],
    "on_site": ["none", "asked"],
    "cry": ["none", "pressed"],
    "desk": ["none", "by itself", "silent", "responder", "ended"],
    "told_110": ["no", "nobody came"],
    "message": ["none", "unread"],
    "called": ["no"],
    "closed": TABLE["closed"],
}
EVERY = 29
"""Of the whole table: a number that none of its axes divides, so that their values mix."""
ASKED = ("by her", "by boris", "by itself", "by itself after an answer", "returned")


class Row(NamedTuple):
    seen: str
    coming: str
    on_site: str
    cry: str
    desk: str
    told_110: str
    message: str
    called: str
    closed: str

    @property
    def is_open(self) -> bool:
        return self.closed in ("open", "safe")

    @property
    def acts(self) -> bool:
        return self.desk in ("acting", "responder")

    @property
    def why_110(self) -> str | None:
        """The rule of `incidents.selectors.danger`, once more."""
        if self.closed != "open" or self.coming != "none" or self.acts:
            return None
        if self.desk == "silent":
            return "desk_silent"
        return {"nobody came": "nobody_came", "nobody reached": "nobody_reached"}.get(self.told_110)


def facts_of(row: Row, newest: int) -> tuple[AlarmFacts, str]:
    """The facts of a row, one of them newer than all others; and that one's name."""
    is_open = row.is_open
    present = [name for name, holds in PRESENT.items() if holds(row)]
    last = present[newest % len(present)] if present else "raised"
    at = {name: OPENED + timedelta(seconds=10 + i) for i, name in enumerate(PRESENT)}
    at[last] = OPENED + timedelta(seconds=100)
    coming = Act(at["coming"], "佐藤さん", row.coming == "reader")
    is_coming = row.coming in ("coming", "asked", "reader")
    facts = AlarmFacts(
        person="髙橋さん",
        opened_at=OPENED,
        cry=_cry(row, at["cry"]) if is_open else None,
        message=Said(at["message"], "助けて") if row.message != "none" else None,
        unread=2 if row.message == "unread" else 0,
        safe_at=at["safe"] if row.closed == "safe" else None,
        seen=None if row.seen == "nobody" else Act(at["seen"], "田中さん", row.seen == "reader"),
        coming=coming if is_coming else None,
        is_arrival_asked=row.coming == "asked",
        arrived=coming if row.coming == "arrived" else None,
        on_site=_on_site(row, at["on_site"]),
        called_110=Act(at["called"], "佐藤さん") if row.called == "boris" and is_open else None,
        desk=_desk(row, at["desk"], at["step"]),
        danger=row.why_110,
        danger_at=at["danger"],
        ending=None if is_open else _ending(row),
    )
    return facts, last


PRESENT: dict[str, Callable[[Row], bool]] = {
    "cry": lambda r: r.cry != "none" and r.is_open,
    "message": lambda r: r.message != "none",
    "safe": lambda r: r.closed == "safe",
    "seen": lambda r: r.seen != "nobody",
    "coming": lambda r: r.coming != "none",
    "on_site": lambda r: r.on_site != "none",
    "called": lambda r: r.called == "boris" and r.is_open,
    "desk": lambda r: r.desk != "none",
    "step": lambda r: r.desk == "responder",
    "danger": lambda r: r.why_110 is not None,
}


def _cry(row: Row, at: datetime) -> UnansweredCry | None:
    kinds = {"pressed": "tapped_again", "still going": "still_going"}
    return UnansweredCry(at, kinds[row.cry]) if row.cry != "none" else None


def _on_site(row: Row, at: datetime) -> OnSite | None:
    by = Act(at, "佐藤さん")
    return {
        "asked": OnSite(by, ("田中さん",)),
        "reader asked": OnSite(by, ("田中さん",), reader_is_asked=True),
    }.get(row.on_site)


def _desk(row: Row, at: datetime, step: datetime) -> DeskWork | None:
    return {
        "none": None,
        "by her": DeskWork("requested", at, "person"),
        "by boris": DeskWork("requested", at, "user", "佐藤さん"),
        "by itself": DeskWork("requested", at, unheard_seconds=60),
        "by itself after an answer": DeskWork("requested", at),
        "returned": DeskWork("requested", at, is_returned=True),
        "silent": DeskWork("unanswered", at),
        "acting": DeskWork("claimed", at),
        "responder": DeskWork(
            "claimed",
            at,
            step=DeskStep(step, "緊急対処員 M-14が向かっています", is_help_coming=True),
        ),
        "ended": DeskWork("ended", at, result="沈静化"),
        "rehearsed": DeskWork("rehearsed", at),
    }[row.desk]


def _ending(row: Row) -> AlarmEnd:
    answers = {"pending": "pending", "answered": "safe"}
    who = "髙橋 美咲さん" if row.closed == "self" else "佐藤 健一さん"
    at = OPENED + timedelta(minutes=9)
    return AlarmEnd(at, f"{who}が終了しました（解決）", answers.get(row.closed, ""))


# What may be said, and when

Rule = Callable[[Row], bool]
SAID: dict[str, Rule] = {
    "髙橋さんが通報しました": lambda r: r.is_open,
    "髙橋さん「助けて」": lambda r: r.message != "none",
    "未読2件": lambda r: r.message == "unread",
    "押し直しがありました": lambda r: r.is_open and r.cry == "pressed",
    "もう一度押しました": lambda r: r.is_open and r.cry == "pressed",
    "本人が「まだ続いています」と回答しました": lambda r: r.is_open and r.cry == "still going",
    "まだ続いています": lambda r: r.is_open and r.cry == "still going",
    "本人が安全と回答しました。終了してください": lambda r: r.closed == "safe",
    "安全・終了待ち": lambda r: r.closed == "safe",
    "田中さんが確認しました": lambda r: r.is_open and r.seen == "boris",
    "あなたが確認しました": lambda r: r.is_open and r.seen == "reader",
    "確認済み": lambda r: r.is_open and r.seen != "nobody",
    "佐藤さんが向かっています": lambda r: r.is_open and r.coming in ("coming", "asked"),
    "あなたが向かっています": lambda r: r.is_open and r.coming == "reader",
    "駆け付け中": lambda r: r.is_open and r.coming in ("coming", "asked", "reader"),
    "到着を確認しています": lambda r: r.is_open and r.coming == "asked",
    "佐藤さんが着きました": lambda r: r.is_open and r.coming == "arrived",
    "到着": lambda r: r.is_open and r.coming == "arrived",
    "佐藤さんが現場の人（田中さん）に頼みました": lambda r: r.is_open and r.on_site == "asked",
    "佐藤さんがあなたに、現場に行くよう頼みました": lambda r: (
        r.is_open and r.on_site == "reader asked"
    ),
    "佐藤さんが110番しました": lambda r: r.is_open and r.called == "boris",
    "警備会社へ要請しました・応答待ち": lambda r: (
        r.is_open and r.desk in ASKED and r.desk != "returned"
    ),
    "支援要請": lambda r: r.is_open and r.desk in ASKED,
    "本人が要請しました": lambda r: r.is_open and r.desk == "by her",
    "佐藤さんが要請しました": lambda r: r.is_open and r.desk == "by boris",
    "60秒応答がなかったため、自動で警備会社へ要請しました": lambda r: (
        r.is_open and r.desk == "by itself"
    ),
    "向かう人がいないため、自動で警備会社へ要請しました": lambda r: (
        r.is_open and r.desk == "by itself after an answer"
    ),
    "警備会社が別のオペレーターに切り替えています": lambda r: r.is_open and r.desk == "returned",
    "警備会社の応答なし": lambda r: r.is_open and r.desk == "silent",
    "オペレーターが対応しています": lambda r: r.is_open and r.acts,
    "オペレーター対応中": lambda r: r.is_open and r.acts,
    "緊急対処員 M-14が向かっています": lambda r: r.is_open and r.desk == "responder",
    "警備会社の対応が終わりました（沈静化）": lambda r: r.is_open and r.desk == "ended",
    "警備会社の対応終了": lambda r: r.is_open and r.desk == "ended",
    "訓練のため、警備会社には送っていません": lambda r: r.is_open and r.desk == "rehearsed",
    "警備会社が応答しません。110番に電話してください": lambda r: r.why_110 == "desk_silent",
    "まだ誰も向かっていません。110番に電話してください": lambda r: r.why_110 == "nobody_came",
    "誰にも届いていません。110番に電話してください": lambda r: r.why_110 == "nobody_reached",
    "向かう人なし": lambda r: r.why_110 is not None,
    "通報中": lambda r: r.is_open and r.seen == "nobody" and r.coming == "none",
    "佐藤 健一さんが終了しました（解決）": lambda r: r.closed in ("pending", "answered"),
    "髙橋 美咲さんが終了しました（解決）": lambda r: r.closed == "self",
    "本人の返事：安全です": lambda r: r.closed == "answered",
    "本人の返事（安全です／まだ続いています）を待っています": lambda r: r.closed == "pending",
    "警備会社のオペレーターは、まだ対応中です。": lambda r: not r.is_open and r.acts,
}
RED = "髙橋さん「|押し直し|まだ続いて|が通報しました|110番に電話"
GREEN = "向かっています|着きました|安全と回答"
NEWEST = {
    "raised": "が通報しました",
    "cry": "押し直し|まだ続いて",
    "message": "助けて",
    "safe": "安全と回答",
    "seen": "確認しました",
    "coming": "(佐藤さん|あなた)が(向かって|着き)",
    "on_site": "頼みました",
    "called": "110番しました",
    "desk": "警備会社|オペレーター",
    "step": "M-14",
    "danger": "110番に電話",
}


@dataclass(frozen=True)
class Danger:
    is_so: Rule
    page: str
    in_list: str


DANGERS = {
    "110": Danger(lambda r: r.why_110 is not None, "110番に電話", "応答なし|向かう人なし"),
    "cries while somebody is on the way": Danger(
        lambda r: r.closed == "open" and r.cry != "none" and (r.coming != "none" or r.acts),
        "押し直し|まだ続いて",
        "もう一度押し|まだ続いて",
    ),
    "writes": Danger(lambda r: r.is_open and r.message == "unread", "未読", "未読"),
    "desk has ended": Danger(lambda r: r.is_open and r.desk == "ended", "対応が終わりました", ""),
    "no word since the end": Danger(lambda r: r.closed == "pending", "返事（", ""),
}


def combinations() -> list[Row]:
    """Each of what matters most with each, and every so often one of the whole table."""
    mixed = itertools.islice(itertools.product(*TABLE.values()), 0, None, EVERY)
    return [Row(*values) for values in (*itertools.product(*MAIN.values()), *mixed)]


def test_each_sentence_stands_on_a_fact_and_each_danger_has_its_sentence() -> None:
    with override("ja"):
        rows = combinations()
        found = Counter(one for i, row in enumerate(rows) for one in faults(row, i))
    assert len(rows) > 5_000
    assert not found, found.most_common(20)


def faults(row: Row, newest: int) -> Iterator[str]:
    facts, last = facts_of(row, newest)
    line, in_list = newest_of(facts), _row_says(facts)
    page = [*_page_says(facts), line.text, line.detail, line.also]
    for text in filter(None, [*page, *in_list]):
        if text not in SAID or not SAID[text](row):
            yield f"untrue: {text}"
    for name, danger in DANGERS.items():
        if danger.is_so(row):
            yield from _silent(name, danger, page, in_list)
    if not row.is_open:
        return
    if not re.search(NEWEST[last], line.text):
        yield f"not the newest: {line.text} instead of {last}"
    if line.line != _colour(line.text, row):
        yield f"colour: {line.line} {line.text}"


def _silent(name: str, danger: Danger, page: list[str], in_list: list[str]) -> Iterator[str]:
    if not any(re.search(danger.page, text) for text in page):
        yield f"the page is silent: {name}"
    if danger.in_list and not any(re.search(danger.in_list, text) for text in in_list):
        yield f"the list is silent: {name}"


def _colour(text: str, row: Row) -> str:
    """Red: danger, or from the person. Green: help is coming, or she is safe."""
    if re.search(GREEN, text):
        return "green"
    is_danger = row.why_110 is not None and text == "警備会社の応答なし"
    return "red" if is_danger or re.search(RED, text) else "blue"


def _page_says(facts: AlarmFacts) -> list[str]:
    claims = [text for claim in claims_of(facts) for text in (claim.text, claim.detail)]
    red = [danger_title(facts.danger)] if facts.danger and facts.ending is None else []
    return [*claims, *red, unread_words(facts.unread), *_badge(facts)]


def _row_says(facts: AlarmFacts) -> list[str]:
    return [*_badge(facts), unread_words(facts.unread)]


def _badge(facts: AlarmFacts) -> list[str]:
    return [] if facts.ending else [badge_of(facts).words]


LIES: dict[str, tuple[ModuleType, str, Callable[[Any], Any], str]] = {
    "a silent desk is not told by the list": (
        sentences,
        "_states",
        lambda real: lambda facts: [one for one in real(facts) if one[2] != "solid"],
        "the list is silent: 110",
    ),
    "who was on the way is still said to be, though she cries": (
        sentences,
        "_is_help_on_its_way",
        lambda _real: lambda _facts: False,
        "the list is silent: cries while somebody is on the way",
    ),
    "the first fact stays on top": (
        sentences,
        "_told",
        lambda real: lambda facts: list(real(facts))[:1],
        "not the newest: 髙橋さんが通報しました instead of message",
    ),
    "nobody answered, though somebody did": (
        sentences,
        "_asked_by",
        lambda real: lambda work: real(replace(work, unheard_seconds=60)),
        "untrue: 60秒応答がなかったため、自動で警備会社へ要請しました",
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_page_that_lies_or_keeps_silent_is_found(
    lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, name, changed, fault = LIES[lie]
    monkeypatch.setattr(room, name, changed(getattr(room, name)))
    with override("ja"):
        said = (one for i, row in enumerate(combinations()) for one in faults(row, i))
        assert fault in said


# Why there is no sound and no position


@dataclass
class Device:
    sound: str
    position: str
    unsent_seconds: int | None
    battery_percent: int | None
    network: str = "4g"
    received_at: datetime = OPENED


SOUND = {
    "recording": "",
    "starting": "",
    "unknown": "",
    "no_permission": "許可されていません",
    "no_microphone": "マイクがありません",
    "muted": "消音",
    "stopped": "止まって",
    "off": "録音していません",
}
POSITION = {
    "shared": "",
    "unknown": "",
    "no_permission": "許可されていません",
    "unavailable": "位置をつかめません",
    "unsent": "送られていません",
    "off": "共有していません",
}


def test_why_nothing_comes_is_said_and_only_then() -> None:
    rows = itertools.product(
        SOUND, POSITION, (None, 12), (None, 9), (True, False), (True, False), (True, False)
    )
    with override("ja"):
        for sound, position, unsent, battery, revoked, heard, placed in rows:
            device = Device(sound, position, unsent, battery)
            said = why_not(device, report_only=revoked, is_heard=heard, is_placed=placed)
            if revoked:
                assert "登録を取り消した端末" in said.sound
                assert "位置は届きません" in said.position
                continue
            assert bool(said.sound) == bool(SOUND[sound] or unsent or not heard)
            assert bool(said.position) == bool(POSITION[position] or not placed)
            assert SOUND[sound] in said.sound
            assert POSITION[position] in said.position
            assert ("電池 9%" in said.also) == bool(battery and said.is_said)


def test_a_device_that_has_said_nothing_is_not_said_to_record() -> None:
    with override("ja"):
        silent = why_not(None, report_only=False, is_heard=False, is_placed=False)
        assert "録音" not in silent.sound
        assert "共有" not in silent.position
        heard = why_not(None, report_only=False, is_heard=True, is_placed=True)
    assert heard == WhyNot()
