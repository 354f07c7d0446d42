"""Names of the record, which it keeps as they are written, for readers of English."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import translation

from accounts.models import User
from incidents.models import IncidentEvent
from people.models import Employee


@dataclass(frozen=True, slots=True)
class NamesShown:
    """What each written name is shown as; a name of nobody here stays as it is."""

    shown: dict[str, str]

    @classmethod
    def in_events(cls, events: Iterable[IncidentEvent]) -> "NamesShown":
        """Look the people up once; not for readers of Japanese, to whom nothing changes."""
        if not (translation.get_language() or "").startswith("en"):
            return cls({})
        return cls(_shown({name for event in events for name in _named(event)}))

    def put_into(self, event: IncidentEvent) -> IncidentEvent:
        """The same event, unsaved, with the names as its reader can read them."""
        event.actor_name = self.of(event.actor_name)
        event.payload = {key: self._within(key, fact) for key, fact in event.payload.items()}
        return event

    def of(self, name: str) -> str:
        return self.shown.get(name, name)

    def _within(self, key: str, fact: Any) -> Any:
        if key == "people" and isinstance(fact, list):
            return [self.of(name) for name in fact]
        return self.of(fact) if key == "person" else fact


def _named(event: IncidentEvent) -> Iterator[str]:
    yield event.actor_name
    people = event.payload.get("people")
    yield from people if isinstance(people, list) else ()
    yield event.payload.get("person") or ""


def _shown(written: set[str]) -> dict[str, str]:
    whole = Concat("family_name", Value(" "), "given_name")
    found: dict[str, str] = {}
    for model in (Employee, User):
        for one in model.objects.alias(whole=whole).filter(whole__in=written):
            found[f"{one.family_name} {one.given_name}"] = one.shown_name
    return found
