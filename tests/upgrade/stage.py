"""The companies in which the scenes are played, and what else waits there."""

# mypy: ignore-errors
# Of f78729c, like everything that make_dump runs.

from datetime import timedelta
from pathlib import Path

import psycopg
from django.utils import timezone
from escalation.rules import keep_rule
from people.selectors import actor_for
from scene import Scene
from scenes import Play

from accounts.models import User
from accounts.permissions import Actor
from demo import seeding
from demo.data import ACME, GLOBEX, DemoCompany
from escalation.exercises import announce_exercise
from escalation.models import ContactRule, Exercise
from jobs.models import Job
from jobs.periodic import plant_missing
from operations import drills, shifts
from operations.models import Centre
from operations.selectors import actor_for as operator_for
from people.models import Department
from tenants.context import run_in
from tenants.models import Company
from tenants.provisioning import create_company

CLOCK = Path(__file__).resolve().parent / "dump.sql"


class Stage:
    """The two companies and the desk, and the incidents that are played there."""

    def __init__(self, owner: psycopg.Connection) -> None:
        self.owner = owner
        owner.execute(CLOCK.read_text())
        self.acme, self.globex = (_company(one) for one in (ACME, GLOBEX))
        run_in(self.globex, keep_rule, ContactRule(step_seconds=45, choice_seconds=60))
        seeding._desk("ops", "警備会社", "ops.localhost", Company.Kind.OPS)
        seeding.fill_desk()
        self.olga, self.lena = run_in(Company.objects.get(schema_name="ops"), _on_duty)

    def play(self, company: Company, scenes: list[Play]) -> None:
        for scene in scenes:
            run_in(company, self._play, company, scene)

    def _play(self, company: Company, scene: Play) -> None:
        one = Scene(scene.__name__, company, self.olga, self.owner)
        scene(one)
        self.owner.execute(
            "INSERT INTO dump.incident VALUES (%s, %s, %s, clock_timestamp())",
            [company.schema, one.name, one.incident.public_id],
        )

    def begin_joint_drill(self) -> None:
        now = timezone.now()
        hanna = run_in(self.acme, lambda: User.objects.get(username="hanna").public_id)
        joint = drills.announce(
            company=self.acme, by=hanna, starts_at=now, ends_at=now + timedelta(hours=3)
        )
        drills.agree(drill_id=joint.public_id, lead=self.lena)

    def leave_other_jobs(self) -> None:
        """What has nothing to do with an incident: of the rounds, and a promised exercise; and a
        message in the hands of a timekeeper that was killed."""
        plant_missing()
        run_in(self.acme, _announce_exercise)
        message = Job.objects.filter(kind="notifications.deliver").earliest("pk")
        Job.objects.filter(pk=message.pk).update(
            state=Job.State.LEASED, lease_by="killed", lease_until=timezone.now(), attempts=1
        )

    def stop_the_clock(self) -> None:
        """All scenes end now, and the consoles of those who hold a case are there."""
        self.owner.execute("INSERT INTO dump.taken VALUES (clock_timestamp())")
        self.owner.execute(
            "SELECT dump.move_incident(company, public_id, taken.at - played_at)"
            " FROM dump.incident, dump.taken"
        )
        self.owner.execute(
            "UPDATE operations_case SET owner_until = at + interval '45 seconds'"
            " FROM dump.taken WHERE state = 'claimed'"
        )


def _company(demo: DemoCompany) -> Company:
    company = create_company(
        name=demo.name, schema=demo.schema, domain=f"{demo.schema}.localhost", support=demo.support
    )
    run_in(company, seeding.fill, demo)
    return company


def _on_duty() -> list[Actor]:
    people = [operator_for(User.objects.get(username=name)) for name in ("olga", "lena")]
    for one in people:
        shifts.start_shift(operator=one, centre=Centre.objects.earliest("pk"))
    return people


def _announce_exercise() -> None:
    begins = timezone.now() + timedelta(days=1)
    hanna = actor_for(User.objects.get(username="hanna"))
    exercise = Exercise(
        department=Department.objects.get(code="20"),
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
    )
    announce_exercise(exercise=exercise, actor=hanna)
