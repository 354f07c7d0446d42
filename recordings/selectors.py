"""Loudness, and who heard what: for screens, for reviews and for the recorded person."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Subject, can
from audit.actors import Actor
from incidents.visibility import hidden_from
from operations.company_access import door
from operations.errors import NoGrant
from operations.models import AccessGrant, SeenLoudness, SeenRecording
from people.models import Device
from recordings.models import (
    PlayRange,
    PlayReview,
    PlaySession,
    Recording,
    SeenSpoken,
    Unit,
)
from tenants.context import current_company

PEAKS_PER_SECOND = 10
LOOK_BACK_DAYS = 30
MOST_PEAKS = 48 * 3600 * PEAKS_PER_SECOND

SAME_CLOCK_MS = 1_500

UnitFacts = tuple[int, int, bytes | memoryview | None, int | None, int | None, datetime]
"""Of one unit: first sample, samples, peaks, and three clocks: when the device heard it and when
it sent it by its own, when it came by ours."""


@dataclass(frozen=True, slots=True)
class Waveform:
    """Loudness from 0 to 1, ten a second; None where nobody knows it."""

    peaks: list[float | None]
    missing: list[tuple[int, int]]
    """Stretches of the peaks in which no unit has come. A batch may carry no loudness: that is
    neither silence nor a gap, and must not look like either."""
    anchors: list[tuple[float, int]]
    """At which second of the sound it was when, in Unix milliseconds: again after each pause."""

    def as_data(self) -> dict[str, Any]:
        return asdict(self) | {"per_second": PEAKS_PER_SECOND}


def waveform_of(recording: Recording) -> Waveform:
    facts = (
        Unit.objects.filter(recording=recording)
        .order_by("seq")
        .values_list("first_sample", "samples", "peaks", "device_time_ms", "sent_ms", "received_at")
    )
    return _waveform(list(facts), recording.sample_rate, recording.started_at)


def waveform_by_grant(*, grant_id: UUID, operator: Actor, recording_id: UUID) -> Waveform:
    """The same for an operator, noted in the company's audit first. Raises NoGrant, also for
    a recording of another case."""

    def look() -> Waveform:
        recording = SeenRecording.objects.filter(public_id=recording_id).first()
        if recording is None:
            raise NoGrant
        units = list(SeenLoudness.objects.filter(recording_id=recording_id).order_by("seq"))
        spoken = SeenSpoken.objects.filter(recording_id=recording_id).order_by("seq")
        facts: list[UnitFacts] = [
            (
                unit.first_sample,
                unit.samples,
                unit.peaks,
                clock.device_time_ms,
                clock.sent_ms,
                clock.received_at,
            )
            # A unit that comes between the two looks is there at the next one.
            for unit, clock in _of_the_same_units(units, spoken)
        ]
        rate = units[0].sample_rate if units else 1
        return _waveform(facts, rate, recording.started_at)

    return door.read(grant_id=grant_id, operator=operator, verb="recording.waveform", query=look)


def _of_the_same_units(
    units: list[SeenLoudness], spoken: Iterable[SeenSpoken]
) -> Iterator[tuple[SeenLoudness, SeenSpoken]]:
    clocks = {one.seq: one for one in spoken}
    return ((unit, clocks[unit.seq]) for unit in units if unit.seq in clocks)


def _waveform(facts: list[UnitFacts], sample_rate: int, started_at: datetime) -> Waveform:
    line: list[float | None] = []
    missing: list[tuple[int, int]] = []
    reached = 0
    for first_sample, samples, peaks, *_clocks in facts:
        at, end = (
            round(sample * PEAKS_PER_SECOND / sample_rate)
            for sample in (first_sample, first_sample + samples)
        )
        if at > reached:
            missing.append((reached, min(at, MOST_PEAKS)))
        reached = end
        line.extend([None] * (min(at, MOST_PEAKS) - len(line)))
        known: list[float | None] = [round(peak / 255, 3) for peak in bytes(peaks or b"")]
        line[at:] = known or [None] * (end - at)
    return Waveform(line[:MOST_PEAKS], missing, _anchors(facts, sample_rate, started_at))


def _anchors(
    facts: list[UnitFacts], sample_rate: int, started_at: datetime
) -> list[tuple[float, int]]:
    """By the device's clock, put right by its quickest unit, as in the playlists."""
    late = [_ms(came) - sent for *_sound, sent, came in facts if sent is not None]
    skew = min(late, default=0)
    anchors: list[tuple[float, int]] = []
    for first_sample, _samples, _peaks, device_ms, _sent, _came in facts:
        if device_ms is None:
            continue
        second, spoken = first_sample / sample_rate, device_ms + skew
        expected = anchors[-1][1] + (second - anchors[-1][0]) * 1000 if anchors else None
        if expected is None or abs(spoken - expected) > SAME_CLOCK_MS:
            anchors.append((round(second, 3), spoken))
    return anchors or [(0.0, _ms(started_at))]


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def next_of(recording: Recording) -> int:
    """Number of the first missing unit."""
    stored = Unit.objects.filter(recording=recording)
    behind = stored.filter(recording=OuterRef("recording"), seq=OuterRef("seq") + 1)
    ends = stored.filter(~Exists(behind)).order_by("seq").values_list("seq", flat=True)
    has_first = stored.filter(seq=0).exists()
    return ends[0] + 1 if has_first else 0


