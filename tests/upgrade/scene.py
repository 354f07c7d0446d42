"""One incident as it is played in f78729c, by that release's own verbs."""

# mypy: ignore-errors
# Of f78729c, like everything that make_dump runs.

import uuid
from datetime import timedelta

import psycopg
from jobs.running import run_handed
from people.selectors import actor_for, actor_for_device

from accounts.models import User
from accounts.permissions import Actor
from escalation import services
from jobs.models import Job
from operations import services as desk
from operations.models import Case
from people.devices import create_device
from people.models import Department, Employee, Post, Site
from tenants.models import Company

CLOSE_CASE = "incidents.event_recorded:escalation.close_case"
FOLLOW = "operations.case_changed:escalation.follow_desk"


class Scene:
    """Played inside its company. Time passes by moving what is stored, and only the jobs that are
    named are run: all others wait, as they do while the timekeeper is stopped for an upgrade."""

    def __init__(self, name: str, company: Company, olga: Actor, owner: psycopg.Connection) -> None:
        self.name = name
        self.company = company
        self.boris = User.objects.get(username="boris")
        self.olga = olga
        self.owner = owner

    # She presses

    def press(self, level: str = "alarm", *, drill: bool = False) -> None:
        self.holder = Employee.objects.create(
            number=f"{20182 + Employee.objects.count():06d}",
            family_name="更新", given_name=self.name,
            family_kana="コウシン", given_kana="コウシン",
            department=Department.objects.get(code="10"), site=Site.objects.earliest("pk"),
        )  # fmt: skip
        self._press("iphone", level, drill)

    def press_at_the_counter(self) -> None:
        """For which nobody is assigned."""
        self.holder = Post.objects.filter(kind=Post.Kind.COUNTER).earliest("pk")
        self._press("web", "alarm", False)

    def press_on_the_watch(self) -> None:
        self._press("watch", "alarm", False)

    def _press(self, kind: str, level: str, drill: bool) -> None:
        employee = self.holder if isinstance(self.holder, Employee) else None
        post = None if employee else self.holder
        self.phone, _token = create_device(employee=employee, post=post, kind=kind, name=kind)
        press = services.Press(uuid.uuid4(), level, None, None, True, drill, b"")
        self.incident, _is_new = services.raise_alarm(device=self.phone, press=press)

    def says(self, answer: str) -> None:
        services.answer(incident=self.incident, device=self.phone, answer=answer)

    def closes_herself(self) -> None:
        me = actor_for_device(self.phone)
        services.close_incident(incident=self.incident, actor=me, outcome="resolved")

    # Boris answers

    def acknowledged(self) -> None:
        services.acknowledge(incident=self.incident, user=self.boris)

    def boris_sets_out(self) -> None:
        services.head_out(incident=self.incident, user=self.boris)

    def boris_asks_the_desk(self) -> None:
        services.request_support(incident=self.incident, actor=actor_for(self.boris))

    def boris_closes(self) -> None:
        boris = actor_for(self.boris)
        services.close_incident(incident=self.incident, actor=boris, outcome="resolved")

    # The desk acts

    @property
    def case(self) -> Case:
        return Case.objects.filter(incident_id=self.incident.public_id).latest("pk")

    def claimed(self) -> None:
        desk.claim(case_id=self.case.public_id, operator=self.olga)

    def given_back(self) -> None:
        desk.give_back(case_id=self.case.public_id, operator=self.olga)

    def desk_closes(self) -> None:
        desk.close_case(case_id=self.case.public_id, operator=self.olga, result="calmed")

    # Time passes

    def wait(self, seconds: float) -> None:
        self.owner.execute(
            "SELECT dump.move_incident(%s, %s, %s)",
            [self.company.schema, self.incident.public_id, timedelta(seconds=-seconds)],
        )

    def run(self, kind: str, **payload: object) -> None:
        """What waits of a kind is done now."""
        asked = {f"payload__{name}": value for name, value in payload.items()}
        waiting = Job.objects.filter(kind=kind, state=Job.State.PENDING, **asked).order_by("pk")
        keys = list(waiting.values_list("pk", flat=True))
        assert keys, (self.name, kind)
        for key in keys:
            run_handed(key, "dump")
        assert not Job.objects.filter(pk__in=keys).exclude(state=Job.State.DONE), (self.name, kind)

    def climb(self) -> None:
        self.run("escalation.climb", incident=str(self.incident.public_id))

    def nobody_answers(self) -> None:
        self.run("escalation.no_answer", incident=str(self.incident.public_id))

    def climb_dies(self) -> None:
        mine = Job.objects.filter(
            kind="escalation.climb", payload__incident=str(self.incident.public_id)
        )
        mine.update(state=Job.State.DEAD, attempts=12, last_error="OperationalError: gone")

    def follow_desk(self) -> None:
        self.run(FOLLOW, incident=str(self.incident.public_id))

    def case_follows(self) -> None:
        """The close reaches the desk."""
        self.run(CLOSE_CASE, incident=str(self.incident.public_id))

    def nobody_takes_it(self) -> None:
        for step in (1, 2, 3):
            self.wait(30)
            self.run("operations.climb", case=str(self.case.public_id), step=step)
