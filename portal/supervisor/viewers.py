"""Who else is looking at an incident: held in the sockets themselves, nothing is stored."""

import time
from dataclasses import dataclass, field

# A viewer says "here" with each beat of its socket; two missed beats and it is gone.
EXPIRES_AFTER = 60.0


@dataclass
class Viewers:
    """One socket's view of who has one incident open."""

    seen: dict[str, tuple[str, float]] = field(default_factory=dict)

    def here(self, person: str, name: str, now: float | None = None) -> bool:
        """Note that somebody is looking; true when that is news."""
        news = person not in self.seen
        self.seen[person] = (name, time.monotonic() if now is None else now)
        return news

    def gone(self, person: str) -> bool:
        return self.seen.pop(person, None) is not None

    def expire(self, now: float | None = None) -> bool:
        limit = (time.monotonic() if now is None else now) - EXPIRES_AFTER
        late = [person for person, (_name, at) in self.seen.items() if at < limit]
        for person in late:
            del self.seen[person]
        return bool(late)

    def people(self) -> list[dict[str, str]]:
        return [{"id": person, "name": name} for person, (name, _at) in sorted(self.seen.items())]
