"""Two at once on separate connections, both let go by a barrier: the database decides, nobody is
left without a call, and nothing deadlocks. 60 in the suite, 2,000 of each in `make prove races`."""

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Role, User
from audit.actors import Actor
from companies.services import AlarmsAreOpen, resume, suspend
from escalation import alarms, response
from escalation.absence import strike
from escalation.alarms import Press
from escalation.due_moves import make_move
from escalation.errors import PressedAgain
from incidents.models import Incident
from jobs.models import Job
from operations.cases import claim
from operations.errors import Refused
from operations.models import AccessGrant, Case, Centre, Shift
from operations.shifts import start_shift
from people.devices.services import create_device
from people.models import Department, Device, Employee, SupervisorAssignment
from people.supervision.selectors import actor_for_device
from recordings.models import Recording
from recordings.services import register_recording
from tenants.context import run_in
from tenants.models import Company
from tenants.provisioning import create_company
from tenants.schemas import enter_schema, leave_schema
from tenants.service_stops import ServiceStopped
from tests.clock import put_back
from tests.jobs.by_hand import run_now

ROUNDS = 2000 if os.environ.get("PROVE") else 15
Act = Callable[[], Any]


@dataclass(frozen=True)
class Shop:
    """A company of its own, which really commits: anna, and boris and second who answer for her."""

    company: Company
    device: Device
    boris: User
    second: User
    olga: Actor

    def tap(self, **more: Any) -> Incident:
        press = {"level": "alarm", "pressed_at": None, "location": None, "silent": True}
        body = {"tap_id": uuid.uuid4(), "drill": False, "body_sha256": b""} | press | more
        incident, _is_new = alarms.raise_alarm(device=self.device, press=Press(**body))
        return incident

    def at_once(self, *acts: Act) -> list[Any]:
        """What each returned, or the refusal that it met."""
        together = threading.Barrier(len(acts))

        def one(act: Act) -> Any:
            enter_schema(self.company.schema)
            together.wait(30)
            try:
                return act()
            except (Refused, PressedAgain, ServiceStopped, AlarmsAreOpen) as refused:
                return refused
            finally:
                connection.close()

        with ThreadPoolExecutor(len(acts)) as threads:
            return list(threads.map(one, acts))


@pytest.fixture
def shop(django_db_setup: None, django_db_blocker: Any) -> Iterator[Shop]:
    with django_db_blocker.unblock():
        leave_schema()
        name = f"race{uuid.uuid4().hex[:8]}"
        company = create_company(name=name, schema=name, domain=f"{name}.localhost", support=True)
        olga = Actor(kind="operator", id=str(uuid.uuid4()), name="olga")
        start_shift(operator=olga, centre=Centre.objects.get(name="東京管制センター"))
        enter_schema(name)
        boris, second, device = run_in(company, _people)
        yield Shop(company, device, boris, second, olga)
        leave_schema()
        AccessGrant.objects.filter(company=company).delete()
        Case.objects.filter(company=company).delete()
        Job.objects.filter(company=company).delete()
        Shift.objects.filter(operator_id=olga.id).delete()
        connection.close()


def _people() -> tuple[User, User, Device]:
    department = Department.objects.create(code="1", name="売場")
    boris, second = _supervisor("boris", department, 1), _supervisor("second", department, 2)
    anna = _employee("anna", department)
    device, _token = create_device(employee=anna, post=None, kind="iphone", name="iphone")
    return boris, second, device


def _supervisor(name: str, department: Department, turn: int) -> User:
    user = User.objects.create_user(name, None, family_name=name, roles=[Role.SUPERVISOR])
    employee = _employee(name, department)
    Employee.objects.filter(pk=employee.pk).update(user=user)
    SupervisorAssignment.objects.create(supervisor=employee, department=department, priority=turn)
    return user


def _employee(name: str, department: Department) -> Employee:
    kana = {"family_kana": "ア", "given_kana": "ア"}
    return Employee.objects.create(
        number=name, family_name=name, given_name=name, department=department, **kana
    )


def test_a_press_is_never_joined_to_an_alarm_that_somebody_closes(shop: Shop) -> None:
    boris = shop.boris.as_actor()
    for _round in range(ROUNDS):
        incident = shop.tap()
        close = partial(
            response.close_incident, incident=incident, actor=boris, outcome="resolved", presses=0
        )
        _closed, pressed = shop.at_once(close, shop.tap)
        pressed.refresh_from_db()
        assert pressed.is_open
        _is_going_on(pressed)
        response.close_incident(incident=pressed, actor=boris, outcome="resolved")


@pytest.mark.parametrize("first", ["tap", "recording"])
def test_of_a_tap_and_its_recording_the_second_waits_and_finds_the_first(
    shop: Shop, first: str
) -> None:
    tap_id = uuid.uuid4()
    acts: dict[str, Act] = {
        "tap": partial(shop.tap, tap_id=tap_id),
        "recording": partial(_record, shop.device, tap_id),
    }
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            acts.pop(first)()
            second = other.submit(shop.at_once, *acts.values())
            with pytest.raises(TimeoutError):
                second.result(0.5)
        second.result(30)
    for job in Job.objects.filter(company=shop.company, kind__endswith="recordings.link"):
        run_now(job.pk)
    assert Recording.objects.get(tap_id=tap_id).incident is not None


def _record(device: Device, tap_id: uuid.UUID) -> None:
    shape: dict[str, Any] = {"codec": "aac-lc", "sample_rate": 48000, "frames_per_unit": 47}
    register_recording(
        device=device, client_id=uuid.uuid4(), tap_id=tap_id, started_at=None, **shape
    )


