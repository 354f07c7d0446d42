"""Who may do what: a pure table over plain data, asked by every door.

Doors build the Actor once (``User.as_actor``) and describe what is asked about as a
Subject; nothing here touches the database.
"""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.roles import Role
from audit.actors import Actor


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


def _looks_after_devices(actor: Actor, subject: Subject) -> bool:
    """Everybody's, or those of the own sites; no record comes with it."""
    return bool(SET_UP & actor.roles) or (Role.SITE_MANAGER in actor.roles and subject.in_scope)


HR = frozenset({Role.HR_ADMIN})
SET_UP = HR | {Role.IT_ADMIN}
REVIEW = HR | {Role.PRIVACY_AUDITOR}
PLATFORM = frozenset({Role.PLATFORM_ADMIN})

# The admin sites' pages: model -> which roles look at it, change or add it, delete from it.
# Whoever sets up devices sees no record; whoever reviews the playback history hears no sound.
ADMINISTRATION: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    "people.employee": (SET_UP, HR, frozenset()),
    "people.plannedchange": (SET_UP, HR, frozenset()),
    "people.department": (SET_UP, HR, HR),
    "people.site": (SET_UP, SET_UP, HR),
    "people.siteguide": (SET_UP, HR, frozenset()),
    "people.post": (SET_UP, SET_UP, HR),
    "people.supervisorassignment": (SET_UP, HR, HR),
    "people.sitemanagement": (SET_UP, HR, HR),
    "people.device": (SET_UP, SET_UP, frozenset()),
    "people.exclusion": (HR, HR, frozenset()),
    "people.importrun": (HR, HR, frozenset()),
    "people.provisioningtoken": (SET_UP, SET_UP, frozenset()),
    "accounts.user": (SET_UP | PLATFORM, HR | PLATFORM, frozenset()),
    "accounts.singlesignon": (SET_UP, SET_UP, frozenset()),
    "accounts.refusedsignin": (SET_UP, frozenset(), frozenset()),
    "incidents.incident": (HR, frozenset(), frozenset()),
    "escalation.exercise": (HR, HR, frozenset()),
    "escalation.contactrule": (SET_UP, HR, HR),
    "incidents.category": (SET_UP, SET_UP, HR),
    # Its preview counts incidents.
    "incidents.retentionsettings": (HR, HR, frozenset()),
    "notifications.notice": (HR, frozenset(), frozenset()),
    "notifications.noticetext": (SET_UP, SET_UP, SET_UP),
    "notifications.delivery": (HR, frozenset(), frozenset()),
    "notifications.receipt": (HR, frozenset(), frozenset()),
    "recordings.recording": (HR, frozenset(), frozenset()),
    "recordings.purpose": (HR | REVIEW, HR, frozenset()),
    "recordings.playsession": (REVIEW, frozenset(), frozenset()),
    # Conditions are set up here and read nowhere: their answers have no row in this table.
    "wellbeing.wellbeingsettings": (HR, HR, frozenset()),
    "wellbeing.rulesetting": (HR, HR, HR),
    "wellbeing.supportline": (HR, HR, HR),
    "people.workpattern": (HR, HR, HR),
    "people.leave": (HR, HR, HR),
    "people.holiday": (SET_UP, SET_UP, SET_UP),
    "people.openinghours": (SET_UP, SET_UP, SET_UP),
    "people.appsettings": (SET_UP, SET_UP, frozenset()),
    "auditlog.logentry": (REVIEW | SET_UP | PLATFORM, frozenset(), frozenset()),
    "tenants.company": (PLATFORM, PLATFORM, frozenset()),
    "tenants.domain": (PLATFORM, PLATFORM, PLATFORM),
    "tenants.contract": (PLATFORM, PLATFORM, frozenset()),
    # An inline of the company's page; and what two of the platform decide, which nobody edits.
    "tenants.contact": (PLATFORM, PLATFORM, PLATFORM),
    "tenants.recovery": (PLATFORM, PLATFORM, frozenset()),
    "jobs.job": (PLATFORM, PLATFORM, frozenset()),
    "jobs.settledjob": (PLATFORM, frozenset(), frozenset()),
}


def _one_of(roles: frozenset[str]) -> Rule:
    return lambda actor, _subject: bool(roles & actor.roles)


def administers(roles: frozenset[str]) -> bool:
    return any(look & roles for look, _change, _delete in ADMINISTRATION.values())


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
    # Conditions are for whoever has the duty to ask; those who set the company up read none.
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
for _model, (_look, _change, _delete) in ADMINISTRATION.items():
    RULES[("view", _model)] = _one_of(_look)
    RULES[("add", _model)] = RULES[("change", _model)] = _one_of(_change)
    RULES[("delete", _model)] = _one_of(_delete)


def can(actor: Actor, verb: str, subject: Subject) -> bool:
    """False for everything that no rule allows, unknown verbs included."""
    rule = RULES.get((verb, subject.kind))
    return rule is not None and not subject.is_excluded and rule(actor, subject)
