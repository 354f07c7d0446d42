"""Who may do what: a pure table over plain data, asked by every door.

Doors build the Actor once (``people.selectors.actor_for``) and describe what is asked about as a
Subject; nothing here touches the database.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from accounts.models import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts. ``kind`` is user, device, operator or clock; ``id`` is a public id."""

    kind: str
    id: str
    name: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    user_id: int | None = None
    """The key inside the company's schema, for rows that point to the person."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about, as the door sees it for this actor."""

    kind: str
    is_own: bool = False
    in_scope: bool = False
    was_paged: bool = False
    is_excluded: bool = False
    """A conflict of interest: for this actor it does not exist, whatever else would allow it."""


Rule = Callable[[Actor, Subject], bool]


def _supervises(actor: Actor, subject: Subject) -> bool:
    return subject.was_paged or (Role.SUPERVISOR in actor.roles and subject.in_scope)


def _keeps_records(actor: Actor, _subject: Subject) -> bool:
    return Role.HR_ADMIN in actor.roles


RULES: dict[tuple[str, str], Rule] = {
    # One's own incident can be looked at, so that the page can say who is handling it.
    ("see_incident", "incident"): lambda a, s: (
        s.is_own or _supervises(a, s) or _keeps_records(a, s)
    ),
    ("answer_incident", "incident"): lambda a, s: not s.is_own and _supervises(a, s),
    ("listen", "recording"): lambda a, s: (
        not s.is_own and (_supervises(a, s) or _keeps_records(a, s))
    ),
    ("see_queue", "case"): lambda a, _s: bool({Role.OPERATOR, Role.LEAD} & a.roles),
}


def can(actor: Actor, verb: str, subject: Subject) -> bool:
    """False for everything that no rule allows, unknown verbs included."""
    rule = RULES.get((verb, subject.kind))
    return rule is not None and not subject.is_excluded and rule(actor, subject)
