"""The answers of each day as bars, drawn by the template."""

from dataclasses import dataclass
from datetime import date

from operations.figures import AnswerTimes

STEP = 24


@dataclass(frozen=True, slots=True)
class DayBar:
    """A day: how many alarms were answered in how long. Heights are of 100."""

    day: date
    alarms: int
    in_time: int
    in_a_minute: int
    late: int
    waiting: int
    left: int
    height: float
    """Of one alarm."""

    @property
    def top(self) -> float:
        """Where the count stands: above the bar."""
        return round(97 - self.alarms * self.height, 2)

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """Colour, top and height of what stands one upon the other."""
        found, floor = [], 100.0
        for tone, count in (
            ("green", self.in_time),
            ("amber", self.in_a_minute),
            ("red", self.late),
            ("open", self.waiting),
        ):
            floor -= count * self.height
            found.append((tone, round(floor, 2), round(count * self.height, 2)))
        return found


def bars_of(days: list[AnswerTimes]) -> list[DayBar]:
    most = max((day.alarms for day in days), default=0)
    return [
        DayBar(
            day=day.begins,
            alarms=day.alarms,
            in_time=day.within_30,
            in_a_minute=day.within_60 - day.within_30,
            late=day.judged_60 - day.within_60,
            waiting=day.alarms - day.judged_60,
            left=number * STEP,
            height=100 / most,
        )
        for number, day in enumerate(days)
        if day.begins and most
    ]


def width_of(bars: list[DayBar]) -> int:
    return STEP * max(1, len(bars))
