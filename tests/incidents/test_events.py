"""The table of kinds: all that is written is in it, and each of its rows can be shown."""

import re
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils.translation import override

from accounts.models import User
from incidents.event_kinds import Audience, EventKind, Tone
from incidents.event_table import TABLE
from incidents.events import KINDS, UnknownEventKind
from incidents.log import CLOCK, announce_event, record_event
from incidents.models import Incident, IncidentEvent
from incidents.sentences import details, sentence
from jobs.models import Job
from operations.models import SeenEvent
from tests.conftest import Phone, signed_in

STATIC = Path(settings.BASE_DIR) / "static"


def named(kind: EventKind) -> str:
    return kind.name


@pytest.fixture
def incident(annas_phone: Phone) -> Incident:
    return Incident.objects.get(public_id=annas_phone.tap().json()["id"])


@pytest.fixture
def old_line(incident: Incident) -> IncidentEvent:
    """Another release knew this kind."""
    return IncidentEvent.objects.create(
        incident=incident, kind="operator_claimed", actor_kind="user", actor_name="佐藤 健一"
    )


def test_what_the_table_does_not_know_is_not_written(incident: Incident) -> None:
    before = incident.events.count()
    with pytest.raises(UnknownEventKind, match="'desk_taken'"):
        record_event(incident=incident, kind="desk_taken", actor=CLOCK)
    assert incident.events.count() == before


def test_nor_told_to_anybody(old_line: IncidentEvent) -> None:
    before = Job.objects.count()
    with pytest.raises(UnknownEventKind, match="'operator_claimed'"):
        announce_event(old_line)
    assert Job.objects.count() == before


def test_a_line_of_another_release_is_read_by_its_name(
    old_line: IncidentEvent, boris: User
) -> None:
    address = f"/portal/incidents/{old_line.incident.public_id}/"
    page = signed_in(boris).get(address)
    assert page.status_code == 200
    assert "佐藤 健一さん: operator_claimed" in page.content.decode()


def test_every_kind_has_one_row() -> None:
    assert len(TABLE) == len(KINDS)


@pytest.mark.parametrize("kind", TABLE, ids=named)
def test_every_kind_has_its_words_in_japanese(kind: EventKind) -> None:
    texts = [text for text in (*kind.words, kind.notice) if text]
    with override("en"):
        english = [str(text) for text in texts]
    with override("ja"):
        japanese = [str(text) for text in texts]
    assert not set(english) & set(japanese)
    assert [sorted(re.findall(r"%\(\w+\)s", text)) for text in english] == [
        sorted(re.findall(r"%\(\w+\)s", text)) for text in japanese
    ]


@pytest.mark.parametrize("kind", TABLE, ids=named)
def test_every_kind_says_something_when_only_who_did_it_is_known(kind: EventKind) -> None:
    assert kind.sentence({"who": "佐藤さん", "responder": "緊急対処員"})


LABELS = {"通報時刻", "応対した警察官", "応対した人", "状況", "相手の人数・特徴", "凶器"}
SHOWN = {
    "police_called": LABELS - {"応対した人"},
    "fire_called": LABELS - {"応対した警察官"},
}
"""Below which lines the desk reads more, and under which words."""
FACTS = {
    **dict.fromkeys(("client_id", "dispatch", "grant", "approved_by", "event"), str(uuid4())),
    **dict.fromkeys(("level", "outcome", "whom", "service"), "code_of_ours"),
    "people": ["田中 陽子", "佐藤 健一"],
    "called_at": "2026-11-30T03:03:00+00:00",
    "situation": "店頭で大声",
    "weapon": "なし",
    "spoken_to": "山本",
    "text": "来ました",
    "number": 7,
    "call_sign": "M-14",
}
"""Whatever any room writes, under every kind."""


@pytest.mark.parametrize("kind", TABLE, ids=named)
def test_below_a_line_stands_what_its_kind_names_and_nothing_else(kind: EventKind) -> None:
    is_call = kind.name in SHOWN
    facts = FACTS | ({"people": "男性2人"} if is_call else {})
    line = SeenEvent(kind=kind.name, actor_kind="operator", actor_name="大野 玲子", payload=facts)
    with override("ja"):
        text = sentence(line, of_post=False)
        below = details(line, *Audience, zone=ZoneInfo("Asia/Tokyo"))
        assert details(line, Audience.DEVICE, Audience.COMPANY) == []
    assert {one.partition("：")[0] for one in below} == SHOWN.get(kind.name, set())
    assert not is_call or "通報時刻：12:03" in below
    shown = " ".join([text, *below])
    assert not re.search(r"[\[\]{}'_]|[0-9a-f]{8}-", shown), shown


@pytest.mark.parametrize("kind", TABLE, ids=named)
def test_every_kind_has_a_mark(kind: EventKind) -> None:
    assert f'<symbol id="{kind.icon}"' in (STATIC / "img/icons.svg").read_text()
    if kind.tone is not Tone.PLAIN:
        assert f".timeline-mark.{kind.tone} " in (STATIC / "css/timeline.css").read_text()


@pytest.mark.parametrize("kind", TABLE, ids=named)
def test_a_locked_screen_shows_no_name_and_no_place(kind: EventKind) -> None:
    assert "%" not in str(kind.notice)
