"""How long a responder may need: straight line, detours and speed of the town. An estimate."""

import math
from dataclasses import dataclass
from datetime import timedelta

EARTH_M = 6_371_000
DETOUR = 1.4
METRES_PER_SECOND = {"car": 25_000 / 3600, "foot": 5_000 / 3600}
SETTING_OUT = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Estimate:
    distance_m: int
    needs: timedelta


def distance_m(origin: tuple[float, float], target: tuple[float, float]) -> float:
    """Great-circle distance between two (latitude, longitude) pairs."""
    (lat_a, lon_a), (lat_b, lon_b) = (tuple(map(math.radians, place)) for place in (origin, target))
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_M * math.asin(math.sqrt(half))


def estimate(origin: tuple[float, float], target: tuple[float, float], travel: str) -> Estimate:
    straight = distance_m(origin, target)
    seconds = straight * DETOUR / METRES_PER_SECOND[travel]
    return Estimate(round(straight), SETTING_OUT + timedelta(seconds=round(seconds)))
