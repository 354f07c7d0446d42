"""Incidents as rows of a list: the words a supervisor reads first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from people.models import Site
from portal.supervisor.clock import clock_text, milliseconds


@dataclass(frozen=True, slots=True)
class Row:
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

    @property
    def opened_ms(self) -> int | None:
        return milliseconds(self.opened_at)

    def ring(self) -> dict[str, Any]:
        """What the red band says."""
        text = "　".join(part for part in (self.reporter, self.place) if part)
        words = _("Drill: %(who)s") if self.is_drill else _("Alarm: %(who)s")
        return {
            "pk": str(self.public_id),
            "url": self.url,
            "text": words % {"who": text},
            "drill": self.is_drill,
        }


def rows_of(incidents: Iterable[Incident]) -> list[Row]:
    return [row_of(incident) for incident in incidents]


def row_of(incident: Incident) -> Row:
    end = incident.closed_at or timezone.now()
    return Row(
        public_id=incident.public_id,
        url=reverse("portal:incident", args=[incident.public_id]),
        label=label_of(incident),
        state=state_of(incident),
        tone=tone_of(incident),
        reporter=reporter_of(incident),
        department=department_of(incident),
        place=place_of(incident),
        opened_at=incident.opened_at,
        elapsed=clock_text(end - incident.opened_at),
        handler=handler_of(incident),
        support=support_of(incident),
        unseen=incident.is_open and incident.acknowledged_at is None,
        is_drill=is_drill(incident),
    )


def is_drill(incident: Incident) -> bool:
    return incident.drill != Incident.Drill.NONE


def label_of(incident: Incident) -> str:
    """通報番号: one number for everybody, read out on the telephone."""
    return str(incident.number)


def reporter_of(incident: Incident) -> str:
    return incident.holder.full_name


def department_of(incident: Incident) -> str:
    department = incident.reporter.department if incident.reporter else None
    return department.name if department else ""


def place_of(incident: Incident) -> str:
    site = site_of(incident)
    return " ".join(part for part in (site.name if site else "", incident.holder.floor) if part)


def site_of(incident: Incident) -> Site | None:
    return incident.site or (incident.post.site if incident.post else None)


def handler_of(incident: Incident) -> str:
    """Whoever is on the way, else whoever has seen it."""
    person = incident.arrived_by or incident.coming_by
    if incident.desk == Incident.Desk.ACTING and person is None:
        return _("Operator")
    person = person or incident.acknowledged_by
    return person.get_full_name() if person else ""


def support_of(incident: Incident) -> str:
    if incident.desk == Incident.Desk.ACTING:
        return _("Operator has taken over")
    if incident.desk == Incident.Desk.ENDED:
        return _("An operator helped")
    if not incident.support_requested_at:
        return ""
    waits = incident.is_open and incident.desk == Incident.Desk.ASKED
    return _("Requested, waiting for an answer") if waits else _("Requested, not answered")


def state_of(incident: Incident) -> str:
    if not incident.is_open:
        return outcome_of(incident)
    for holds, words in _states(incident):
        if holds:
            return words
    return _("Watch in progress") if incident.level == Incident.Level.WATCH else _("Alarm raised")


def _states(incident: Incident) -> list[tuple[object, str]]:
    """What says most about an open alarm first."""
    desk = Incident.Desk
    return [
        (incident.safe_at, _("Safe, not yet ended")),
        (incident.desk == desk.ACTING, _("Operator has taken over")),
        (incident.arrived_at, _("Somebody is there")),
        (incident.coming_at, _("Somebody is on the way")),
        (incident.desk == desk.UNANSWERED, _("The security company does not answer")),
        (incident.desk == desk.ASKED, _("Support requested")),
        (incident.desk == desk.ENDED, _("The security company has finished")),
        (incident.acknowledged_at, _("Seen by a supervisor")),
    ]


def outcome_of(incident: Incident) -> str:
    return str(incident.get_outcome_display()) if incident.outcome else _("Closed")


def tone_of(incident: Incident) -> str:
    if not incident.is_open:
        return ""
    return "blue" if incident.acknowledged_at else "solid"
