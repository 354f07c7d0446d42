"""The table of rights as people read it: asked of ``can()`` itself, so that it cannot say other."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.company_lists import menu
from accounts.permissions import Subject, can
from accounts.roles import COMPANY_ROLES
from audit.actors import Actor
from tenants.admin_sites import company_site

YES, IN_SCOPE, NO = "yes", "in scope", "no"
WORDS = {
    ("see_incident", "incident"): gettext_lazy("See alarms"),
    ("answer_incident", "incident"): gettext_lazy("Answer and close alarms"),
    ("classify", "incident"): gettext_lazy("Choose the categories of closed alarms"),
    ("listen", "recording"): gettext_lazy("Listen to recordings"),
    ("see_conditions", "employee"): gettext_lazy("See conditions of named people"),
    ("see_condition_figures", "company"): gettext_lazy("See figures of conditions"),
    ("erase_conditions", "employee"): gettext_lazy("Erase conditions at a person's request"),
    ("issue", "enrolment_code"): gettext_lazy("Make enrolment sheets"),
    ("revoke", "device"): gettext_lazy("Revoke devices"),
    ("export", "people.employee"): gettext_lazy("Export the list of employees"),
    ("review", "audit"): gettext_lazy("See what was done in the company's name"),
    ("review", "playback"): gettext_lazy("Check who played recordings, and write the result down"),
    ("stop", "recovery"): gettext_lazy("Stop the reset of an HR administrator's sign-in"),
}
# Where the model's own name is a programmer's.
NAMES = {"auditlog.logentry": gettext_lazy("Changes of settings and people")}
PAGE_VERBS = ("view", "change", "delete")


@dataclass(frozen=True, slots=True)
class RightsLine:
    what: str
    cells: list[str]


def headings() -> list[str]:
    return [str(role.label) for role in COMPANY_ROLES]


def rights() -> list[RightsLine]:
    return [
        RightsLine(str(words), [_may(role, *action) for role in COMPANY_ROLES])
        for action, words in WORDS.items()
    ]


def pages() -> list[RightsLine]:
    """Each list of the administration: seen, changed, deleted from."""
    return [
        RightsLine(_name(model), [_pages(role, model) for role in COMPANY_ROLES])
        for model in _models()
        if any(_pages(role, model) for role in COMPANY_ROLES)
    ]


def _models() -> Iterator[str]:
    """In the order of the menu, each with what is edited on its pages."""
    for _group, lists in menu():
        for label, _entry in lists:
            yield label
            page = company_site.get_model_admin(apps.get_model(label))
            yield from (inline.model._meta.label_lower for inline in page.inlines)


def _may(role: str, verb: str, kind: str) -> str:
    actor = Actor(kind="user", id="", roles=frozenset({role}))
    if can(actor, verb, Subject(kind)):
        return YES
    return IN_SCOPE if can(actor, verb, Subject(kind, in_scope=True)) else NO


def _pages(role: str, model: str) -> str:
    words = {"view": _("see"), "change": _("edit"), "delete": _("delete")}
    return "・".join(words[verb] for verb in PAGE_VERBS if _may(role, verb, model) == YES)


def _name(model: str) -> str:
    return str(NAMES.get(model) or apps.get_model(model)._meta.verbose_name)
