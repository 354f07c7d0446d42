"""A list of employees from the upload to the import: each step schedules the next one."""

import uuid
from datetime import timedelta
from typing import Any

from auditlog.context import disable_auditlog, set_actor
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from jobs.models import Job
from jobs.registry import Retry
from jobs.services import schedule
from people.imports.files import LARGEST, UnreadableFile
from people.imports.outcome import is_refused, outcome_of, refusal
from people.imports.progress import ImportProgress, forget_progress
from people.imports.resource import EmployeeResource
from people.imports.table import ImportTable, read_table
from people.models import ImportRun, Upload
from tenants.context import current_company

KEPT = timedelta(days=1)
MOST_TRIES = 6
"""A try that fails counts twice, a worker that dies in the middle once."""
State = Upload.State


class AnotherImport(Exception):
    """Somebody else's import is under way; this one can be confirmed when it has ended."""


class ChangedSince(Exception):
    """Another import came between the check and the confirmation: it is being checked again."""


@transaction.atomic
def receive(*, by: User, file: "UploadedFile[bytes]") -> Upload:
    """Store a file and schedule its check. Raises UnreadableFile where it is too large."""
    if (file.size or 0) > LARGEST:
        raise UnreadableFile(_("The file is larger than 10 MB."))
    name, until = (file.name or "")[:200], timezone.now() + KEPT
    upload = Upload.objects.create(by=by, file_name=name, content=file.read(), kept_until=until)
    _schedule("people.check_upload", upload)
    _schedule("people.forget_upload", upload, due_at=until)
    return upload


def _schedule(kind: str, upload: Upload, **when: Any) -> None:
    key = f"{kind}:{upload.public_id}:{uuid.uuid4().hex[:8]}"
    payload = {"upload": str(upload.public_id)}
    schedule(current_company(), kind=kind, key=key, payload=payload, **when)


def confirm(upload: Upload) -> None:
    """Confirm an upload, once however often it is pressed. Raises AnotherImport, ChangedSince."""
    try:
        with transaction.atomic():
            changed = _confirm(upload)
    except IntegrityError:
        raise AnotherImport from None
    if changed:
        raise ChangedSince


def _confirm(upload: Upload) -> bool:
    """Confirm it; True if it has to be checked once more, because of what was imported since."""
    checked = Upload.objects.filter(pk=upload.pk, state=State.CHECKED)
    if not checked.update(state=State.IMPORTING):
        return False
    later = Q(at__gt=upload.looked_at) | Q(undone_at__gt=upload.looked_at)
    changed = ImportRun.objects.filter(later).exists()
    if changed:
        Upload.objects.filter(pk=upload.pk).update(state=State.CHECKING, outcome={})
    _schedule("people.check_upload" if changed else "people.import_upload", upload)
    return changed


def check(job: Job) -> None:
    """Find out what would be changed, or why nothing can be; change nothing."""
    if upload := _claim_upload(job, State.CHECKING):
        upload.looked_at = timezone.now()
        with disable_auditlog():  # half of the work, for entries that are rolled back
            _run(upload, dry_run=True)
        _finish(upload)


def run_import(job: Job) -> None:
    """Import all of it or nothing: the job's transaction is the import's."""
    if upload := _claim_upload(job, State.IMPORTING):
        with set_actor(upload.by):
            _run(upload, dry_run=False)
        _finish(upload)


def _claim_upload(job: Job, state: Upload.State) -> Upload | None:
    """Lock the job's upload; None where nothing is left to do. Tried too often, it fails here."""
    uploads = Upload.objects.select_for_update(of=("self",)).select_related("by")
    upload = uploads.filter(public_id=job.payload["upload"], state=state).first()
    if upload is None or job.attempts <= MOST_TRIES:
        return upload
    upload.state, upload.content = State.FAILED, None
    _finish(upload)
    return None


def _finish(upload: Upload) -> None:
    upload.save()
    forget_progress(upload.public_id)


def _run(upload: Upload, *, dry_run: bool) -> None:
    with override(upload.by.language):
        try:
            table = read_table(bytes(upload.content or b""))
        except UnreadableFile as why:
            _refuse(upload, {"why": str(why)})
        else:
            _import_table(upload, table, dry_run=dry_run)


def _import_table(upload: Upload, table: ImportTable, *, dry_run: bool) -> None:
    rows = ImportProgress(upload.public_id, len(table.dataset))
    resource = EmployeeResource(progress=rows)
    result = resource.import_data(
        table.dataset,
        dry_run=dry_run,
        rollback_on_validation_errors=True,
        user=upload.by,
        file_name=upload.file_name,
    )
    if result.base_errors:
        raise result.base_errors[0].error
    if is_refused(result):
        outcome, file = refusal(table, resource, result)
        _refuse(upload, outcome, file.content)
        return
    upload.outcome, upload.run = outcome_of(table, resource, result), resource.run
    upload.state = State.CHECKED if dry_run else State.IMPORTED
    upload.content = upload.content if dry_run else None


def _refuse(upload: Upload, outcome: dict[str, Any], wrong_rows: bytes | None = None) -> None:
    upload.state, upload.outcome = State.REFUSED, outcome
    upload.content, upload.wrong_rows = None, wrong_rows


def forget(job: Job) -> None:
    """Delete an upload; one that is being imported is retried later."""
    uploads = Upload.objects.select_for_update().filter(public_id=job.payload["upload"])
    for upload in uploads:
        if upload.state == State.IMPORTING:
            raise Retry(timedelta(hours=1))
        upload.delete()
