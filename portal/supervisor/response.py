"""The card of the response: what is so, what comes next by itself, and what the viewer may do."""

from datetime import datetime
from functools import cached_property

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from escalation.moves.waits import REOPENS_WITHIN
from escalation.selectors import Outlook, outlook
from incidents.models import Incident
from incidents.selectors import support_state
from portal.live.facts import AlarmFacts
from portal.live.sentences import Sentence, claims_of, cry_claim
from portal.supervisor.called import Called, called_to
from portal.supervisor.countdown import Countdown, countdown_of, names_of
from portal.supervisor.danger import DangerCard, danger_card
from portal.supervisor.facts import PageFacts
from portal.supervisor.rings import may_confirm, rings_since
from tenants.context import current_company

Desk = Incident.Desk


class ResponseCard:
    def __init__(self, incident: Incident, viewer: User) -> None:
        self.incident = incident
        self.viewer = viewer

    @cached_property
    def outlook(self) -> Outlook:
        return outlook(self.incident, asker=self.viewer)

    # What is so

    @cached_property
    def danger(self) -> DangerCard | None:
        return danger_card(self.incident, self.viewer, self.facts)

    @cached_property
    def facts(self) -> AlarmFacts:
        return PageFacts(self.incident, self.viewer).all

    @cached_property
    def claims(self) -> list[Sentence]:
        return claims_of(self.facts)

    @property
    def cry(self) -> Sentence | None:
        return cry_claim(self.facts.cry) if self.facts.cry else None

    @cached_property
    def called(self) -> list[Called]:
        others = (person for person in self.outlook.called if person != self.viewer)
        return called_to(self.incident, others)

    @cached_property
    def countdown(self) -> Countdown | None:
        return countdown_of(self.incident, self.outlook.next_call, self.viewer)

    # What the viewer may do

    @property
    def is_seen(self) -> bool:
        return self.incident.acknowledged_at is not None

    @cached_property
    def rings_since(self) -> datetime | None:
        return rings_since(self.viewer, self.incident)

    @cached_property
    def can_acknowledge(self) -> bool:
        return may_confirm(self.viewer, self.incident)

    @property
    def was_called_anew(self) -> bool:
        """Whether the viewer has confirmed it, and was called once more since."""
        return self.incident.acknowledged_by_id == self.viewer.pk and bool(self.rings_since)

    @property
    def is_mine(self) -> bool:
        """Whether the viewer has set out."""
        return self.incident.coming_by_id == self.viewer.pk

    @property
    def arrival_asked(self) -> bool:
        return self.is_mine and self.incident.coming_asked_at is not None

    @property
    def can_head_out(self) -> bool:
        there = self.incident.arrived_by_id == self.viewer.pk
        return self.is_seen and not there and not self.is_mine

    @property
    def head_out_words(self) -> str:
        others = self.incident.is_awaited
        return _("I am going there, too") if others else _("I am going there")

    @property
    def needs_choice(self) -> bool:
        """Whether the viewer has seen it and must choose what happens now."""
        return self.is_seen and (self.danger is not None or not self.incident.help_is_settled)

    @property
    def asks_to_choose(self) -> bool:
        """Whether nothing but a choice is waited for; in danger 110 comes first."""
        return self.needs_choice and self.danger is None

    @property
    def next_act(self) -> str:
        """What the button under the thumb does: acknowledge | arrive | head_out | close."""
        if self.is_safe:
            return "close"
        if self.can_acknowledge and not self.was_called_anew:
            return "acknowledge"
        if self.is_mine:
            return "arrive"
        return "head_out" if self.can_head_out else "close"

    @cached_property
    def on_site(self) -> str:
        """Names of people on site who can be asked, unless somebody is there already."""
        return "" if self.incident.arrived_at else names_of(self.outlook.on_site)

    @property
    def support(self) -> str:
        """none | available | requested | unanswered | claimed | ended | drill"""
        state = support_state(self.incident)
        if state == "requested" and self.is_internal_drill:
            return "drill"
        if state == "none" and current_company().has_support_contract:
            return "available"
        return state

    @property
    def can_ask_again(self) -> bool:
        """Whether the security company has ended its work, while it may not be over."""
        return self.support == "ended" and not self.is_safe

    @property
    def is_internal_drill(self) -> bool:
        """Whether it is a drill inside the company only: the security company gets no request."""
        return self.incident.drill == Incident.Drill.INTERNAL

    @property
    def is_safe(self) -> bool:
        return self.incident.safe_at is not None

    @property
    def should_end(self) -> bool:
        return self.is_safe or self.incident.desk == Desk.ENDED

    # After the close

    @cached_property
    def newer(self) -> Incident | None:
        """The newer alarm that goes on instead of a closed one."""
        same = Incident.objects.open().filter(
            reporter=self.incident.reporter_id, post=self.incident.post_id
        )
        is_real = self.incident.drill == Incident.Drill.NONE
        newer = same.real() if is_real else same  # beside a drill a real one is opened again
        return newer.order_by("-opened_at").first()

    @cached_property
    def can_reopen(self) -> bool:
        recent = Incident.objects.filter(
            pk=self.incident.pk, state=Incident.State.CLOSED, closed_at__gt=Now() - REOPENS_WITHIN
        )
        return self.newer is None and recent.exists()
