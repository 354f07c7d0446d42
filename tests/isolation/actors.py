"""Eleven who could ask, and what they ask about: one world for all of them."""

from dataclasses import replace

from django.db.models.functions import Now

from accounts.models import User
from accounts.roles import Role
from incidents.models import Incident
from jobs.models import Job
from notifications.models import Notice
from people.devices.services import create_device
from people.models import Department, Employee, Site, SupervisorAssignment
from recordings.models import Recording, RecordingKey, Unit
from tenants.context import run_in
from tests.isolation.alarms import alarm, record
from tests.isolation.sign_ins import signed_in
from tests.isolation.twin_company import (
    Credential,
    Side,
    ask,
    missing,
)

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
    "identity provider": "provider",
}
# Who else works on the hosts of the desk and the platform; there the nine are all strangers, but
# for the operator, who holds the case.
AT_THE_DESK = {
    "operator of another case": "otto",
    "lead": "lena",
    "responder": "rosa",
    "platform admin": "platform",
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
    usual = User.objects.get(username="boris")
    for username, role in NEWCOMERS.items():
        user = User.objects.create(
            username=username, password=usual.password, family_name=username, roles=[role]
        )
        side.credentials[username] = signed_in(user)
    elsewhere = Site.objects.create(name="別館", address="x", latitude=1, longitude=1)
    sita = Employee.objects.create(
        user=User.objects.get(username="sita"),
        number="900001",
        family_name="別",
        given_name="館",
        department=Department.objects.create(name="別館", code="900"),
        site=elsewhere,
    )
    SupervisorAssignment.objects.create(supervisor=sita, site=elsewhere)


def subjects(acme: Side, globex: Side) -> dict[str, Side]:
    """Globex, as each of the five looks: what its names then name. Committed, so that sockets and
    media planes see it too."""
    for side in (acme, globex):
        run_in(side.company, hire, side)
    elsewhere = _other_alarm(globex, run_in(globex.company, _in_carlas_department), "carla")
    made = {
        "own": globex,
        "other department": replace(elsewhere, credentials=globex.credentials),
        "other company": replace(globex, names=globex.names | _names_of(acme)),
        "closed": _closed(globex),
        "erased": _erased(globex),
    }
    Job.objects.filter(company_id__in=[acme.company.pk, globex.company.pk]).delete()
    return made


def _names_of(acme: Side) -> dict[str, str]:
    """Its keys inside are globex's own as well: they name nothing of acme's there."""
    return {name: value for name, value in acme.names.items() if not name.endswith("_pk")}


def _in_carlas_department() -> Employee:
    carlas = SupervisorAssignment.objects.filter(
        supervisor__user__username="carla", department__isnull=False
    )
    found = Employee.objects.filter(department__in=carlas.values("department"))
    return found.exclude(user__username="carla").earliest("pk")


def _next_to_anna(nth: int) -> Employee:
    anna = Employee.objects.get(number="020182")
    beside = Employee.objects.filter(department=anna.department, site=anna.site, user=None)
    return beside.exclude(number__in=["020182", "020187"]).order_by("pk")[nth]


def _other_alarm(side: Side, employee: Employee, listener: str) -> Side:
    """An alarm of somebody else, with sound that was listened to; the device is hers."""

    def enrol() -> str:
        return create_device(employee=employee, post=None, kind="iphone", name="x")[1]

    phone = Credential({"Authorization": f"Bearer {run_in(side.company, enrol)}"})
    other = replace(side, names=dict(side.names), keys=dict(side.keys))
    other.credentials = side.credentials | {"anna's phone": phone}
    alarm(other)
    record(other, listener)
    return other


def _closed(side: Side) -> Side:
    """Somebody whom boris answers for; it is over."""
    closed = _other_alarm(side, run_in(side.company, _next_to_anna, 0), "boris")
    end = f"/api/v1/incidents/{closed.names['incident']}/close"
    phone = closed.credentials["anna's phone"]
    assert ask(phone, side.host, "POST", end, {"outcome": "safe"}).status == 200
    return closed


def _erased(side: Side) -> Side:
    """All of it was there once; what else has a name in an address is gone as well."""
    gone = _other_alarm(side, run_in(side.company, _next_to_anna, 1), "boris")
    run_in(side.company, _erase, gone)
    names = missing(side).names | {
        name: value
        for name, value in gone.names.items()
        if name in ("incident", "recording", "session", "tap") or name.endswith("_pk")
    }
    return replace(gone, names=names, credentials=side.credentials)


def _erase(side: Side) -> None:
    recordings = Recording.objects.filter(public_id=side.names["recording"])
    RecordingKey.objects.filter(recording__in=recordings).delete()
    Unit.objects.filter(recording__in=recordings).delete()
    recordings.update(erased_at=Now(), incident=None)
    Notice.objects.filter(incident_id=side.names["incident"]).delete()
    Incident.objects.get(public_id=side.names["incident"]).delete()
