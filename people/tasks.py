"""Lists of employees on their way in, and what happens to people on a day that was set before.

What touches the database only runs in the job's own transaction: a worker that dies in the middle
leaves nothing behind, and another one begins anew.
"""

from uuid import UUID

from jobs.models import Job
from jobs.registry import handler
from people.employment import departures, planned_changes
from people.imports import services as imports


@handler("people.check_upload")
def check_upload(job: Job) -> None:
    imports.check(job)


@handler("people.import_upload")
def import_upload(job: Job) -> None:
    imports.run_import(job)


@handler("people.forget_upload")
def forget_upload(job: Job) -> None:
    imports.forget(job)


@handler("people.take_effect")
def take_effect(job: Job) -> None:
    planned_changes.take_effect(planned_id=UUID(job.payload["planned"]))


@handler("people.leave")
def leave(job: Job) -> None:
    departures.leave(employee_id=UUID(job.payload["employee"]))
