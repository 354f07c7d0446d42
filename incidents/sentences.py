"""One line of the record in words, the same for the company's pages and the desk's.

People are named politely. What is not known is left out: the table of kinds has a sentence without
it.
"""

from collections.abc import Iterable
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from incidents.event_kinds import Audience, Detail
from incidents.events import kind_of
from operations.models import AccessGrant, Case, Dispatch

if TYPE_CHECKING:
    from incidents.models import IncidentEvent
    from operations.models import SeenEvent

EMERGENCY_NUMBERS = {"110", "119"}


def sentence(event: "IncidentEvent | SeenEvent", *, of_post: bool) -> str:
    """An event in words. `of_post`: the device is a post's, whose name is no person's."""
    kind, facts = kind_of(event.kind), _facts(event.payload)
    if event.actor_kind != "clock":
        facts["who"] = _actor(event, of_post)
    return kind.sentence(facts) or kind.sentence({**facts, "who": _("An automatic step")})


def details(
    event: "IncidentEvent | SeenEvent", *readers: Audience, zone: tzinfo | None = None
) -> list[str]:
    """Details below the sentence. `zone`: the time zone of times in them."""
    shown = (detail for detail in kind_of(event.kind).details if detail.audience in readers)
    return [
        _("%(label)s: %(value)s") % {"label": detail.label, "value": _value(detail, event, zone)}
        for detail in shown
        if event.payload.get(detail.fact)
    ]


def _value(detail: Detail, event: "IncidentEvent | SeenEvent", zone: tzinfo | None) -> str:
    value = str(event.payload[detail.fact])
    at = parse_datetime(value) if detail.is_time else None
    return f"{localtime(at, zone):%H:%M}" if at else value


def polite(name: str) -> str:
    """How a person is named inside a sentence."""
    return pgettext("a person in a sentence", "%(name)s") % {"name": name}


def family(name: str) -> str:
    """The family name, which comes first and by which people call each other."""
    return _("%(name)s-san") % {"name": name.partition(" ")[0]}


def of_security_company(name: str) -> str:
    """A name of the security company's staff; without one the company's own."""
    company = str(settings.SECURITY_COMPANY_NAME)
    return f"{company} {polite(name)}" if name else company


def _actor(event: "IncidentEvent | SeenEvent", of_post: bool) -> str:
    if event.actor_kind in ("operator", "responder"):
        return of_security_company(event.actor_name)
    is_device = event.actor_kind == "device"
    if not event.actor_name:
        return _("The person who pressed") if is_device else _("Somebody in charge")
    return event.actor_name if is_device and of_post else polite(event.actor_name)


def _facts(payload: dict[str, Any]) -> dict[str, str]:
    named = payload.get("people")  # in the record of a call it is a description
    people = _list(polite(name) for name in named) if isinstance(named, list) else ""
    facts = {
        "text": payload.get("text"),
        "words": payload.get("words"),
        "number": payload.get("number"),
        "reference": payload.get("reference"),
        "people": people,
        "person": polite(payload["person"]) if payload.get("person") else people,
        "responder": _responder(payload.get("call_sign")),
        "called": _called(payload),
        "result": _RESULTS.get(payload.get("result")),
        "reason": _REASONS.get(payload.get("reason")),
    }
    return {name: str(value) for name, value in facts.items() if value}


_RESULTS: dict[Any, Any] = {**dict(Case.Result.choices), **dict(Dispatch.Result.choices)}
_REASONS: dict[Any, Any] = dict(AccessGrant.Reason.choices)


def _responder(call_sign: str | None) -> str:
    words = _("Responder %(call_sign)s") if call_sign else _("A responder")
    return words % {"call_sign": call_sign}


def _called(payload: dict[str, Any]) -> str:
    """Words for who took the call, and the number where it was not the service's own."""
    number = payload.get("number_called")
    other = number if number not in EMERGENCY_NUMBERS else None
    return _list(str(part) for part in (other, payload.get("station")) if part)


def _list(parts: Iterable[str]) -> str:
    return pgettext("between the parts of a list", ", ").join(parts)
