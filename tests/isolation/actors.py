"""Ten who could ask, and what they ask about: one world for all of them."""

from dataclasses import replace
from uuid import uuid4

from accounts.models import User
from accounts.roles import Role
from people.devices import create_device
from people.models import Department, Employee, Site, SupervisorAssignment
from tenants.context import run_in
from tests.isolation.world import Side, ask, missing, signed_in

# Who somebody is, by the name of their credential.
ACTORS = {
    "anonymous": "nobody",
    "employee device": "anna's phone",
    "supervisor": "boris",
    "supervisor of a site": "sita",
    "site manager": "daisuke",
    "hr_admin": "hanna",
    "it_admin": "ivo",
    "privacy_auditor": "petra",
    "occupational health": "oki",
    "operator": "olga",
}
NEWCOMERS = {
    "ivo": Role.IT_ADMIN,
    "petra": Role.PRIVACY_AUDITOR,
    "oki": Role.OCCUPATIONAL_HEALTH,
    "sita": Role.SUPERVISOR,
}
SUBJECTS = ("own", "other department", "other company", "closed", "erased")


def hire(side: Side) -> None:
    """Those of the ten who are not in every company of the tests."""
    for username, role in NEWCOMERS.items():
        user = User.objects.create_user(username, "x", family_name=username, roles=[role])
        side.credentials[username] = signed_in(user)
    elsewhere = Site.objects.create(name="別館", address="x", latitude=1, longitude=1)
    sita = Employee.objects.create(
        user=User.objects.get(username="sita"), number="900001", family_name="別", given_name="館",
        department=Department.objects.create(name="別館", code="900"), site=elsewhere,
    )  # fmt: skip
    SupervisorAssignment.objects.create(supervisor=sita, site=elsewhere)


def subjects(acme: Side, globex: Side) -> dict[str, Side]:
    """Globex, as each of the five looks: what its names then name."""
    elsewhere = _other_alarm(globex, run_in(globex.company, _in_carlas_department))
    return {
        "own": globex,
        "other department": replace(elsewhere, credentials=globex.credentials),
        "other company": replace(globex, names=acme.names),
        "closed": _closed(globex),
        "erased": missing(globex),
    }


def _in_carlas_department() -> Employee:
    carlas = SupervisorAssignment.objects.filter(
        supervisor__user__username="carla", department__isnull=False
    )
    found = Employee.objects.filter(department__in=carlas.values("department"))
    return found.exclude(user__username="carla").earliest("pk")


def _other_alarm(side: Side, employee: Employee) -> Side:
    def enrol() -> str:
        return create_device(employee=employee, post=None, kind="iphone", name="x")[1]

    phone = replace(
        side.credentials["anna's phone"],
        headers={"Authorization": f"Bearer {run_in(side.company, enrol)}"},
    )
    raised = ask(phone, side.host, "POST", "/api/v1/incidents", {"tap_id": str(uuid4())})
    assert raised.status == 201, raised
    incident = raised.text.split('"id":"')[1].split('"')[0]
    names = side.names | {"incident": incident}
    return replace(side, names=names, credentials=side.credentials | {"anna's phone": phone})


def _closed(side: Side) -> Side:
    """An alarm of somebody else whom boris answers for, over; the device is hers."""
    colleague = run_in(side.company, _next_to_anna)
    closed = _other_alarm(side, colleague)
    end = f"/api/v1/incidents/{closed.names['incident']}/close"
    phone = closed.credentials["anna's phone"]
    assert ask(phone, side.host, "POST", end, {"outcome": "safe"}).status == 200
    return closed


def _next_to_anna() -> Employee:
    anna = Employee.objects.get(number="020182")
    beside = Employee.objects.filter(department=anna.department, site=anna.site, user=None)
    return beside.exclude(number__in=["020182", "020187"]).earliest("pk")
