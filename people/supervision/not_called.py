"""Who is assigned to somebody and would not be called all the same, with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from people.models import Employee, Post, SupervisorAssignment
from people.supervision.duties import excluded_users
from people.supervision.selectors import scope_of


class Reason(models.TextChoices):
    OWN = "own", _("It is the own alarm.")
    EXCLUDED = "excluded", _("Conflict of interest.")
    NOT_YET = "not_yet", _("The assignment begins later.")
    OVER = "over", _("The assignment has ended by then.")
    LEFT = "left", _("Has left by then.")
    NO_SIGN_IN = "no_sign_in", _("Has no sign-in.")
    BLOCKED = "blocked", _("The sign-in is blocked.")


@dataclass(frozen=True, slots=True)
class NotCalled:
    assignment: SupervisorAssignment
    reason: Reason


def not_called(
    holder: Employee | Post, *, on: date, called: Iterable[int], viewer: User
) -> list[NotCalled]:
    """Who is not called, of assignments not over today; ``called``: supervisors who would be."""
    not_over = Q(ends_on__isnull=True) | Q(ends_on__gte=min(on, timezone.localdate()))
    assignments = SupervisorAssignment.objects.filter(not_over, scope_of(holder))
    assignments = assignments.exclude(supervisor__in=called).select_related("supervisor__user")
    excluded = set(excluded_users(holder, except_for=viewer))
    once = {
        one.supervisor_id: NotCalled(one, _why(one, holder, on, excluded)) for one in assignments
    }
    return list(once.values())


def _why(
    assignment: SupervisorAssignment, holder: Employee | Post, on: date, excluded: set[int]
) -> Reason:
    supervisor, user = assignment.supervisor, assignment.supervisor.user
    if supervisor == holder:
        return Reason.OWN
    if assignment.starts_on > on:
        return Reason.NOT_YET
    if assignment.ends_on is not None and assignment.ends_on < on:
        return Reason.OVER
    if supervisor.ended_on is not None and supervisor.ended_on < on:
        return Reason.LEFT
    if user is None:
        return Reason.NO_SIGN_IN
    return Reason.EXCLUDED if user.pk in excluded else Reason.BLOCKED
