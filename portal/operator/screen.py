"""Everything the page of one case shows to one holder of a grant. Templates only read from it."""

import math
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actors import Actor
from incidents.sentences import sentence
from operations import selectors
from operations.company_access import door
from operations.company_access.views import CaseView, case_view
from operations.models import (
    AccessGrant,
    Case,
    Dispatch,
    EmergencyCall,
    Responder,
    SeenContact,
    Shift,
)
from operations.police import PoliceFacts, is_out_of_reach, read_aloud
from operations.protocol import ChecklistLine, checklist
from operations.selectors import Candidate
from portal.live.cases import source_of
from portal.live.clock import milliseconds
from portal.live.device_words import DeviceWords, device_words
from portal.live.recordings import RecordingChoice
from portal.live.timeline import CRIES, TimelineRow
from portal.operator.board import police_words
from portal.operator.forms import STOCK_TEXTS
from portal.operator.page_data import case_page_data, not_shown
from portal.operator.timeline import entries_of

NEXT_STEP = {
    Dispatch.State.REQUESTED: "accept",
    Dispatch.State.ACCEPTED: "depart",
    Dispatch.State.EN_ROUTE: "arrive",
    Dispatch.State.ARRIVED: "leave",
}


def screen_for(grant: AccessGrant, operator: Actor, verb: str) -> "CaseScreen":
    """The case's screen; the company's audit notes it before it is read. Raises NoGrant."""
    view = door.read(grant_id=grant.public_id, operator=operator, verb=verb, query=case_view)
    return CaseScreen(grant, operator, view)


@dataclass(frozen=True, slots=True)
class CaseDispatch:
    """A responder on this case."""

    dispatch: Dispatch

    @property
    def step(self) -> str:
        return NEXT_STEP[Dispatch.State(self.dispatch.state)]

    @property
    def step_text(self) -> str:
        return {
            "accept": _("Accepted by radio"),
            "depart": _("Departed"),
            "arrive": _("Arrived"),
            "leave": _("Left"),
        }[self.step]

    @property
    def may_be_called_back(self) -> bool:
        return self.dispatch.state != Dispatch.State.ARRIVED

    @property
    def due_ms(self) -> int | None:
        arrived = self.dispatch.state == Dispatch.State.ARRIVED
        return milliseconds(self.dispatch.leave_by if arrived else self.dispatch.arrive_by)

    @property
    def tone(self) -> str:
        return "green" if self.dispatch.state == Dispatch.State.ARRIVED else "amber"


@dataclass(frozen=True, slots=True)
class Choice:
    """A responder who could be sent."""

    responder: Responder
    is_busy: bool
    is_reserved: bool
    kilometres: float
    minutes: int
    arrives_at: datetime

    @classmethod
    def of(cls, candidate: Candidate) -> "Choice":
        return cls(
            responder=candidate.responder,
            is_busy=candidate.is_busy,
            is_reserved=candidate.is_reserved,
            kilometres=round(candidate.estimate.distance_m / 1000, 1),
            minutes=math.ceil(candidate.estimate.needs.total_seconds() / 60),
            arrives_at=candidate.arrives_at,
        )


@dataclass(frozen=True, slots=True)
class Task:
    line: ChecklistLine
    is_next: bool
    is_late: bool

    @property
    def due_ms(self) -> int | None:
        return milliseconds(self.line.due_at)


