"""The contact plan (連絡順): who is called for somebody, in which order and after how long.

`plan` is pure, from who answers for whom to rungs with a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db import connection

from accounts.models import User
from escalation.models import ContactRule
from people.models import Employee, Post, SupervisorAssignment
from people.supervision.selectors import answerable_for
from tenants.context import current_company
from web.columns import Columns

Turn = tuple[bool, int]
"""On leave or not, then the priority."""


@dataclass(frozen=True, slots=True)
class PlannedRung:
    order: int
    after_seconds: int
    user_ids: tuple[int, ...]
    on_site: bool
    step_seconds: int
    choice_seconds: int
    """How long the person who confirmed has to choose what happens now."""
    asks_support: bool = False


def plan(
    assigned: Sequence[tuple[Turn, int, bool]],
    *,
    has_support: bool,
    step_seconds: int,
    choice_seconds: int,
) -> list[PlannedRung]:
    """Plan rungs from (turn, user id, on site); people who share a turn are called together.

    The first rung is called at once, each further one ``step_seconds`` later. With a support
    contract the security company is always the last rung: no setting can take it away.
    """
    rungs: list[PlannedRung] = []
    for order, (_turn, group) in enumerate(groupby(sorted(assigned), key=lambda entry: entry[0])):
        members = list(group)
        users = tuple(user_id for _t, user_id, _on_site in members)
        on_site = any(member[2] for member in members)
        rungs.append(
            PlannedRung(order, order * step_seconds, users, on_site, step_seconds, choice_seconds)
        )
    if has_support:
        last = len(rungs)
        rungs.append(
            PlannedRung(
                last,
                last * step_seconds,
                (),
                on_site=False,
                step_seconds=step_seconds,
                choice_seconds=choice_seconds,
                asks_support=True,
            )
        )
    return rungs


def contact_plan(
    holder: Employee | Post, *, on: date | None = None, viewer: User | None = None
) -> list[PlannedRung]:
    """Who would be called for somebody, and when: what an alarm freezes, and what HR is shown
    beforehand. People on leave are called after everybody else."""
    called = answerable_for(holder, on=on, viewer=viewer)
    turns = [((one.is_away, one.priority), one.user_id, one.on_site) for one in called]
    return _ladder(turns, rule_at(holder.site_id))


_RULE = Columns(ContactRule)
_RULE_AT = f"""
SELECT {_RULE.of("rule")} FROM escalation_contactrule AS rule
WHERE rule.site_id = %s OR rule.site_id IS NULL ORDER BY rule.site_id NULLS LAST LIMIT 1"""  # noqa: S608 - our own words


def rule_at(site_id: int | None) -> ContactRule:
    """The rule of a site, else of the company, else the defaults."""
    with connection.cursor() as cursor:
        cursor.execute(_RULE_AT, [site_id])
        row = cursor.fetchone()
    return _RULE.instance(row) if row else ContactRule()


def ladder_of(assigned: Iterable[SupervisorAssignment], rule: ContactRule) -> list[PlannedRung]:
    turns = [
        ((one.is_away, one.priority), one.supervisor.user_id or 0, one.on_site) for one in assigned
    ]
    return _ladder(turns, rule)


def _ladder(turns: Sequence[tuple[Turn, int, bool]], rule: ContactRule) -> list[PlannedRung]:
    return plan(
        turns,
        has_support=current_company().has_support_contract,
        step_seconds=rule.step_seconds,
        choice_seconds=rule.choice_seconds,
    )
