"""Health, for probes and for whoever is called at night: red means that an alarm may be late."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit.services import is_protected
from jobs.health import ClockHealth, clock_health
from notifications.live import broker_answers

BEAT_SECONDS = 5.0
LATE_SECONDS = {0: 10.0, 1: 600.0}
MOVE, MOVE_LATE_SECONDS = "escalation.move", 5.0


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    detail: str
    warns_only: bool = False
    """Not good, but no alarm is late for it."""


@never_cache
@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    checks = list(_checks())
    ok = all(check.ok or check.warns_only for check in checks)
    body = {
        "status": "ok" if ok else "failing",
        "checks": {check.name: {"ok": check.ok, "detail": check.detail} for check in checks},
    }
    return JsonResponse(body, status=200 if ok else 503)


def _checks() -> list[Check]:
    try:
        clocks = clock_health()
    except DatabaseError as error:
        return [Check("database", False, type(error).__name__)]
    return [
        Check("database", True, "answers"),
        *(judge(clocks) for judge in CLOCKS),
        # Hints are lost without it, never an alarm: pages poll.
        Check("broker", broker_answers(), "live hints and the worker's queue", warns_only=True),
        Check("audit", is_protected(), "protected from the application's role", warns_only=True),
    ]


def _timekeeper(clocks: ClockHealth) -> Check:
    since = clocks.seconds_since_beat
    beats = since is not None and since <= BEAT_SECONDS
    return Check("timekeeper", beats, "never seen" if since is None else f"{since:.1f} s ago")


def _lane(lane: int) -> Callable[[ClockHealth], Check]:
    def judge(clocks: ClockHealth) -> Check:
        late = clocks.seconds_late.get(lane, 0.0)
        name = f"lane_{lane}"
        return Check(name, late <= LATE_SECONDS[lane], f"oldest due job waits {late:.1f} s")

    return judge


def _moves(clocks: ClockHealth) -> Check:
    """Of open alarms: what somebody must do by now."""
    late = clocks.kinds_late.get(MOVE, 0.0)
    return Check("moves", late <= MOVE_LATE_SECONDS, f"the most overdue alarm waits {late:.1f} s")


def _given_up(clocks: ClockHealth) -> Check:
    return Check("given_up", not clocks.given_up, f"{clocks.given_up} jobs failed for good")


def _kinds(clocks: ClockHealth) -> Check:
    unknown = clocks.unknown_kinds
    return Check("kinds", not unknown, ", ".join(unknown) or "every kind has a handler")


CLOCKS = (_timekeeper, _lane(0), _lane(1), _moves, _given_up, _kinds)
