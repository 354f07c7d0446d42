"""What the timekeeper (lane 0) and the worker (lane 1) run for this room."""

from jobs.models import Job
from jobs.registry import handler
from notifications.delivery import deliver
from notifications.services import DELIVER


@handler(DELIVER, lane=0, calls_out=True)
def run_delivery(job: Job) -> None:
    deliver(job.payload["delivery"], lane=job.lane)
