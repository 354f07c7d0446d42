"""Everything the live page of one incident shows, for one viewer. Templates only read from it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from incidents.categories import offered
from incidents.device_states import state_in_alarm
from incidents.models import Category, Incident
from incidents.selectors import answer_wanted, late_minutes
from incidents.visibility import is_own
from people.calendar.work_calendar import is_outside_hours
from people.models import Device
from portal.live.clock import clock_text, milliseconds
from portal.live.device_words import DeviceWords, WhyNot, device_words, why_not
from portal.live.recordings import RecordingChoice, takes_of
from portal.live.sentences import Badge, Sentence, badge_of, newest_of
from portal.live.timeline import TimelineRow, entries_of
from portal.supervisor import rows
from portal.supervisor.conversation import Conversation, conversation_of
from portal.supervisor.facts import closed_words
from portal.supervisor.page_data import incident_page_data
from portal.supervisor.response import ResponseCard
from portal.supervisor.selectors import (
    may_act,
    may_classify,
    was_shown_to_person,
)
from portal.supervisor.steps import Step, steps_of
from tenants.context import current_company


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


class Screen:
    def __init__(self, incident: Incident, viewer: User) -> None:
        self.incident = incident
        self.viewer = viewer
        self.now = timezone.now()

    # Head

    @property
    def public_id(self) -> UUID:
        return self.incident.public_id

    @property
    def label(self) -> str:
        return rows.label_of(self.incident)

    @property
    def is_open(self) -> bool:
        return self.incident.is_open

    @property
    def is_drill(self) -> bool:
        return rows.is_drill(self.incident)

    @cached_property
    def badge(self) -> Badge:
        if self.is_open:
            return badge_of(self.response.facts)
        return Badge(rows.outcome_of(self.incident), "")

    @property
    def state(self) -> str:
        return self.badge.words

    @cached_property
    def newest(self) -> Sentence:
        return newest_of(self.response.facts)

    @property
    def tone(self) -> str:
        return "danger" if self.is_open else ""

    @property
    def tag_tone(self) -> str:
        return self.badge.tone or "green"

    @property
    def tag_icon(self) -> str:
        return "siren" if self.tag_tone == "solid" else "circle-check"

    @property
    def name(self) -> str:
        name = rows.reporter_of(self.incident)
        return _("%(name)s-san") % {"name": name} if self.incident.reporter else name

    @property
    def kana(self) -> str:
        person = self.incident.reporter
        return f"{person.family_kana} {person.given_kana}".strip() if person else ""

    @property
    def employee_number(self) -> str:
        return self.incident.reporter.number if self.incident.reporter else ""

    @property
    def spot(self) -> str:
        """Where to run: the floor and what is there, or at least the site."""
        near = (self.incident.holder.floor, rows.department_of(self.incident))
        return " ".join(part for part in near if part) or self.around or _("Place unknown")

    @property
    def around(self) -> str:
        site = rows.site_of(self.incident)
        return site.name if site else ""

    @property
    def extension(self) -> str:
        """The site's number as it is said: companies write the word before it, or do not."""
        site = rows.site_of(self.incident)
        number = site.internal_number if site else ""
        return _("ext. %(number)s") % {"number": number} if number.isdecimal() else number

    @property
    def number_to_dial(self) -> str:
        site = rows.site_of(self.incident)
        return site.number_to_dial if site else ""

    @property
    def opened_at(self) -> datetime:
        return self.incident.opened_at

    @property
    def opened_ms(self) -> int | None:
        return milliseconds(self.incident.opened_at)

    @property
    def closed_ms(self) -> int | None:
        return None if self.is_open else milliseconds(self.incident.closed_at)

    @property
    def elapsed(self) -> str:
        end = self.now if self.is_open else self.incident.closed_at or self.now
        return clock_text(end - self.incident.opened_at)

    @property
    def late(self) -> str:
        """Delay of a tap that came long after it was pressed: help may not be needed any more."""
        minutes = late_minutes(self.incident)
        return _("Pressed %(minutes)s minutes earlier") % {"minutes": minutes} if minutes else ""

    @cached_property
    def is_outside_hours(self) -> bool:
        """Whether the site was closed when the alarm came: few people are there to help."""
        site = rows.site_of(self.incident)
        zone = ZoneInfo(current_company().time_zone)
        return site is not None and is_outside_hours(site, self.incident.opened_at.astimezone(zone))

    @property
    def device(self) -> str:
        return str(self.incident.device)

    @cached_property
    def device_words(self) -> DeviceWords | None:
        return device_words(state_in_alarm(self.incident))

    @cached_property
    def report_only(self) -> bool:
        """Whether every press came from a revoked device: it can only report."""
        return not self.incident.taps.filter(report_only=False).exists()

    @cached_property
    def why_not(self) -> WhyNot:
        """Why the open alarm is not heard or seen."""
        if not self.is_open:
            return WhyNot()
        return why_not(
            state_in_alarm(self.incident),
            report_only=self.report_only,
            is_heard=bool(self.recordings),
            is_placed=self.incident.fixes.exists(),
        )

    @property
    def device_icon(self) -> str:
        is_watch = self.incident.device.kind == Device.Kind.WATCH
        return "watch" if is_watch else "smartphone"

    @cached_property
    def steps(self) -> list[Step]:
        return steps_of(self.incident)

    # Map

    @property
    def map_title(self) -> str:
        return rows.place_of(self.incident) or _("Place unknown")

    @property
    def address(self) -> str:
        site = rows.site_of(self.incident)
        return site.address if site else ""

    # Sound

    @cached_property
    def recordings(self) -> list[RecordingChoice]:
        return takes_of(self.incident)

    @property
    def is_recording(self) -> bool:
        return any(take.is_live for take in self.recordings)

    # Response

    @cached_property
    def is_own(self) -> bool:
        return is_own(self.incident, self.viewer.pk)

    @cached_property
    def may_act(self) -> bool:
        return self.is_open and self.may_answer

    @cached_property
    def may_answer(self) -> bool:
        return not self.is_own and may_act(self.viewer, self.incident)

    @cached_property
    def may_reopen(self) -> bool:
        return self.may_answer and self.response.can_reopen

    @property
    def presses(self) -> int:
        """Presses that this page knows of; with one more, it cannot end the alarm."""
        return self.incident.presses

    @property
    def acknowledgement_text(self) -> str:
        if self.incident.acknowledged_at is None:
            return ""
        return _("Seen, shown to the person") if was_shown_to_person(self.incident) else _("Seen")

    @cached_property
    def response(self) -> ResponseCard:
        return ResponseCard(self.incident, self.viewer)

    @property
    def phone(self) -> str:
        return self.incident.reporter.phone if self.incident.reporter else ""

    # After the close

    @property
    def closed_by(self) -> str:
        return closed_words(self.incident)

    @property
    def operator_acts(self) -> bool:
        """Whether an operator acts: the case stays theirs when the company ends the alarm."""
        return self.incident.desk == Incident.Desk.ACTING

    @property
    def answer(self) -> str:
        if self.incident.safe_at:
            return "safe"
        return "pending" if answer_wanted(self.incident) else ""

    @cached_property
    def may_classify(self) -> bool:
        return not self.is_open and may_classify(self.viewer, self.incident)

    @cached_property
    def categories(self) -> list[Category]:
        """Categories that the incident was classified as."""
        return [one for one in self.offered if one.pk in self.chosen]

    @cached_property
    def chosen(self) -> set[int]:
        return set(self.incident.classifications.values_list("category_id", flat=True))

    @cached_property
    def offered(self) -> list[Category]:
        return offered(self.incident)

    # Person and record

    @property
    def person(self) -> list[Fact]:
        facts = [
            Fact(_("Telephone"), self.phone or _("not registered")),
            Fact(_("Device"), self.device),
        ]
        site = rows.site_of(self.incident)
        if site and site.internal_number:
            is_outside = bool(site.number_to_dial)
            label = _("Telephone of the site") if is_outside else _("Internal number of the site")
            facts.append(Fact(label, site.internal_number))
        return facts

    @property
    def client(self) -> dict[str, Any]:
        return incident_page_data(self.incident, self.viewer)

    @cached_property
    def conversation(self) -> Conversation:
        return conversation_of(self.incident, self.viewer)

    @cached_property
    def timeline(self) -> list[TimelineRow]:
        return entries_of(self.incident)
