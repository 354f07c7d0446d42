"""What the machines must do so that no alarm is late, judged one by one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import Error as DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import is_protected
from jobs.health import Beat, ClockHealth, beats_of, clock_health
from jobs.models import Heartbeat
from notifications.live import broker_answers

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BEAT_SECONDS = {Heartbeat.Role.TIMEKEEPER: 5.0, Heartbeat.Role.WORKER: 30.0}
LATE_SECONDS = {0: 10.0, 1: 600.0}
MOVE, MOVE_LATE_SECONDS = "escalation.move", 5.0
DELIVER, DELIVERY_LATE_SECONDS = "notifications.deliver", 60.0
STUCK_SECONDS = 60.0
SKEW_SECONDS = 5.0

LABELS: dict[str, "StrOrPromise"] = {
    "database": gettext_lazy("Database"),
    "timekeeper": gettext_lazy("Timekeepers"),
    "stuck": gettext_lazy("Timekeepers at work"),
    "worker": gettext_lazy("Workers"),
    "lane_0": gettext_lazy("Alarms' jobs"),
    "lane_1": gettext_lazy("Other jobs"),
    "moves": gettext_lazy("Next move of open alarms"),
    "deliveries": gettext_lazy("Notices of alarms"),
    "given_up": gettext_lazy("Alarms' jobs that failed for good"),
    "given_up_rest": gettext_lazy("Other jobs that failed for good"),
    "kinds": gettext_lazy("Kinds of jobs"),
    "clocks": gettext_lazy("Clocks of the machines"),
    "blocked": gettext_lazy("Blocked transactions"),
    "broker": gettext_lazy("Live hints"),
    "audit": gettext_lazy("Audit"),
}


@dataclass(frozen=True, slots=True)
class HealthCheck:
    name: str
    ok: bool
    detail: str
    warns_only: bool = False
    """Not good, but no alarm is late for it."""

    @property
    def label(self) -> "StrOrPromise":
        return LABELS[self.name]


def checks() -> list[HealthCheck]:
    try:
        return list(_checks(clock_health()))
    except DatabaseError as error:
        return [HealthCheck("database", False, type(error).__name__)]


def is_red(checked: Iterable[HealthCheck]) -> bool:
    return not all(check.ok or check.warns_only for check in checked)


def _checks(health: ClockHealth) -> Iterator[HealthCheck]:
    yield HealthCheck("database", True, _("answers"))
    yield _beating("timekeeper", beats_of(health, Heartbeat.Role.TIMEKEEPER))
    yield _stuck(health.beats)
    yield _beating("worker", beats_of(health, Heartbeat.Role.WORKER))
    yield from (_lane(health, lane) for lane in LATE_SECONDS)
    yield _late("moves", health.kinds_late.get(MOVE, 0.0), MOVE_LATE_SECONDS)
    yield _late("deliveries", health.seconds_failing.get(DELIVER, 0.0), DELIVERY_LATE_SECONDS)
    yield from _given_up(health)
    unknown = health.unknown_kinds
    yield HealthCheck("kinds", not unknown, ", ".join(unknown) or _("every kind has a handler"))
    yield _clocks(health)
    yield _blocked(health)
    # Hints are lost without it, never an alarm: pages poll.
    yield HealthCheck(
        "broker", broker_answers(), _("live hints and the workers' queue"), warns_only=True
    )
    yield HealthCheck("audit", is_protected(), _("protected from the application"), warns_only=True)


def _beating(role: str, beats: list[Beat]) -> HealthCheck:
    newest = min((beat.seconds_ago for beat in beats), default=None)
    if newest is None:
        return HealthCheck(role, False, _("no sign of life for ten minutes"))
    detail = _("last sign of life %(seconds).1f s ago") % {"seconds": newest}
    return HealthCheck(role, newest <= BEAT_SECONDS[Heartbeat.Role(role)], detail)


def _stuck(beats: list[Beat]) -> HealthCheck:
    """Whether a timekeeper gives signs of life, but does not end what it began."""
    busy = max((beat.busy for beat in beats), default=0.0)
    detail = _("busy with one job for %(seconds).1f s") % {"seconds": busy}
    return HealthCheck("stuck", busy <= STUCK_SECONDS, detail)


def _lane(health: ClockHealth, lane: int) -> HealthCheck:
    return _late(f"lane_{lane}", health.seconds_late.get(lane, 0.0), LATE_SECONDS[lane])


def _late(name: str, seconds: float, most: float) -> HealthCheck:
    return HealthCheck(
        name, seconds <= most, _("the oldest waits %(seconds).1f s") % {"seconds": seconds}
    )


def _given_up(health: ClockHealth) -> Iterator[HealthCheck]:
    """Jobs given up. Only a warning outside the alarms' lane: such a mail makes no alarm late."""
    for name, lanes in (("given_up", {0}), ("given_up_rest", set(health.given_up) - {0})):
        count = sum(health.given_up.get(lane, 0) for lane in lanes)
        detail = _("%(count)s jobs failed for good") % {"count": count}
        yield HealthCheck(name, not count, detail, warns_only=name != "given_up")


def _clocks(health: ClockHealth) -> HealthCheck:
    """Clocks of the processes; they decide nothing here, but logs and certificates need them."""
    worst = max([health.skew, *(beat.skew for beat in health.beats)], key=abs)
    detail = _("at most %(seconds).1f s from the database's") % {"seconds": abs(worst)}
    return HealthCheck("clocks", abs(worst) <= SKEW_SECONDS, detail)


def _blocked(health: ClockHealth) -> HealthCheck:
    detail = _("%(count)s, for %(seconds).0f s at most") % {
        "count": health.blocked,
        "seconds": health.blocked_seconds,
    }
    return HealthCheck("blocked", not health.blocked, detail)
