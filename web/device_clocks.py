"""When something was by our clock, told by a device whose own clock may be anything.

Its claims are kept as they came. How long ago something was is the difference of two readings of
the same clock; where there are none, or where they make no sense, it is of the moment it arrived.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

LONGEST_WAY = timedelta(days=7)
"""Nothing is on its way for longer; a clock that was put right meanwhile says so."""
NOW = timedelta(0)


def meant_at(*, arrived: datetime, claimed: datetime | None, sent: datetime | None) -> datetime:
    """When a press was meant: without both readings, when it arrived."""
    if claimed is None or sent is None:
        return arrived
    ago = sent - claimed
    return arrived - ago if NOW <= ago <= LONGEST_WAY else arrived


def placed_at(
    *, arrived: datetime, claimed: Sequence[datetime | None], sent: datetime | None
) -> list[datetime]:
    """When the positions of a batch were measured.

    Of those that cannot be so (Safari counts from 2001) the newest is of now, and the others are
    as long before it as they say.
    """
    step = arrived - sent if sent else NOW
    at = [arrived if one is None else one + step for one in claimed]
    odd = [one for one in at if not NOW <= arrived - one <= LONGEST_WAY]
    newest = max(odd, default=arrived)
    back = [max(arrived - (newest - one), arrived - LONGEST_WAY) for one in at]
    return [late if one in odd else one for one, late in zip(at, back, strict=True)]
