"""Lane-1 jobs on Celery. The job row is the truth; a message only says under which claim it may be
run, and a lost one costs its lease."""

import logging
import os
import socket
import threading
from functools import lru_cache
from typing import Any

import redis
from celery import shared_task
from celery.signals import worker_ready, worker_shutdown
from django.conf import settings
from django.db import connection

from jobs.claims import Claim, claim
from jobs.models import Heartbeat, Job
from jobs.registry import WORKER
from jobs.runs import HANDING_OVER, run_handed
from jobs.signs_of_life import beat, sign_off

logger = logging.getLogger("worker")

MOST_MESSAGES = 200
"""In the broker: more would only wait there, and in doubles."""
AT_ONCE = 20
BEAT_SECONDS = 2.0
_stopping = threading.Event()


def my_name() -> str:
    return f"worker:{socket.gethostname()}:{os.getpid()}"


@shared_task(name="jobs.run")  # type: ignore[untyped-decorator]  # celery has no types
def run_job(job_id: int, attempt: int) -> None:
    run_handed(job_id, attempt, my_name())


def hand_over(me: str) -> int:
    """Give due jobs to the workers, while few wait there. Returns how many."""
    waiting = messages_waiting()
    if waiting is None or waiting >= MOST_MESSAGES:
        return 0
    jobs = claim(Claim(1, [WORKER], me, HANDING_OVER, most=AT_ONCE, state=Job.State.HANDED))
    for job in jobs:
        _send(job)
    return len(jobs)


def messages_waiting() -> int | None:
    """Number of messages in the workers' queue; None while there is no broker."""
    try:
        return int(_broker().llen(settings.CELERY_TASK_DEFAULT_QUEUE))  # type: ignore[arg-type]  # redis-py types sync and async alike
    except redis.RedisError:
        return None


@lru_cache(maxsize=1)
def _broker() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5)


def _send(job: Job) -> None:
    try:
        run_job.apply_async(args=[job.pk, job.attempts], retry=False)
    except Exception:
        logger.warning("worker.unreachable", extra={"job": job.pk})


# A sign of life of each worker


@worker_ready.connect  # type: ignore[untyped-decorator]  # celery has no types
def begin_to_beat(**_signal: Any) -> None:
    threading.Thread(target=_beat, daemon=True).start()


@worker_shutdown.connect  # type: ignore[untyped-decorator]  # celery has no types
def stop_beating(**_signal: Any) -> None:
    _stopping.set()
    sign_off(my_name())
    connection.close()


def _beat() -> None:
    while not _stopping.wait(BEAT_SECONDS):
        try:
            beat(my_name(), Heartbeat.Role.WORKER)
        except Exception:
            logger.exception("worker.beat_failed")
            connection.close()
