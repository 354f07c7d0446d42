"""Shares over time as a picture of stacked bars: geometry only, the template writes the SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 240
LEFT, TOP, BOTTOM = 60, 14, 30
PLOT = HEIGHT - TOP - BOTTOM
COLOURS = ("bad", "normal", "good")
"""From the axis upwards."""


@dataclass(frozen=True, slots=True)
class Shares:
    """One bar's shares, in per cent."""

    label: str
    good: int
    normal: int
    bad: int


@dataclass(frozen=True, slots=True)
class Bar:
    colour: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    x: float
    label: str
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Chart:
    columns: list[Column]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT

    @property
    def grid(self) -> list[tuple[int, float]]:
        """Grid lines behind the bars, as (per cent, y)."""
        return [(share, round(TOP + PLOT * (1 - share / 100), 1)) for share in (0, 25, 50, 75, 100)]


def chart_of(shown: Sequence[Shares]) -> Chart:
    """A chart with the oldest bar on the left."""
    step = (WIDTH - LEFT) / max(1, len(shown))
    return Chart([_column(one, LEFT + n * step, step) for n, one in enumerate(shown)])


def _column(shown: Shares, left: float, step: float) -> Column:
    width = min(40.0, step * 0.6)
    x = left + (step - width) / 2
    bars, bottom = [], float(TOP + PLOT)
    for colour in COLOURS:
        height = PLOT * getattr(shown, colour) / 100
        bottom -= height
        bars.append(Bar(colour, round(x, 1), round(bottom, 1), round(width, 1), round(height, 1)))
    return Column(round(left + step / 2, 1), shown.label, bars)