def own_recordings(device: Device) -> QuerySet[Recording]:
    """The holder's recordings, with the sample each has come to (``reach``); gaps count as time."""
    units = Unit.objects.filter(recording=OuterRef("pk")).order_by("-seq")
    reach = units.values(reach=F("first_sample") + F("samples"))[:1]
    own = Recording.objects.of_holder(device).order_by("started_at")
    return own.annotate(reach=Subquery(reach))


def plays_seen_by(user: User) -> QuerySet[PlaySession]:
    """For keepers and reviewers of the records: all but those of incidents hidden from them."""
    return PlaySession.objects.exclude(recording__incident__in=hidden_from(user))


def may_review(user: User, play: PlaySession) -> bool:
    """Whether they may judge a play that they see: not their own."""
    subject = Subject("playback", is_own=play.user_id == user.pk)
    return user.is_active and can(user.as_actor(), "review", subject)


def with_standing(plays: QuerySet[PlaySession]) -> QuerySet[PlaySession]:
    """Annotate ``standing``: the newest verdict, "waiting" where one is missing, or null where
    nobody has to look."""
    newest = PlayReview.objects.filter(play=OuterRef("pk")).values("verdict")[:1]
    waits = Case(When(_calls_for_a_look(), then=Value("waiting")))
    return plays.annotate(standing=Coalesce(Subquery(newest), waits))


def plays_waiting(plays: QuerySet[PlaySession]) -> QuerySet[PlaySession]:
    looked_at = PlayReview.objects.filter(play=OuterRef("pk"))
    return plays.filter(_calls_for_a_look()).exclude(Exists(looked_at))


def plays_to_look_at(plays: QuerySet[PlaySession]) -> QuerySet[PlaySession]:
    """Plays of the last days that wait for a review."""
    since = timezone.now() - timedelta(days=LOOK_BACK_DAYS)
    return plays_waiting(plays).filter(started_at__gt=since)


def _calls_for_a_look() -> Q:
    """Plays to review: by people not handling the incident, or by break-glass."""
    grants = AccessGrant.objects.filter(company_id=current_company().id)
    broken = grants.filter(source=AccessGrant.Source.BREAK_GLASS).values("public_id")
    return Q(acting=False) | Q(grant_id__in=broken)


def plays_of(recording: Recording) -> QuerySet[PlaySession]:
    plays = PlaySession.objects.filter(recording=recording).select_related("recording")
    ranges = PlayRange.objects.select_related("session__recording")
    return plays.prefetch_related(Prefetch("ranges", ranges), "marks__withdrawal")


@dataclass(frozen=True, slots=True)
class HeardPart:
    """Units that were heard, and when that began."""

    first_seq: int
    last_seq: int
    at: datetime


def parts_heard(play: PlaySession) -> list[HeardPart]:
    """What was handed out lease by lease is one part; in order of the recording."""
    parts: list[HeardPart] = []
    for one in sorted(play.ranges.all(), key=lambda one: (one.first_seq, one.last_seq)):
        if parts and one.first_seq <= parts[-1].last_seq + 1:
            known = parts.pop()
            last, at = max(one.last_seq, known.last_seq), min(one.at, known.at)
            parts.append(HeardPart(known.first_seq, last, at))
        else:
            parts.append(HeardPart(one.first_seq, one.last_seq, one.at))
    return parts


def heard_of(play: PlaySession) -> list[tuple[timedelta, timedelta]]:
    """Parts that were heard, as times of the recording."""
    return [play.recording.span(part.first_seq, part.last_seq) for part in parts_heard(play)]
