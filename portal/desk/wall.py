"""The big screen of a control room: what waits, for how long, and how fast the desk answers today.

Read from across the room, by visitors too: no person, and nobody's name, the desk's own included.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.actors import Actor
from operations.figures import answer_times
from operations.selectors import QueueRow, board, queue
from portal.desk.access import for_desk
from portal.desk.figures import midnight
from portal.live.cases import Tag, state_of

SHOWN = 12
LATE_AFTER = 30


@dataclass(frozen=True, slots=True)
class WallLine:
    row: QueueRow
    now: datetime

    @property
    def seconds(self) -> int:
        since = self.row.waiting_since if self.row.is_waiting else self.row.requested_at
        return max(0, int((self.now - since).total_seconds()))

    @property
    def age(self) -> str:
        minutes, seconds = divmod(self.seconds, 60)
        return f"{minutes:02}:{seconds:02}"

    @property
    def is_late(self) -> bool:
        return self.row.is_waiting and not self.row.is_drill and self.seconds >= LATE_AFTER

    @property
    def state(self) -> Tag:
        return state_of(self.row)


@require_safe
@for_desk
def wall(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    now = timezone.now()
    rows = queue()
    context = {
        "lines": [WallLine(row, now) for row in rows[:SHOWN]],
        "more": max(0, len(rows) - SHOWN),
        "board": board(),
        "today": next(iter(answer_times(midnight(now), now)), None),
        "at": now,
    }
    return render(request, "desk/wall.html", context)
