"""The threads of a timekeeper: crews that run jobs, and one thread that claims for all of them.

The claiming thread wakes on a notification from the database or from a thread that has become free;
otherwise it sleeps until the next due time. No thread polls for work, so idle ones cost nothing.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from queue import SimpleQueue

from django.db import connection

from jobs.claims import Claim, Marks, claim, free_overdue, next_due
from jobs.models import Job
from jobs.runs import run

logger = logging.getLogger("timekeeper")

LONGEST_SLEEP = 1.0
CONNECTION_LIFETIME = 900.0
"""Seconds; a connection remembers every schema it has seen and never forgets."""
Ring = Callable[[str], None]


class Crew:
    """Threads that run the same kind of jobs; one company has half of them at most."""

    def __init__(self, name: str, size: int, lease: timedelta, ring: Ring) -> None:
        self.name = name
        self.lease = lease
        self.marks = Marks()
        self.wants_more = False
        """Something due may have been left behind when it was asked last."""
        self._ring = ring
        self._size = size
        self._share = max(1, size // 2)
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        # By the run and not by the job, which may be taken again beside its first run.
        self._began: dict[int, float] = {}
        self._busy_for: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._work) for _ in range(size)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        for _thread in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(timeout=5)

    def full(self) -> list[int]:
        """Companies that have their share of the threads."""
        with self._lock:
            return [pk for pk, count in self._busy_for.items() if count >= self._share]

    def room(self) -> int:
        """Number of jobs, even all of one company, for which there are threads and shares."""
        with self._lock:
            free = self._size - self._busy_for.total()
            shares = [count for count in self._busy_for.values() if count < self._share]
            return min(free, self._share - max(shares, default=0))

    def busy(self) -> float:
        """Seconds since the oldest running job was taken."""
        with self._lock:
            oldest = min(self._began.values(), default=None)
        return 0.0 if oldest is None else time.monotonic() - oldest

    def take(self, jobs: Sequence[Job]) -> None:
        with self._lock:
            for job in jobs:
                self._busy_for[job.company_id] += 1
                self._began[id(job)] = time.monotonic()
        for job in jobs:
            self._jobs.put(job)

    def _work(self) -> None:
        opened = time.monotonic()
        while (job := self._jobs.get()) is not None:
            if time.monotonic() - opened > CONNECTION_LIFETIME:
                connection.close()
                opened = time.monotonic()
            try:
                guarded(lambda job=job: run(job))  # type: ignore[misc]  # mypy cannot infer a lambda's default
            finally:
                self._done(job)
        connection.close()

    def _done(self, job: Job) -> None:
        with self._lock:
            self._busy_for[job.company_id] -= 1
            if not self._busy_for[job.company_id]:
                del self._busy_for[job.company_id]
            del self._began[id(job)]
        if self.wants_more:
            self._ring(self.name)


class Claimer:
    """Claims for the crews of a lane. Its own thread calls ``look`` again and again."""

    def __init__(self, lane: int, me: str, sizes: dict[str, tuple[int, timedelta]]) -> None:
        self.lane = lane
        self.me = me
        self._bell = threading.Condition()
        self._rung: set[str] = set()
        self.crews = {
            name: Crew(name, size, lease, self.ring) for name, (size, lease) in sizes.items()
        }

    def ring(self, crew: str) -> None:
        """Wake a crew; an unknown name wakes all, so that no ring is lost."""
        with self._bell:
            self._rung |= {crew} if crew in self.crews else set(self.crews)
            self._bell.notify()

    def start(self) -> None:
        for crew in self.crews.values():
            crew.start()

    def stop(self) -> None:
        for crew in self.crews.values():
            crew.stop()

    def busy(self) -> float:
        return max(crew.busy() for crew in self.crews.values())

    def look_everywhere(self) -> None:
        """Look for all work once a second, so that nothing depends on a notification or a mark."""
        free_overdue()
        for crew in self.crews.values():
            crew.marks.forget()
        self.look(self.crews)

    def look(self, names: Collection[str]) -> None:
        for name in names:
            self._claim_for(self.crews[name])

    def wait(self, longest: float) -> set[str]:
        """Until somebody rings or a job comes due. Returns whose work it may be. A crew without
        room rings when it has some."""
        able = {name: crew.marks.looked_at for name, crew in self.crews.items() if crew.room()}
        crew, seconds = next_due(self.lane, able) or ("", longest)
        with self._bell:
            if not self._rung:
                self._bell.wait(max(0.002, min(longest, seconds)))
            rung, self._rung = self._rung, set()
        return rung or ({crew} if seconds < longest else set(self.crews))

    def _claim_for(self, crew: Crew) -> None:
        while room := crew.room():
            full = crew.full()
            wanted = Claim(self.lane, [crew.name], self.me, crew.lease, most=room, full=full)
            crew.wants_more = True
            jobs = claim(wanted, crew.marks)
            crew.take(jobs)
            if len(jobs) < room:
                crew.wants_more = bool(full)
                return
        crew.wants_more = True


def guarded(step: Callable[[], None]) -> bool:
    """Run a step; a database that is away for a moment must not end the thread."""
    try:
        step()
    except Exception:
        logger.exception("timekeeper.step_failed")
        connection.close()
        time.sleep(0.25)
        return False
    return True
