"""The same promises against the real database, while two act at once: hypothesis looks for a way
on which an open alarm has no move, or an answered press calls nobody.

`make prove moves` tries many more and longer ways.
"""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from escalation import errors, response
from incidents.models import Incident, IncidentEvent
from jobs.clock import database_now
from jobs.models import Job
from notifications.models import Notice
from operations import cases
from operations.errors import Refused
from operations.models import Case
from tests.conftest import Phone
from tests.escalation.committed import World, world

PROVE = bool(os.environ.get("PROVE"))
WAYS, STEPS = (250, 30) if PROVE else (8, 10)
REFUSALS = (
    errors.AlreadyClosed,
    errors.AlreadyAcknowledged,
    errors.NotClosed,
    errors.NotOnTheWay,
    errors.NobodyOnSite,
    errors.PressedAgain,
    Refused,
)
CRIES = {"opened", "tapped_again", "raised", "still_going", "reopened"}
REACTIONS = {"acknowledged", "heading_out", "still_on_way", "arrived", "safe", "closed"}
BEFORE, WITHIN, SLACK = timedelta(seconds=5), timedelta(seconds=30), timedelta(seconds=2)


class Acts:
    """What anybody may do with an alarm, by name; a refusal is an answer."""

    def __init__(self, here: World, phone: Phone, watch: Phone) -> None:
        self.world, self.phone, self.watch = here, phone, watch
        self.id = ""

    # Anna

    def press(self, device: Phone | None = None) -> None:
        answer = (device or self.phone).tap()
        assert answer.status_code in (200, 201), answer.content
        self.id = answer.json()["id"]

    def press_the_watch(self) -> None:
        self.press(self.watch)

    def ask_for_support(self) -> None:
        self._says("raise", {"level": "support"})

    def still_going(self) -> None:
        self._says("answer", {"answer": "still_going"})

    def safe(self) -> None:
        self._says("answer", {"answer": "safe"})

    def end_it(self) -> None:
        self._says("close", {"outcome": "safe"})

    def _says(self, what: str, body: dict[str, str]) -> None:
        answer = self.phone.post(f"incidents/{self.id}/{what}", body)
        assert answer.status_code in (200, 201, 409), answer.content

    # The company's people

    def boris_confirms(self) -> None:
        self._by("boris", response.acknowledge)

    def second_confirms(self) -> None:
        self._by("second", response.acknowledge)

    def boris_sets_out(self) -> None:
        self._by("boris", response.head_out)

    def boris_cannot_come(self) -> None:
        self._by("boris", response.cannot_come)

    def boris_is_there(self) -> None:
        self._by("boris", response.arrive)

    def second_asks_the_desk(self) -> None:
        self._by("second", response.request_support)

    def second_opens_again(self) -> None:
        self._by("second", response.reopen)

    def second_ends_it(self) -> None:
        """His page shows what is so at this moment; a press may come before his click."""
        user = self.world.person("second")
        actor = user.as_actor()
        ends = partial(
            response.close_incident, actor=actor, outcome="resolved", presses=self._of().presses
        )
        self._answered(lambda: ends(incident=self._of()))

    def _by(self, username: str, verb: Callable[..., Any]) -> None:
        user = self.world.person(username)
        self._answered(lambda: verb(incident=self._of(), user=user))

    def _of(self) -> Incident:
        return self.world.inside(lambda: Incident.objects.get(public_id=self.id))

    def _answered(self, act: Callable[[], object]) -> None:
        try:
            self.world.inside(act)
        except REFUSALS:
            return

    # The desk

    def desk_claims(self) -> None:
        self._at_the_desk(cases.claim)

    def desk_gives_back(self) -> None:
        self._at_the_desk(cases.give_back)

    def desk_ends_it(self) -> None:
        self._at_the_desk(cases.close_case, result="calmed")

    def _at_the_desk(self, verb: Callable[..., object], **more: str) -> None:
        case = Case.objects.filter(company=self.world.company).order_by("-pk").first()
        if case is None:
            return
        try:
            verb(case_id=case.public_id, operator=self.world.olga, **more)
        except REFUSALS:
            return

    # The clock

    def moves_run(self) -> None:
        self.world.run_due()


NAMES = sorted(name for name in vars(Acts) if not name.startswith("_"))


