"""Closed alarms as lists: which are asked for, in which order, what they come to, and that a list
left as a file."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Aggregate, Count, DurationField, Expression, F, OrderBy, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.people_search import find_people
from audit.services import ADMIN_STREAM, append
from incidents.models import Incident
from incidents.visibility import Visibility

UNCLASSIFIED = 0
WORDS_OF_A_PLACE = ("site__name", "post__site__name", "post__name", "post__floor")

ORDERS: dict[str, tuple[Expression | F, ...]] = {
    "opened": (F("opened_at"),),
    "reporter": (F("reporter__family_kana"), F("reporter__given_kana"), F("post__name")),
    "department": (F("reporter__department__name"),),
    "place": (Coalesce("site__name", "post__site__name"),),
    "outcome": (F("outcome"),),
    "seen": (F("first_seen_at") - F("opened_at"),),
    "duration": (F("closed_at") - F("opened_at"),),
}
NEWEST_FIRST = "-opened"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for. `kind` is a category, or UNCLASSIFIED."""

    days: int = 30
    text: str = ""
    site: UUID | None = None
    department: int | None = None
    kind: int | None = None
    outcome: str = ""
    person: UUID | None = None
    drills: bool = False
    order: str = NEWEST_FIRST


@dataclass(frozen=True, slots=True)
class Summary:
    count: int
    seen: int
    median: timedelta | None
    """Until somebody confirmed, of those that somebody did."""


class Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def closed_within(user: User, days: int) -> QuerySet[Incident]:
    """All closed ones of this time that this person may see."""
    since = timezone.now() - timedelta(days=days)
    visible = Visibility(user).condition(opened_since=since)
    return Incident.objects.filter(visible, state=Incident.State.CLOSED, opened_at__gte=since)


def closed_incidents(user: User, wanted: Wanted) -> QuerySet[Incident]:
    found = closed_within(user, wanted.days).filter(_conditions(wanted))
    if not wanted.drills and wanted.outcome != Incident.Outcome.DRILL:
        found = found.filter(drill=Incident.Drill.NONE).exclude(outcome=Incident.Outcome.DRILL)
    return _in_order(_search(found, wanted.text), wanted.order)


def _conditions(wanted: Wanted) -> Q:
    condition = Q()
    if wanted.site:
        at_a_post = Q(site=None, post__site__public_id=wanted.site)
        condition &= Q(site__public_id=wanted.site) | at_a_post
    if wanted.department:
        condition &= Q(reporter__department=wanted.department)
    if wanted.person:
        condition &= Q(reporter__public_id=wanted.person)
    if wanted.kind == UNCLASSIFIED:
        condition &= Q(classifications=None)
    elif wanted.kind is not None:
        condition &= Q(classifications__category=wanted.kind)
    if wanted.outcome:
        condition &= Q(outcome=wanted.outcome)
    return condition


def _search(found: QuerySet[Incident], text: str) -> QuerySet[Incident]:
    """By number where it is one, else by the words of names and places."""
    number = text.strip().lstrip("#＃")
    if number.isdecimal() and len(number) < 10:
        return found.filter(number=int(number))
    fields = (*WORDS_OF_A_PLACE, "reporter__floor")
    return find_people(found, text, fields=fields, people=("reporter__",))


def _in_order(found: QuerySet[Incident], order: str) -> QuerySet[Incident]:
    is_descending = order.startswith("-")
    by = [
        OrderBy(one, descending=is_descending, nulls_last=True) for one in ORDERS[order.lstrip("-")]
    ]
    return found.order_by(*by, "-opened_at", "-pk")


def summary_of(found: QuerySet[Incident]) -> Summary:
    until_seen = F("first_seen_at") - F("opened_at")
    seen = Count("pk", filter=Q(first_seen_at__isnull=False))
    figures = found.order_by().aggregate(count=Count("pk"), seen=seen, median=Median(until_seen))
    return Summary(**figures)


@transaction.atomic
def note_export(*, viewer: User, wanted: Wanted, count: int) -> None:
    """Note that a list leaves as a file, before its first byte does."""
    asked = {name: value for name, value in asdict(wanted).items() if _is_a_fact(name, value)}
    append(ADMIN_STREAM, "incidents.exported", viewer.as_actor(), count=count, **asked)


def _is_a_fact(name: str, value: Any) -> bool:
    """What was searched for may be a name, and these stay out of the chain."""
    return name != "text" and value not in (None, "", False)
