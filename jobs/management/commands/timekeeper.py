"""Run the jobs: lane 0 here; lane 1 is handed to the Celery workers.

What calls out has crews of its own, one for each way: a mail server that hangs holds up neither a
call nor a push.
"""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from jobs.crews import LONGEST_SLEEP, Claimer, guarded
from jobs.periodic import plant_missing
from jobs.registry import CLOCK, WORKER, sender_crews
from jobs.runs import CLOCK_LEASE, SENDER_LEASE
from jobs.services import CHANNEL
from jobs.signs_of_life import beat, forget_settled, forget_the_dead, sign_off
from jobs.worker import hand_over
from tenants.connections import conninfo
from tenants.spares import keep_spares

logger = logging.getLogger("timekeeper")

HOUSEKEEPING_SECONDS = 60.0


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clocks", type=int, default=4)
        parser.add_argument("--senders", type=int, default=6, help="for each way")

    def handle(self, *args: Any, **options: Any) -> None:
        keeper = Timekeeper(clocks=options["clocks"], senders=options["senders"])
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: keeper.stop())
        keeper.run()


class Timekeeper:
    def __init__(self, clocks: int, senders: int) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.stopping = threading.Event()
        sizes = dict.fromkeys(sender_crews(), (senders, SENDER_LEASE))
        sizes[CLOCK] = (clocks, CLOCK_LEASE)
        self.claimer = Claimer(0, self.name, sizes)
        self.more_for_workers = threading.Event()
        self.beaten = 0.0

    def stop(self) -> None:
        self.stopping.set()

    def run(self) -> None:
        self.claimer.start()
        others = [
            threading.Thread(target=self._repeat, args=(step,))
            for step in (self._listen, self._hand_over, self._keep_house)
        ]
        for thread in others:
            thread.start()
        self._repeat(self._keep_time)
        self.claimer.stop()
        self.more_for_workers.set()
        for thread in others:
            thread.join(timeout=5)
        sign_off(self.name)
        connection.close()

    def _repeat(self, step: Callable[[], None]) -> None:
        while not self.stopping.is_set():
            guarded(step)
        connection.close()

    def _keep_time(self) -> None:
        """Claim and run jobs; claiming is also the sign of life."""
        rung = self.claimer.wait(LONGEST_SLEEP)
        self.claimer.look(rung)
        if time.monotonic() - self.beaten > LONGEST_SLEEP:
            self.claimer.look_everywhere()
            beat(self.name, busy=self.claimer.busy())
            self.beaten = time.monotonic()

    def _hand_over(self) -> None:
        if not hand_over(self.name):
            self.more_for_workers.wait(LONGEST_SLEEP)
            self.more_for_workers.clear()

    def _keep_house(self) -> None:
        plant_missing()
        forget_settled()
        forget_the_dead()
        guarded(keep_spares)
        self.stopping.wait(HOUSEKEEPING_SECONDS)

    def _listen(self) -> None:
        with psycopg.connect(conninfo("listener"), autocommit=True) as listener:
            listener.execute(f"LISTEN {CHANNEL}")
            while not self.stopping.is_set():
                for notice in listener.notifies(timeout=1.0, stop_after=1):
                    self._ring(notice.payload)

    def _ring(self, crew: str) -> None:
        if crew == WORKER:
            self.more_for_workers.set()
        else:
            self.claimer.ring(crew)
