"""Taking an import back: everything as it was before, or nothing."""

from django.core.serializers.python import Deserializer
from django.db import transaction
from django.db.models import ProtectedError
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Invitation, Role, User
from people.employment.planned_changes import take_back
from people.employment.snapshots import Fields, snapshot
from people.models import Employee, ImportRun, SupervisorAssignment


class CannotUndo(Exception):
    """Names people who were changed or are in use since; nothing was taken back."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class AlreadyUndone(Exception):
    pass


@transaction.atomic
def undo_import(*, run_id: int) -> ImportRun:
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.undone_at:
        raise AlreadyUndone
    employees = Employee.objects.select_for_update().prefetch_related("other_departments")
    now = employees.in_bulk([key for key, *_fields in run.changes])
    users = User.objects.select_for_update().in_bulk([key for key, _roles in run.sign_ins])
    moved = run.planned_changes.filter(done_at__isnull=False).select_related("employee")
    in_the_way = [
        *_changed_since(run, now),
        *_came_in_since(run, users),
        *(one.employee.full_name for one in moved),
    ]
    if in_the_way:
        raise CannotUndo(in_the_way)
    take_back(run)
    _take_back_links(run)
    for key, before, _after in run.changes:
        _restore(now[key], before)
    for key, roles in run.sign_ins:
        _take_back_sign_in(users[key], roles)
    run.undone_at = timezone.now()
    run.save(update_fields=["undone_at"])
    return run


def _changed_since(run: ImportRun, now: dict[int, Employee]) -> list[str]:
    return [
        now[key].full_name if key in now else after["number"]
        for key, _before, after in run.changes
        if key not in now or not _is_as(now[key], after)
    ]


def _is_as(employee: Employee, after: Fields) -> bool:
    """Whether the employee is as the import left them; older imports know fewer fields."""
    return {name: value for name, value in snapshot(employee).items() if name in after} == after


def _came_in_since(run: ImportRun, users: dict[int, User]) -> list[str]:
    """Users who have accepted the invitation since, or were given other roles by hand."""
    return [
        users[key].get_full_name() if key in users else str(key)
        for key, roles in run.sign_ins
        if key not in users
        or set(users[key].roles) != {*(roles or ()), Role.SUPERVISOR}
        or (roles is None and users[key].has_usable_password())
    ]


def _take_back_links(run: ImportRun) -> None:
    for link in SupervisorAssignment.objects.filter(pk__in=run.links):
        link.delete()
    ends = dict(run.ended)
    for link in SupervisorAssignment.objects.filter(pk__in=ends):
        link.ends_on = ends[link.pk]
        link.save(update_fields=["ends_on"])


def _take_back_sign_in(user: User, roles: list[str] | None) -> None:
    """Empty a new user's row; it is not deleted, because the log of changes points to it."""
    user.roles = roles or []
    if roles is None:
        user.is_active, user.email = False, None
        Invitation.objects.good().filter(user=user).update(replaced_at=Now())
    user.save()


def _restore(employee: Employee, before: Fields | None) -> None:
    """Restore rows by save() and delete(), never update(): auditlog records only those."""
    if before is not None:
        fields = dict(before)
        others = fields.pop("other_departments", None)
        (old,) = Deserializer([{"model": "people.employee", "pk": employee.pk, "fields": fields}])
        old.object.save()
        if others is not None:
            employee.other_departments.set(others)
        return
    try:
        employee.delete()
    except ProtectedError as error:
        raise CannotUndo([employee.full_name]) from error
