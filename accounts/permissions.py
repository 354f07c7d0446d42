"""Who may do what: a pure table over plain data, asked by every door.

Doors build the Actor once (``User.as_actor``) and describe what is asked about as a
Subject; nothing here touches the database. The lists of a company's administration add their
lines as they are imported (``administer``): until then nobody may open them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.roles import Role
from audit.actors import Actor


@dataclass(frozen=True, slots=True)
class Subject:
    """What a right is asked about, as the view sees it for this actor."""

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


def _looks_after_devices(actor: Actor, subject: Subject) -> bool:
    """Manages devices: everybody's, or those of one's own sites. It opens no record."""
    return bool(SET_UP & actor.roles) or (Role.SITE_MANAGER in actor.roles and subject.in_scope)


HR = frozenset({Role.HR_ADMIN})
SET_UP = HR | {Role.IT_ADMIN}
REVIEW = HR | {Role.PRIVACY_AUDITOR}
PLATFORM = frozenset({Role.PLATFORM_ADMIN})

NOBODY: frozenset[str] = frozenset()


def _one_of(roles: frozenset[str]) -> Rule:
    return lambda actor, _subject: bool(roles & actor.roles)


def administers(roles: frozenset[str]) -> bool:
    return bool(_administrators & roles)


RULES: dict[tuple[str, str], Rule] = {
    # One's own incident can be looked at, so that the page can say who is handling it.
    ("see_incident", "incident"): lambda a, s: (
        s.is_own or _supervises(a, s) or _keeps_records(a, s)
    ),
    ("answer_incident", "incident"): lambda a, s: not s.is_own and _supervises(a, s),
    ("classify", "incident"): lambda a, s: (
        not s.is_own and (_supervises(a, s) or _keeps_records(a, s))
    ),
    ("listen", "recording"): lambda a, s: (
        not s.is_own and (_supervises(a, s) or _keeps_records(a, s))
    ),
    # Conditions are for those with the duty to ask; those who set the company up read none.
    ("see_conditions", "employee"): lambda a, s: (
        not s.is_own
        and (Role.OCCUPATIONAL_HEALTH in a.roles or (Role.SUPERVISOR in a.roles and s.in_scope))
    ),
    ("see_condition_figures", "company"): lambda a, _s: bool(
        {Role.HR_ADMIN, Role.OCCUPATIONAL_HEALTH, Role.SUPERVISOR} & a.roles
    ),
    # On the person's request, and without reading what is erased.
    ("erase_conditions", "employee"): lambda a, _s: bool(
        {Role.HR_ADMIN, Role.OCCUPATIONAL_HEALTH} & a.roles
    ),
    ("see_queue", "case"): lambda a, _s: bool({Role.OPERATOR, Role.LEAD} & a.roles),
    ("respond", "dispatch"): lambda a, _s: Role.RESPONDER in a.roles,
    ("lead", "desk"): lambda a, _s: Role.LEAD in a.roles,
    ("arrange", "joint_drill"): _one_of(frozenset({Role.SUPERVISOR, Role.HR_ADMIN})),
    ("issue", "enrolment_code"): _looks_after_devices,
    ("revoke", "device"): _looks_after_devices,
    # Everybody's telephone numbers and addresses in one file.
    ("export", "people.employee"): _one_of(HR),
    ("review", "audit"): _one_of(REVIEW),
    ("review", "playback"): lambda a, s: not s.is_own and bool(REVIEW & a.roles),
    ("stop", "recovery"): _one_of(HR),
}
_administrators: set[str] = set()
"""Roles that look at a list of an admin site."""


def administer(
    model: str,
    *,
    look: frozenset[str],
    change: frozenset[str] = NOBODY,
    delete: frozenset[str] = NOBODY,
) -> None:
    """Which roles look at the rows of an admin site's list, change or add them, delete them.

    Setting up devices shows no record; reviewing the playback history plays no sound.
    """
    _administrators.update(look)
    RULES[("view", model)] = _one_of(look)
    RULES[("add", model)] = RULES[("change", model)] = _one_of(change)
    RULES[("delete", model)] = _one_of(delete)


# The platform's lists; a company's are said where their pages are (company_lists).
administer("tenants.company", look=PLATFORM, change=PLATFORM)
administer("tenants.domain", look=PLATFORM, change=PLATFORM, delete=PLATFORM)
administer("tenants.contract", look=PLATFORM, change=PLATFORM)
# An inline of the company's page; and what two of the platform decide, which nobody edits.
administer("tenants.contact", look=PLATFORM, change=PLATFORM, delete=PLATFORM)
administer("tenants.recovery", look=PLATFORM, change=PLATFORM)
administer("jobs.job", look=PLATFORM, change=PLATFORM)
administer("jobs.settledjob", look=PLATFORM)


def can(actor: Actor, verb: str, subject: Subject) -> bool:
    """Whether a rule allows it; False for everything else, unknown verbs included."""
    rule = RULES.get((verb, subject.kind))
    return rule is not None and not subject.is_excluded and rule(actor, subject)
