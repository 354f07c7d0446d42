"""The way from an empty company to a passed exercise, step by step: what is done, what is next."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from escalation.models import ContactRule

ENOUGH_HR_ADMINS = 2
ENOUGH_ENROLLED = 90
"""Percent: somebody is always new or on leave."""


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    has_purpose: bool
    sites: int
    people: int
    uncovered: int
    """Employees for whom nobody would be called now."""
    unconfirmed: int
    """Supervisors who have not confirmed a test message lately."""
    enrolled: int
    hr_admins: int
    exercises_passed: int
    contact_rule: ContactRule | None
    """The company's own, as HR has saved it."""


@dataclass(frozen=True, slots=True)
class ChecklistStep:
    title: str
    is_done: bool
    status: str
    action: str
    """What its link is called."""
    page: str
    """The page where it is done, by the name of its address."""


def steps(facts: CompanyFacts) -> list[ChecklistStep]:
    return [*_company(facts), *_people(facts), *_rehearsal(facts)]


def _company(facts: CompanyFacts) -> Iterator[ChecklistStep]:
    published = _("published")
    missing = _("Tell people why they are recorded. Until then no enrolment sheets can be made.")
    yield ChecklistStep(
        _("Purpose of recording"),
        facts.has_purpose,
        published if facts.has_purpose else missing,
        _("Write the purpose"),
        "admin:recordings_purpose_add",
    )
    yield ChecklistStep(
        _("Sites"),
        facts.sites > 0,
        _("registered: %(n)s") % {"n": facts.sites},
        _("Add a site"),
        "admin:people_site_add",
    )


def _people(facts: CompanyFacts) -> Iterator[ChecklistStep]:
    yield ChecklistStep(
        _("Departments and employees"),
        facts.people > 0,
        _("registered: %(n)s") % {"n": facts.people},
        _("Import employees"),
        "admin:people_employee_import",
    )
    yield ChecklistStep(
        _("Supervisors and deputies"),
        bool(facts.people) and not facts.uncovered,
        _("employees for whom nobody is called: %(n)s") % {"n": facts.uncovered},
        _("Assign a supervisor"),
        "admin:people_supervisorassignment_add",
    )
    yield _contact_rule(facts.contact_rule)
    yield ChecklistStep(
        _("Check of the reach"),
        bool(facts.people) and not facts.uncovered and not facts.unconfirmed,
        _("supervisors who have not confirmed a test message: %(n)s") % {"n": facts.unconfirmed},
        _("See who would be reached"),
        "hr-admin:reach",
    )


def _rehearsal(facts: CompanyFacts) -> Iterator[ChecklistStep]:
    enough = facts.enrolled * 100 >= facts.people * ENOUGH_ENROLLED
    yield ChecklistStep(
        _("Devices"),
        bool(facts.people) and enough,
        _("enrolled: %(n)s of %(all)s") % {"n": facts.enrolled, "all": facts.people},
        _("Make enrolment sheets"),
        "admin:people_employee_changelist",
    )
    yield ChecklistStep(
        _("Two HR administrators"),
        facts.hr_admins >= ENOUGH_HR_ADMINS,
        _("at present: %(n)s") % {"n": facts.hr_admins},
        _("Invite a second one"),
        "admin:accounts_user_add",
    )
    yield ChecklistStep(
        _("First exercise"),
        facts.exercises_passed > 0,
        _("passed: %(n)s") % {"n": facts.exercises_passed},
        _("Announce an exercise"),
        "admin:escalation_exercise_add",
    )


def _contact_rule(kept: ContactRule | None) -> ChecklistStep:
    rule = kept or ContactRule()
    text = (
        _("the next after %(step)s s, %(choice)s s to choose")
        if kept
        else _("not decided yet; meanwhile the next after %(step)s s, %(choice)s s to choose")
    )
    return ChecklistStep(
        _("Contact rules"),
        kept is not None,
        text % {"step": rule.step_seconds, "choice": rule.choice_seconds},
        _("Decide the contact rule"),
        f"admin:escalation_contactrule_{'changelist' if kept else 'add'}",
    )
