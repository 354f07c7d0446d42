"""Lane-1 jobs on Celery. The job row is the truth; a lost message only costs its lease."""

import logging
import os
import socket

from celery import shared_task

from jobs.running import run_handed

logger = logging.getLogger("worker")


@shared_task(name="jobs.run")  # type: ignore[untyped-decorator]
def run_job(job_id: int) -> None:
    run_handed(job_id, f"worker:{socket.gethostname()}:{os.getpid()}")


def hand_to_worker(job_id: int) -> None:
    """Without a broker the job's lease runs out and it is handed over again."""
    try:
        run_job.apply_async(args=[job_id], retry=False)
    except Exception:
        logger.warning("worker.unreachable", extra={"job": job_id})
