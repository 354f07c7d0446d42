"""備え: how well prepared a site is for an alarm, from plain figures. Nothing here reads anything.

Each part counts by what it is worth when somebody presses: being heard by anybody comes first.
"""

from dataclasses import dataclass

WORTH = {
    "covered": 30,
    "reached": 15,
    "enrolled": 20,
    "deputies": 15,
    "exercise": 15,
    "guide": 5,
}
"""In the order in which they are put right."""
EXERCISE_DAYS = 365


@dataclass(frozen=True, slots=True)
class SiteFacts:
    key: int | None
    """None: those who work at no site."""
    name: str
    people: int
    covered: int
    """How many of them have somebody who would be called and can be reached."""
    reached: int
    """How many have somebody among those who has confirmed a test message lately."""
    with_deputy: int
    """How many have a second one."""
    enrolled: int
    exercise_days: int | None
    """Since the last exercise that was passed."""
    has_guide: bool
    """Whether the way in and the direct number of the police are known."""


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    points: int
    of: int
    missing: int

    @property
    def is_whole(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class Readiness:
    site: SiteFacts
    parts: tuple[Part, ...]

    @property
    def score(self) -> int:
        """Points, of 100."""
        whole = sum(part.of for part in self.parts)
        return sum(part.points for part in self.parts) * 100 // whole

    @property
    def next(self) -> Part | None:
        """The part to put right next."""
        return next((part for part in self.parts if not part.is_whole), None)


def readiness_of(site: SiteFacts) -> Readiness:
    recent = site.exercise_days is not None and site.exercise_days <= EXERCISE_DAYS
    parts = [
        _share("covered", site.covered, site.people),
        _share("reached", site.reached, site.people),
        _share("enrolled", site.enrolled, site.people),
        _share("deputies", site.with_deputy, site.people),
        _share("exercise", int(recent), 1),
    ]
    if site.key is not None:
        parts.append(_share("guide", int(site.has_guide), 1))
    return Readiness(site, tuple(parts))


def _share(name: str, done: int, of: int) -> Part:
    """Points for a share, never rounded up: only a whole share is a full score."""
    return Part(name, WORTH[name] * done // of, WORTH[name], of - done)


def ranked(sites: list[SiteFacts]) -> list[Readiness]:
    """Sites by score, the least prepared first, without sites where nobody works."""
    with_people = [readiness_of(site) for site in sites if site.people]
    return sorted(with_people, key=lambda one: (one.score, -one.site.people, one.site.name))
