"""Incidents as rows of a list: the words a supervisor reads first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from incidents.models import Incident
from incidents.selectors import danger
from people.models import Site
from portal.live.clock import clock_text, milliseconds
from portal.live.sentences import Badge, badge_of, unread_words
from portal.supervisor.countdown import Countdown, countdown_of
from portal.supervisor.facts import facts_in_list
from portal.supervisor.rings import Ring


@dataclass(frozen=True, slots=True)
class IncidentRow:
    public_id: UUID
    url: str
    label: str
    state: str
    tone: str
    reporter: str
    department: str
    place: str
    opened_at: datetime
    elapsed: str
    handler: str
    support: str
    unseen: bool
    is_drill: bool
    countdown: Countdown | None
    unread: str
    """How many of her messages the reader has not seen, in words."""

    @property
    def opened_ms(self) -> int | None:
        return milliseconds(self.opened_at)


def ring_of(ring: Ring) -> dict[str, Any]:
    """Data of the red band. `call` changes whenever somebody is called anew."""
    incident = ring.incident
    who = "　".join(part for part in (reporter_of(incident), place_of(incident)) if part)
    return {
        "pk": str(incident.public_id),
        "url": url_of(incident),
        "text": _band_words(incident) % {"who": who},
        "drill": is_drill(incident),
        "call": milliseconds(ring.called_at),
    }


def _band_words(incident: Incident) -> str:
    if is_drill(incident):
        return _("Drill: %(who)s")
    return _("Call 110: %(who)s") if danger(incident) else _("Alarm: %(who)s")


def open_rows_of(incidents: Sequence[Incident], viewer: User) -> list[IncidentRow]:
    facts = facts_in_list(incidents, viewer)
    return [_row(one, badge_of(facts[one.pk]), facts[one.pk].unread) for one in incidents]


def _row(incident: Incident, badge: Badge, unread: int = 0) -> IncidentRow:
    end = incident.closed_at or timezone.now()
    return IncidentRow(
        public_id=incident.public_id,
        url=url_of(incident),
        label=label_of(incident),
        state=badge.words,
        tone=badge.tone,
        reporter=reporter_of(incident),
        department=department_of(incident),
        place=place_of(incident),
        opened_at=incident.opened_at,
        elapsed=clock_text(end - incident.opened_at),
        handler=handler_of(incident),
        support=support_of(incident),
        unseen=incident.is_open and incident.acknowledged_at is None,
        is_drill=is_drill(incident),
        countdown=countdown_of(incident) if incident.is_open else None,
        unread=unread_words(unread),
    )


def url_of(incident: Incident) -> str:
    return reverse("supervisor:incident", args=[incident.public_id])


def is_drill(incident: Incident) -> bool:
    return incident.drill != Incident.Drill.NONE


def label_of(incident: Incident) -> str:
    """通報番号: one number for everybody, read out on the telephone."""
    return str(incident.number)


def reporter_of(incident: Incident) -> str:
    return incident.holder.shown_name


def department_of(incident: Incident) -> str:
    department = incident.reporter.department if incident.reporter else None
    return department.name if department else ""


def place_of(incident: Incident) -> str:
    site = site_of(incident)
    return " ".join(part for part in (site.name if site else "", incident.holder.floor) if part)


def site_of(incident: Incident) -> Site | None:
    return incident.site or (incident.post.site if incident.post else None)


def handler_of(incident: Incident) -> str:
    """The person on the way, else the one who has seen it."""
    person = incident.arrived_by or incident.coming_by
    if incident.desk == Incident.Desk.ACTING and person is None:
        return _("Operator")
    person = person or incident.acknowledged_by
    return person.shown_name if person else ""


def support_of(incident: Incident) -> str:
    desk = Incident.Desk
    if incident.desk == desk.NONE:
        asked_before = not incident.is_open and incident.support_requested_at
        return _("Requested") if asked_before else ""
    return {
        desk.ASKED: _("Requested, waiting for an answer"),
        desk.UNANSWERED: _("Requested, not answered"),
        desk.ACTING: _("Operator has taken over"),
        desk.ENDED: _("work ended"),
    }[desk(incident.desk)]


def outcome_of(incident: Incident) -> str:
    return str(incident.get_outcome_display()) if incident.outcome else _("Closed")