def test_an_acknowledgement_and_a_call_never_cross(shop: Shop) -> None:
    boris = shop.boris.as_actor()
    for _round in range(ROUNDS):
        incident = shop.tap()
        put_back(_until_its_move(incident))
        incident.refresh_from_db()
        shop.at_once(
            partial(_call, incident),
            partial(response.acknowledge, incident=incident, user=shop.boris),
        )
        incident.refresh_from_db()
        was_called = incident.rungs.get(order=1).called_round == incident.round
        assert was_called or incident.next_move_at == incident.choice_until
        assert incident.acknowledged_by_id == shop.boris.pk
        _is_going_on(incident)
        response.close_incident(incident=incident, actor=boris, outcome="resolved")


@transaction.atomic
def _call(incident: Incident) -> None:
    make_move(incident_id=incident.public_id, turn=incident.turn)


def _until_its_move(incident: Incident) -> Any:
    assert incident.next_move_at is not None
    return incident.next_move_at - incident.opened_at


def test_a_case_is_withdrawn_or_somebody_has_it_when_anna_ends_the_alarm(shop: Shop) -> None:
    anna = actor_for_device(shop.device)
    for _round in range(ROUNDS):
        incident = shop.tap(level="support")
        case = Case.objects.get(incident_id=incident.public_id)
        shop.at_once(
            partial(response.close_incident, incident=incident, actor=anna, outcome="resolved"),
            partial(claim, case_id=case.public_id, operator=shop.olga),
        )
        incident.refresh_from_db()
        case.refresh_from_db()
        assert not incident.is_open
        if case.is_closed:
            assert (case.result, incident.desk) == ("withdrawn", Incident.Desk.NONE)
        else:
            assert (case.state, incident.desk) == ("claimed", Incident.Desk.ACTING)
            case.refresh_from_db()
            assert case.company_closed_at is not None
            Case.objects.filter(pk=case.pk).update(
                state="closed", closed_at=case.claimed_at, owner_until=None
            )


def test_pressed_and_still_going_at_once_is_one_open_alarm(shop: Shop) -> None:
    boris = shop.boris.as_actor()
    for _round in range(ROUNDS):
        incident = shop.tap()
        response.close_incident(incident=incident, actor=boris, outcome="resolved")
        shop.at_once(
            shop.tap,
            partial(response.answer, incident=incident, device=shop.device, answer="still_going"),
        )
        (open_one,) = Incident.objects.open()
        _is_going_on(open_one)
        response.close_incident(incident=open_one, actor=boris, outcome="resolved")


def _is_going_on(incident: Incident) -> None:
    """It has its next move, and exactly that one is promised."""
    incident.refresh_from_db()
    jobs = Job.objects.filter(
        kind="escalation.move", state="pending", payload__incident=str(incident.public_id)
    )
    promised = [(job.payload["turn"], job.due_at) for job in jobs]
    assert promised == [(incident.turn, incident.next_move_at)]


def test_anyone_who_leaves_and_a_press_never_wait_for_each_other(shop: Shop) -> None:
    """She has a real alarm and a younger drill open: both acts touch both."""
    for _round in range(ROUNDS):
        real = shop.tap()
        response.close_incident(incident=real, actor=shop.boris.as_actor(), outcome="resolved")
        drill = shop.tap(drill=True)
        response.reopen(incident=real, user=shop.boris)
        shop.at_once(
            shop.tap,
            partial(transaction.atomic(strike), user_id=shop.second.pk),
            partial(response.answer, incident=real, device=shop.device, answer="still_going"),
        )
        for one in (real, drill):
            _is_going_on(one)
            response.close_incident(incident=one, actor=shop.boris.as_actor(), outcome="resolved")


def test_two_people_under_one_tap_id_are_two_alarms(shop: Shop) -> None:
    """A call button that was copied: nobody's press is refused."""
    other, _token = create_device(
        employee=_employee("berta", Department.objects.get()), post=None, kind="iphone", name="x"
    )
    for _round in range(ROUNDS):
        tap_id = uuid.uuid4()
        anna, berta = shop.at_once(
            partial(shop.tap, tap_id=tap_id),
            partial(replace(shop, device=other).tap, tap_id=tap_id),
        )
        assert anna.pk != berta.pk
        for one in (anna, berta):
            _is_going_on(one)
            response.close_incident(incident=one, actor=shop.boris.as_actor(), outcome="resolved")


def test_a_press_and_a_stop_of_the_service_never_leave_an_alarm_that_nobody_hears(
    shop: Shop,
) -> None:
    """Opened before, it forbids the stop; after it, it is refused."""
    platform = Actor(kind="clock", id="")
    for _round in range(ROUNDS):
        pressed, stopped = shop.at_once(shop.tap, partial(_stop, platform, shop.company))
        leave_schema()
        is_stopped = Company.objects.get(pk=shop.company.pk).is_suspended
        resume(actor=platform, company=shop.company, reason="x")
        enter_schema(shop.company.schema)
        assert isinstance(pressed, ServiceStopped) == is_stopped
        assert isinstance(stopped, AlarmsAreOpen) == (not is_stopped)
        for one in Incident.objects.open():
            response.close_incident(incident=one, actor=shop.boris.as_actor(), outcome="resolved")


def _stop(actor: Actor, company: Company) -> None:
    leave_schema()
    suspend(actor=actor, company=company, reason="x")
