"""Run the jobs: lane 0 here, in threads of its own; lane 1 is handed to the Celery worker."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from jobs.periodic import plant_missing
from jobs.running import beat, forget_settled, hand_over_next, run_next, seconds_until_next
from jobs.services import CHANNEL
from jobs.worker import hand_to_worker

logger = logging.getLogger("timekeeper")

LONGEST_SLEEP = 1.0
HOUSEKEEPING_SECONDS = 60.0
CONNECTION_LIFETIME = 900.0
"""Seconds; a connection remembers every schema it has seen and never forgets."""


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threads", type=int, default=4)

    def handle(self, *args: Any, **options: Any) -> None:
        keeper = Timekeeper(threads=options["threads"])
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: keeper.stop())
        keeper.run()


class Timekeeper:
    def __init__(self, threads: int) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.stopping = threading.Event()
        self.wake = threading.Condition()
        self.threads = threads

    def stop(self) -> None:
        self.stopping.set()

    def run(self) -> None:
        workers = [
            threading.Thread(target=self._loop, args=(0, lambda: run_next(0, self.name)))
            for _ in range(self.threads)
        ]
        workers.append(threading.Thread(target=self._loop, args=(1, self._hand_over)))
        workers.append(threading.Thread(target=self._listen))
        for worker in workers:
            worker.start()
        cleaned = 0.0
        while not self.stopping.wait(1.0):
            self._guarded(self._beat)
            if time.monotonic() - cleaned > HOUSEKEEPING_SECONDS:
                cleaned = time.monotonic()
                self._guarded(self._keep_house)
        self._wake_all()
        for worker in workers:
            worker.join(timeout=5)
        connection.close()

    def _hand_over(self) -> bool:
        return hand_over_next(1, self.name, hand_to_worker)

    def _beat(self) -> bool:
        beat(self.name)
        return True

    def _keep_house(self) -> bool:
        plant_missing()
        forget_settled()
        return True

    def _loop(self, lane: int, step: Callable[[], bool]) -> None:
        opened = time.monotonic()
        while not self.stopping.is_set():
            if time.monotonic() - opened > CONNECTION_LIFETIME:
                connection.close()
                opened = time.monotonic()
            if not self._guarded(step):
                self._sleep(lane)
        connection.close()

    def _guarded(self, step: Callable[[], bool]) -> bool:
        """A database that is away for a moment must not end a thread."""
        try:
            return step()
        except Exception:
            logger.exception("timekeeper.step_failed")
            connection.close()
            self.stopping.wait(0.25)
            return False

    def _sleep(self, lane: int) -> None:
        try:
            seconds = seconds_until_next(lane, LONGEST_SLEEP)
        except Exception:
            seconds = 0.25
        with self.wake:
            self.wake.wait(timeout=max(0.02, seconds))

    def _wake_all(self) -> None:
        with self.wake:
            self.wake.notify_all()

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
                for _notify in listener.notifies(timeout=1.0, stop_after=1):
                    self._wake_all()
