"""Who answers for the same people as somebody does, so that they are not the only one called."""

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from people.models import Employee, SupervisorAssignment


@dataclass(frozen=True, slots=True)
class StandIn:
    person: Employee
    answers_for: str


def stand_ins_of(user: User) -> list[StandIn]:
    """In calling order, each person once with the first duty that both of them have."""
    in_force = SupervisorAssignment.objects.in_force()
    shared = Q(pk__in=[])
    for one in in_force.filter(supervisor__user=user):
        shared |= Q(department=one.department_id, site=one.site_id, employee=one.employee_id)
    found = in_force.filter(shared).exclude(supervisor__user=user)
    found = found.select_related("supervisor", "department", "site", "employee")
    once: dict[int, StandIn] = {}
    for one in found.order_by("priority", "pk"):
        scope = one.department or one.site or one.employee
        once.setdefault(one.supervisor_id, StandIn(one.supervisor, str(scope)))
    return list(once.values())
