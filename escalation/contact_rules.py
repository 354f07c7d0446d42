"""What a contact rule means for people: an example, and who would be called late."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.models import User
from escalation.contact_plan import PlannedRung, ladder_of, plan
from escalation.dry_run import HolderGroup, PlannedStep, dry_run, groups_at
from escalation.models import ContactRule
from jobs.clock import database_now
from people.models import Employee, Post, Site, at_work
from people.supervision.coverage import Supervisors
from tenants.context import current_company

Holder = TypeVar("Holder", Employee, Post)
LATE_SECONDS = 180
"""A call after this is late: HR reads for whom."""


def keep_rule(rule: ContactRule) -> ContactRule:
    """Save a rule; of two concurrent first rules of a place, the second changes the first."""
    kept, _is_new = ContactRule.objects.update_or_create(
        site=rule.site,
        defaults={"step_seconds": rule.step_seconds, "choice_seconds": rule.choice_seconds},
    )
    return kept


def in_general(rule: ContactRule) -> list[PlannedRung]:
    """The ladder where two people are called, one after the other."""
    return plan(
        [((False, turn), turn, False) for turn in (1, 2)],
        has_support=current_company().has_support_contract,
        step_seconds=rule.step_seconds,
        choice_seconds=rule.choice_seconds,
    )


@dataclass(frozen=True, slots=True)
class Example:
    site: Site | None
    group: HolderGroup
    steps: list[PlannedStep]


def example_of(rule: ContactRule, *, viewer: User) -> Example | None:
    """Whom an alarm of the largest department at the largest site of the rule would call now."""
    now, site = timezone.localtime(database_now()), rule.site or _largest_site(rule)
    groups, _alone = groups_at(site, now.date())
    if not groups:
        return None
    group = max(groups, key=lambda group: group.people)
    reach = dry_run(group.one_of_them, at=now, viewer=viewer)
    return Example(site, group, reach.steps)


def _largest_site(rule: ContactRule) -> Site | None:
    by_size = _people_under(rule).values("site").annotate(n=Count("pk")).order_by("-n", "site_id")
    largest = by_size.values_list("site", flat=True).first()
    return Site.objects.get(pk=largest) if largest else None


@dataclass(frozen=True, slots=True)
class LateCall:
    """A late call of one department at a site, or of a site's shared phones (no department)."""

    site: str
    department: str
    seconds: int
    """Until the last on the ladder is called."""
    holders: int


def late_calls(rule: ContactRule) -> list[LateCall]:
    """Late calls, the longest first. Conflicts of interest do not count: a page that counted them
    would tell of them."""
    supervisors = Supervisors()
    counts: Counter[tuple[str, str, int]] = Counter()
    for holder in _holders_under(rule):
        called = [
            assignment for assignment in supervisors.assigned(holder) if assignment.supervisor.user
        ]
        rungs = ladder_of(called, rule)
        if rungs and rungs[-1].after_seconds > LATE_SECONDS:
            counts[(*_where(holder), rungs[-1].after_seconds)] += 1
    late = [LateCall(*key, holders) for key, holders in counts.items()]
    return sorted(late, key=lambda call: (-call.seconds, call.site, call.department))


def desk_comes_late(rule: ContactRule) -> LateCall | None:
    """Whose alarms would reach the security company too late by a rule, with a contract."""
    if not current_company().has_support_contract:
        return None
    usual = in_general(rule)[-1].after_seconds
    late = late_calls(rule)
    if usual > LATE_SECONDS:
        late.append(LateCall(site=str(rule), department="", seconds=usual, holders=0))
    return late[0] if late else None


def _where(holder: Employee | Post) -> tuple[str, str]:
    site = holder.site.name if holder.site else ""
    return site, holder.department.name if isinstance(holder, Employee) else ""


def _holders_under(rule: ContactRule) -> Iterator[Employee | Post]:
    posts = _under(rule, Post.objects.order_by().select_related("site"))
    people = _people_under(rule).order_by().select_related("site", "department")
    yield from chain(people, posts)


def _people_under(rule: ContactRule) -> QuerySet[Employee]:
    return _under(rule, Employee.objects.filter(at_work()))


def _under(rule: ContactRule, holders: QuerySet[Holder]) -> QuerySet[Holder]:
    """Filter holders to those whose alarms follow this rule."""
    if rule.site_id is not None:
        return holders.filter(site=rule.site_id)
    own = ContactRule.objects.filter(site__isnull=False)
    return holders.exclude(site__in=own.values("site"))
