"""What the timekeeper (lane 0) and the worker (lane 1) run for this room."""

from jobs.models import Job
from jobs.registry import handler
from notifications.delivery import CHANNELS, deliver
from notifications.services import DELIVER


@handler(DELIVER, lane=0, calls_out=True, ways=tuple(CHANNELS))
def run_delivery(job: Job) -> None:
    deliver(job.payload["delivery"], lane=job.lane)
