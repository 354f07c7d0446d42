"""Taking an import back: everything as it was before, or nothing."""

from typing import Any, cast

from django.core.serializers.python import Deserializer, Serializer
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import User
from people.models import Employee, ImportRun, SupervisorAssignment

Fields = dict[str, Any]
Change = tuple[int, Fields | None, Fields]


class CannotUndo(Exception):
    """Who stands in the way: changed since, or in use since. Nothing was taken back."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class AlreadyUndone(Exception):
    pass


def snapshot(employee: Employee) -> Fields:
    (written,) = Serializer().serialize([employee])
    fields = cast(Fields, written["fields"])
    return {name: value if value is None else str(value) for name, value in fields.items()}


@transaction.atomic
def record_import(
    *, by: User, file_name: str, changes: list[Change], links: list[int]
) -> ImportRun | None:
    if not changes and not links:
        return None
    return ImportRun.objects.create(by=by, file_name=file_name[:200], changes=changes, links=links)


@transaction.atomic
def undo_import(*, run_id: int) -> ImportRun:
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.undone_at:
        raise AlreadyUndone
    keys = [key for key, _before, _after in run.changes]
    now = Employee.objects.select_for_update().in_bulk(keys)
    in_the_way = [
        now[key].full_name if key in now else after["number"]
        for key, _before, after in run.changes
        if key not in now or snapshot(now[key]) != after
    ]
    if in_the_way:
        raise CannotUndo(in_the_way)
    for link in SupervisorAssignment.objects.filter(pk__in=run.links):
        link.delete()
    for key, before, _after in run.changes:
        _restore(now[key], before)
    run.undone_at = timezone.now()
    run.save(update_fields=["undone_at"])
    return run


def _restore(employee: Employee, before: Fields | None) -> None:
    """By save() and delete(), so that the log of changes tells of it."""
    if before is not None:
        (old,) = Deserializer([{"model": "people.employee", "pk": employee.pk, "fields": before}])
        old.object.save()
        return
    try:
        employee.delete()
    except ProtectedError as error:
        raise CannotUndo([employee.full_name]) from error
