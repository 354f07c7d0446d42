"""Weekly figures as a stacked bar picture: geometry only, the template writes the SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from wellbeing.models import WeeklyFigure

WIDTH, HEIGHT = 720, 220
LEFT, TOP, BOTTOM = 36, 8, 24
PLOT = HEIGHT - TOP - BOTTOM
KINDS = ("good", "normal", "bad")


@dataclass(frozen=True, slots=True)
class Bar:
    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    x: float
    figure: WeeklyFigure
    bars: list[Bar]


def columns_of(figures: Sequence[WeeklyFigure]) -> list[Column]:
    """Shares of those who answered, the oldest week on the left."""
    if not figures:
        return []
    step = (WIDTH - LEFT) / len(figures)
    return [_column(figure, LEFT + n * step, step) for n, figure in enumerate(figures)]


def _column(figure: WeeklyFigure, left: float, step: float) -> Column:
    width = min(40.0, step * 0.6)
    x = left + (step - width) / 2
    bars, bottom = [], float(TOP + PLOT)
    for kind in reversed(KINDS):
        height = PLOT * getattr(figure, kind) / 100
        bottom -= height
        bars.append(Bar(kind, round(x, 1), round(bottom, 1), round(width, 1), round(height, 1)))
    return Column(round(left + step / 2, 1), figure, bars)


def grid() -> list[tuple[int, float]]:
    """(per cent, y) of the lines behind the bars."""
    return [(share, round(TOP + PLOT * (1 - share / 100), 1)) for share in (0, 25, 50, 75, 100)]
