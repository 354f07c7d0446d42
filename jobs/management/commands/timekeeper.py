"""Run the jobs: lane 0 here; lane 1 is handed to the Celery worker.

What calls out has threads of its own: a mail server that hangs never holds up a climb.
"""

import contextlib
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from queue import Empty, Full, Queue
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from jobs.running import (
    beat,
    hand_over_next,
    run_next_inside,
    run_next_outside,
    seconds_until_next,
)
from jobs.services import CHANNEL
from jobs.worker import hand_to_worker

logger = logging.getLogger("timekeeper")

LONGEST_SLEEP = 1.0
CONNECTION_LIFETIME = 900.0
"""Seconds; a connection remembers every schema it has seen and never forgets."""


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clocks", type=int, default=2)
        parser.add_argument("--senders", type=int, default=6)

    def handle(self, *args: Any, **options: Any) -> None:
        keeper = Timekeeper(clocks=options["clocks"], senders=options["senders"])
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: keeper.stop())
        keeper.run()


class Crew:
    """Threads that do the same. A ring wakes one of them; with a job in hand it wakes the next."""

    def __init__(self, lane: int, size: int, step: Callable[["Crew"], bool]) -> None:
        self.lane = lane
        self.step = step
        self.rings: Queue[None] = Queue(maxsize=size)
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._work) for _ in range(size)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.stopping.set()
        for _ in self.threads:
            self.ring()
        for thread in self.threads:
            thread.join(timeout=5)

    def ring(self) -> None:
        """Never lost: whoever is busy finds it when he looks for more."""
        with contextlib.suppress(Full):
            self.rings.put_nowait(None)

    def _work(self) -> None:
        opened = time.monotonic()
        while not self.stopping.is_set():
            if time.monotonic() - opened > CONNECTION_LIFETIME:
                connection.close()
                opened = time.monotonic()
            if not guarded(lambda: self.step(self)):
                self._sleep()
        connection.close()

    def _sleep(self) -> None:
        try:
            seconds = seconds_until_next(self.lane, LONGEST_SLEEP)
        except Exception:
            seconds = 0.25
        with contextlib.suppress(Empty):
            self.rings.get(timeout=max(0.02, seconds))


class Timekeeper:
    def __init__(self, clocks: int, senders: int) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.stopping = threading.Event()
        self.crews = [
            Crew(0, clocks, lambda crew: run_next_inside(0, crew.ring)),
            Crew(0, senders, lambda crew: run_next_outside(0, self.name, crew.ring)),
            Crew(1, 1, lambda _crew: hand_over_next(1, self.name, hand_to_worker)),
        ]

    def stop(self) -> None:
        self.stopping.set()

    def run(self) -> None:
        listener = threading.Thread(target=self._listen)
        listener.start()
        for crew in self.crews:
            crew.start()
        while not self.stopping.wait(1.0):
            guarded(self._beat)
        for crew in self.crews:
            crew.stop()
        listener.join(timeout=5)
        connection.close()

    def _beat(self) -> bool:
        beat(self.name)
        return True

    def _listen(self) -> None:
        while not self.stopping.is_set():
            try:
                self._listen_once()
            except psycopg.Error:
                self.stopping.wait(0.5)

    def _listen_once(self) -> None:
        with psycopg.connect(settings.DATABASE_URL, autocommit=True) as listener:
            listener.execute(f"LISTEN {CHANNEL}")
            while not self.stopping.is_set():
                for notice in listener.notifies(timeout=1.0, stop_after=1):
                    self._ring(notice.payload)

    def _ring(self, lane: str) -> None:
        for crew in self.crews:
            if str(crew.lane) == lane:
                crew.ring()


def guarded(step: Callable[[], bool]) -> bool:
    """A database that is away for a moment must not end a thread."""
    try:
        return step()
    except Exception:
        logger.exception("timekeeper.step_failed")
        connection.close()
        time.sleep(0.25)
        return False