class CaseScreen:
    def __init__(self, grant: AccessGrant, operator: Actor, view: CaseView) -> None:
        self.grant = grant
        self.operator = operator
        self.view = view
        self.incident = view.incident
        self.now = timezone.now()

    @cached_property
    def case(self) -> Case:
        case = selectors.case_of(self.grant.case.public_id)
        assert case is not None
        return case

    # Head

    @property
    def public_id(self) -> UUID:
        return self.case.public_id

    @property
    def company(self) -> str:
        return self.case.company.name

    @property
    def contract(self) -> str:
        contract = getattr(self.case.company, "contract", None)
        return contract.number if contract else ""

    @property
    def source(self) -> str:
        return source_of(self.case.source)

    @cached_property
    def asked_before(self) -> str:
        """An earlier request of the same alarm, and the call to 110 that it has led to."""
        before = selectors.Before([self.case])
        if not before.of(self.case):
            return ""
        call = before.police(self.case)
        return police_words(call) if call else _("The earlier request led to no call to 110.")

    @property
    def is_owner(self) -> bool:
        return self.case.state == Case.State.CLAIMED and str(self.case.owner_id) == self.operator.id

    @property
    def by_break_glass(self) -> bool:
        return self.grant.source == AccessGrant.Source.BREAK_GLASS

    @property
    def is_reading(self) -> bool:
        """The lead reads along with the colleague who holds the case."""
        return self.grant.source == AccessGrant.Source.READING

    @property
    def owner(self) -> str:
        return selectors.operator_name(self.case.owner_id)

    @property
    def not_heard(self) -> str:
        """Reason why no sound can be heard here."""
        if self.is_reading:
            return _("Sound is for the operator who holds the case.")
        return self.not_shown

    @property
    def not_shown(self) -> str:
        """Reason why sound and position are missing: they end with the case."""
        return not_shown() if self.is_closed and not self.by_break_glass else ""

    @property
    def until(self) -> datetime | None:
        """End of the access, where one is in sight."""
        is_short = self.case.is_closed or self.by_break_glass or self.is_reading
        return self.grant.expires_at if is_short else None

    @property
    def cry(self) -> str:
        """The newest cry for help, in the record's own words."""
        cries = [one for one in self.view.events if one.kind in CRIES]
        return sentence(cries[-1], of_post=not self.incident.person) if cries else ""

    @property
    def is_drill(self) -> bool:
        return self.case.is_drill

    @property
    def is_closed(self) -> bool:
        return self.case.is_closed

    @property
    def alarm_ms(self) -> int | None:
        return milliseconds(self.incident.opened_at)

    @property
    def opened_ms(self) -> int | None:
        return milliseconds(self.case.requested_at)

    @property
    def closed_ms(self) -> int | None:
        return milliseconds(self.case.closed_at)

    # Who and where

    @property
    def name(self) -> str:
        return self.incident.person or self.incident.post or _("Name unknown")

    @property
    def place(self) -> str:
        parts = (self.incident.site, self.incident.floor, self.incident.post)
        return " ".join(part for part in parts if part) or _("Place unknown")

    @property
    def contacts(self) -> list[SeenContact]:
        return self.view.contacts

    @property
    def safe(self) -> bool:
        return self.incident.safe_at is not None

    @cached_property
    def device_words(self) -> DeviceWords | None:
        """By the company's clock, as all times of a case."""
        return device_words(self.view.device, ZoneInfo(self.time_zone))

    # Sound

    @cached_property
    def recordings(self) -> list[RecordingChoice]:
        """The newest live one first, as in `portal.live.recordings`."""
        takes = [
            RecordingChoice(
                public_id=one.public_id,
                label=f"{timezone.localtime(one.started_at):%H:%M}",
                is_live=one.closed_at is None,
                started_ms=milliseconds(one.started_at),
            )
            for one in self.view.recordings
        ]
        return sorted(takes, key=lambda take: not take.is_live)

    @property
    def is_recording(self) -> bool:
        return any(take.is_live for take in self.recordings)

    # Responders

    @cached_property
    def units(self) -> list[CaseDispatch]:
        dispatches = self.case.dispatches.active().select_related("responder__base")
        return [CaseDispatch(one) for one in dispatches]

    @cached_property
    def next_units(self) -> list[CaseDispatch]:
        """Reserved for this case: they go when their present one ends."""
        dispatches = self.case.dispatches.reserved().select_related("responder__base")
        return [CaseDispatch(one) for one in dispatches]

    @cached_property
    def candidates(self) -> list[Choice]:
        place = self.position
        if place is None:
            return []
        assigned = {unit.dispatch.responder_id for unit in self.units + self.next_units}
        candidates = selectors.responders_by_arrival(*place)
        return [Choice.of(one) for one in candidates if one.responder.pk not in assigned]

    @property
    def first_free(self) -> Choice | None:
        return next((one for one in self.candidates if not one.is_busy), None)

    @property
    def position(self) -> tuple[float, float] | None:
        if self.view.fixes:
            return self.view.fixes[-1].latitude, self.view.fixes[-1].longitude
        if self.incident.latitude is None or self.incident.longitude is None:
            return None
        return self.incident.latitude, self.incident.longitude

    # What to do, what was done

    @cached_property
    def tasks(self) -> list[Task]:
        lines = checklist(self.case)
        first = next((line for line in lines if not line.is_done), None)
        return [
            Task(
                line,
                is_next=line is first and not self.is_closed,
                is_late=self._is_overdue(line),
            )
            for line in lines
        ]

    def _is_overdue(self, line: ChecklistLine) -> bool:
        """Whether a step is overdue; one that is done or no longer due is not."""
        still_asked = not line.is_done and not self.is_closed
        return still_asked and line.due_at is not None and self.now > line.due_at

    @cached_property
    def timeline(self) -> list[TimelineRow]:
        """The company's own record and the desk's notes: one line, newest first."""
        zone = ZoneInfo(self.time_zone)
        return entries_of(self.view.events, zone, of_post=not self.incident.person)

    # Police

    @cached_property
    def calls_without_reference(self) -> list[EmergencyCall]:
        """The open items: their 受理番号 may follow."""
        return list(self.case.emergency_calls.without_reference())

    @property
    def time_zone(self) -> str:
        return self.case.company.time_zone

    @property
    def time_there(self) -> str:
        return f"{self.now.astimezone(ZoneInfo(self.time_zone)):%H:%M}"

    @cached_property
    def shift(self) -> Shift | None:
        return selectors.shift_of(self.operator)

    @property
    def is_out_of_reach(self) -> bool:
        prefecture = self.shift.centre.prefecture if self.shift else ""
        return is_out_of_reach(prefecture, self.incident.prefecture)

    @property
    def police_number(self) -> str:
        return (self.incident.police_number if self.is_out_of_reach else "") or "110"

    def read_aloud(self, situation: str = "", people: str = "", weapon: str = "") -> list[str]:
        facts = PoliceFacts(
            caller=f"{settings.SECURITY_COMPANY_NAME} {self.operator.name}",
            call_back=self.shift.centre.phone if self.shift else "",
            company=self.company,
            site=self.incident.site,
            address=self.incident.address,
            floor=self.incident.floor,
            entrance=self.incident.entrance,
            situation=situation,
            people=people,
            weapon=weapon,
        )
        return read_aloud(facts).splitlines()

    # Forms

    @property
    def stock_texts(self) -> list[str]:
        return [str(text) for text in STOCK_TEXTS]

    @property
    def results(self) -> list[tuple[str, str]]:
        return [(one.value, str(one.label)) for one in self.case.possible_results]

    @property
    def dispatch_results(self) -> list[tuple[str, str]]:
        return [(one.value, str(one.label)) for one in Dispatch.Result]

    @property
    def client(self) -> dict[str, Any]:
        return case_page_data(self.case, self.view, self.name, self.place)

    @property
    def parts_url(self) -> str:
        return reverse("operator:parts", args=[self.public_id])