class AnAlarm(RuleBasedStateMachine):
    world: ClassVar[World]

    @initialize()
    def anna_presses(self) -> None:
        self.judged: set[int] = set()
        self.acts = Acts(self.world, self.world.new_phone(), self.world.new_phone())
        self.world.stands_still()
        self.acts.press()

    @rule(name=st.sampled_from(NAMES))
    def one(self, name: str) -> None:
        self.world.stands_still()
        getattr(self.acts, name)()

    @rule(first=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
    def two_at_once(self, first: str, other: str) -> None:
        self.world.stands_still()
        self.world.at_once([getattr(self.acts, first), getattr(self.acts, other)])

    @rule(seconds=st.sampled_from([1, 4, 10, 29, 31, 61, 95]))
    def time_passes(self, seconds: int) -> None:
        self.world.passes(seconds)

    @rule()
    def ten_minutes_pass(self) -> None:
        """Where somebody is waited for; a ladder would run through many laps."""
        if self.acts._of().next_move in ("arrive", "close", "ask"):
            self.world.passes(601)

    @invariant()
    def every_open_one_has_its_move(self) -> None:
        self.world.run_due()
        self.world.inside(self._every_open_one_has_its_move)

    def _every_open_one_has_its_move(self) -> None:
        for incident in Incident.objects.all():
            moves = Job.objects.filter(
                company=self.world.company,
                kind="escalation.move",
                state=Job.State.PENDING,
                payload__incident=str(incident.public_id),
            )
            keys = list(moves.values_list("key", flat=True))
            one = [f"move:{incident.public_id}:{incident.turn}"]
            assert keys == (one if incident.next_move else []), (incident.state, keys)
            if incident.is_open:
                assert incident.next_move_at is not None
                assert incident.next_move_at > database_now() - SLACK
        assert Incident.objects.open().real().count() <= 1

    @invariant()
    def no_job_has_failed(self) -> None:
        jobs = Job.objects.filter(company=self.world.company, lane=0)
        failed = jobs.exclude(last_error="").exclude(last_error__startswith="Retry")
        assert not list(failed.values_list("kind", "last_error"))

    @invariant()
    def no_press_has_joined_a_closed_one(self) -> None:
        self.world.inside(self._no_press_has_joined_a_closed_one)

    def _no_press_has_joined_a_closed_one(self) -> None:
        for incident in Incident.objects.filter(state=Incident.State.CLOSED):
            lines = list(incident.events.order_by("pk").values_list("kind", flat=True))
            last = len(lines) - 1 - lines[::-1].index("closed")
            assert not CRIES & set(lines[last:]), lines

    @invariant()
    def every_press_has_called_somebody(self) -> None:
        self.world.inside(self._every_press_has_called_somebody)

    def _every_press_has_called_somebody(self) -> None:
        due = database_now() - WITHIN - SLACK
        cries = IncidentEvent.objects.filter(kind__in=CRIES, at__lt=due)
        for cry in cries.exclude(pk__in=self.judged):
            self.judged.add(cry.pk)
            assert any(_answers(self.world, cry)), _course(cry)

    def teardown(self) -> None:
        """The next way begins with nothing open."""
        if not hasattr(self, "acts"):
            return
        open_ones = self.world.inside(lambda: list(Incident.objects.open()))
        for incident in open_ones:
            self.acts.id = str(incident.public_id)
            self.acts.end_it()
        self.acts.desk_ends_it()
        self.world.run_due()


def _answers(here: World, cry: IncidentEvent) -> Iterator[bool]:
    """A person paged, the desk asked, its operator told; or somebody has reacted."""
    incident = cry.incident
    since, until = cry.at - BEFORE - SLACK, cry.at + WITHIN + SLACK
    pages = Notice.objects.filter(incident_id=incident.public_id, kind="alarm")
    yield pages.filter(recipient_user__isnull=False, created_at__range=(since, until)).exists()
    # What two do at once is in order by its key: a time is that of the transaction's begin.
    yield incident.events.filter(kind__in=REACTIONS, pk__gt=cry.pk, at__lte=until).exists()
    for case in Case.objects.filter(company=here.company, incident_id=incident.public_id):
        yield any(
            moment is not None and since <= moment <= until
            for moment in (case.requested_at, case.waiting_since, case.claimed_at)
        )
        yield _was_acting(case, cry.at) and case.cried_at is not None and case.cried_at >= since


def _was_acting(case: Case, at: datetime) -> bool:
    """By when it was taken last: who gave it back since has been asked for anew."""
    return case.claimed_at is not None and case.claimed_at <= at


def _course(cry: IncidentEvent) -> str:
    lines = cry.incident.events.order_by("pk").values_list("at", "kind")
    return "\n".join(
        [f"nobody was called for {cry.kind} at {cry.at:%H:%M:%S.%f}"]
        + [f"{at:%H:%M:%S.%f} {kind}" for at, kind in lines]
    )


@pytest.mark.timeout(1800 if PROVE else 300)
def test_no_way_ends_in_silence(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), world() as here:
        AnAlarm.world = here
        run_state_machine_as_test(
            AnAlarm,
            settings=settings(
                max_examples=WAYS,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                phases=[Phase.generate, Phase.shrink] if PROVE else [Phase.generate],
                suppress_health_check=list(HealthCheck),
                derandomize=not PROVE,
            ),
        )
