"""備え of every site, what to put right next, and whom no message would reach."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import signed_in
from accounts.roles import Role
from escalation.models import ContactRule, Exercise
from notifications.reach_checks import COUNTS_FOR
from people.models import Employee
from portal.administration.access import sees_readiness
from readiness.checklist import ChecklistStep, CompanyFacts, steps
from readiness.facts import ReachableSupervisors, site_facts
from readiness.score import Part, Readiness, SiteFacts, ranked
from recordings.models import Purpose


@dataclass(frozen=True, slots=True)
class ReadinessLine:
    readiness: Readiness
    parts: list[str]
    next: str
    link: str

    @property
    def tone(self) -> str:
        score = self.readiness.score
        return "green" if score >= 90 else "amber" if score >= 60 else "red"


@never_cache
@require_safe
@login_required
def readiness(request: HttpRequest) -> HttpResponse:
    if not sees_readiness(signed_in(request)):
        raise PermissionDenied
    supervisors = ReachableSupervisors()
    lines = [line_of(one) for one in ranked(site_facts(supervisors))]
    unreachable = Employee.objects.filter(pk__in=supervisors.unreachable)
    return render(
        request,
        "hr/readiness.html",
        {
            "lines": lines,
            "unreachable": unreachable,
            "unconfirmed": len(supervisors.unconfirmed),
            "days": COUNTS_FOR.days,
        },
    )


def line_of(site_readiness: Readiness) -> ReadinessLine:
    first = site_readiness.next
    return ReadinessLine(
        readiness=site_readiness,
        parts=[f"{_title(part.name)} {part.points}/{part.of}" for part in site_readiness.parts],
        next=_todo(first) if first else _("Everything is in place."),
        link=_page(first, site_readiness.site) if first else "",
    )


def _title(name: str) -> str:
    return {
        "covered": _("supervisor"),
        "reached": _("reach"),
        "enrolled": _("device"),
        "deputies": _("deputy"),
        "exercise": _("exercise"),
        "guide": _("site guide"),
    }[name]


def _todo(part: Part) -> str:
    texts = {
        "covered": _("Assign a supervisor: nobody is called for %(n)s people."),
        "reached": _("Send a test message: for %(n)s people nobody has confirmed one."),
        "enrolled": _("Enrol the devices of %(n)s people."),
        "deputies": _("Assign a deputy: for %(n)s people only one person is called."),
        "exercise": _("Hold an exercise: none was passed within a year."),
        "guide": _("Write the way in and the direct number of the police."),
    }
    return texts[part.name] % {"n": part.missing}


def _page(part: Part, site: SiteFacts) -> str:
    assign, people = "admin:people_supervisorassignment_add", "admin:people_employee_changelist"
    query = f"site={site.key}" if site.key else ""
    if part.name == "reached":
        return reverse("hr-admin:reach")
    if part.name == "guide":
        return reverse("admin:people_site_change", args=[site.key])
    if part.name == "enrolled":
        only = f"site__id__exact={site.key}" if site.key else "site__isnull=True"
        return f"{reverse(people)}?enrolled=no&{only}"
    page = "admin:escalation_exercise_add" if part.name == "exercise" else assign
    return f"{reverse(page)}?{query}"


def for_start_page(uncovered: int) -> dict[str, Any]:
    """The checklist, until all of it is done, and the sites that most need a hand."""
    supervisors = ReachableSupervisors()
    sites = site_facts(supervisors)
    done = steps(_company_facts(supervisors, sites, uncovered))
    left = [step for step in done if not step.is_done]
    return {
        "steps": [_with_link(step, step is left[0]) for step in done] if left else [],
        "steps_done": len(done) - len(left),
        "readiness": [line_of(one) for one in ranked(sites)[:5]],
    }


def _with_link(step: ChecklistStep, is_next: bool) -> dict[str, Any]:
    return {"step": step, "link": reverse(step.page), "is_next": is_next}


def _company_facts(
    supervisors: ReachableSupervisors, sites: list[SiteFacts], uncovered: int
) -> CompanyFacts:
    hr = User.objects.filter(roles__contains=[Role.HR_ADMIN], is_active=True)
    return CompanyFacts(
        has_purpose=Purpose.objects.exists(),
        sites=sum(site.key is not None for site in sites),
        people=sum(site.people for site in sites),
        uncovered=uncovered,
        unconfirmed=len(supervisors.unconfirmed),
        enrolled=sum(site.enrolled for site in sites),
        hr_admins=hr.count(),
        exercises_passed=Exercise.objects.filter(passed_at__isnull=False).count(),
        contact_rule=ContactRule.objects.filter(site=None).first(),
    )
