"""Finding a case by what a caller says: a name, a telephone number, a contract, a company, a site.

Who a case is about is known only where the operator has a grant in force; each such look is in that
company's audit first. Of every other case company, site and number are all there is to find.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Case as Choose
from django.db.models import Q, QuerySet, Value, When
from django.utils import timezone

from audit.actors import Actor
from operations.company_access import door
from operations.company_access.views import place
from operations.errors import NoGrant
from operations.models import AccessGrant, Case, SeenContact
from operations.selectors import operator_names
from tenants.models import Company

MOST = 30
BACK = timedelta(days=90)
BIGGEST_NUMBER = 2**31 - 1
# Full and half width are one by NFKC; hiragana is read as katakana, signs inside numbers are not.
FOLD = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)} | dict.fromkeys(
    map(ord, "-‐‑–−()　 \t"), None
)


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(FOLD)


@dataclass(frozen=True, slots=True)
class Who:
    """What a grant's holder may know of the person."""

    name: str
    kana: str
    phone: str
    numbers: tuple[str, ...]
    """Others to whom the caller's number may belong: the site, and those on the contact plan."""

    def fits(self, needle: str) -> bool:
        known = (self.name, self.kana, self.phone, *self.numbers)
        return any(needle in fold(text) for text in known)


@dataclass(frozen=True, slots=True)
class Found:
    case: Case
    who: Who | None
    """Only with a grant in force."""
    owner: str


def search(*, operator: Actor, text: str) -> list[Found]:
    """Search cases, open ones first, then the newest. An empty text finds nothing."""
    needle = fold(text)
    if not needle:
        return []
    known = _known(operator)
    fitting = [pk for pk, who in known.items() if who.fits(needle)]
    cases = list(_cases(Q(pk__in=fitting) | _public(text.strip(), needle))[:MOST])
    names = operator_names(case.owner_id for case in cases if not case.is_closed)
    return [
        Found(case, known.get(case.pk), names.get(case.owner_id, "") if case.owner_id else "")
        for case in cases
    ]


def _cases(condition: Q) -> QuerySet[Case]:
    first = Choose(When(state=Case.State.CLOSED, then=Value(1)), default=Value(0))
    recent = ~Q(state=Case.State.CLOSED) | Q(requested_at__gte=timezone.now() - BACK)
    cases = Case.objects.filter(condition, recent).select_related("company__contract")
    return cases.order_by(first, "-requested_at")


def _public(text: str, needle: str) -> Q:
    rows = Company.objects.filter(kind=Company.Kind.COMPANY)
    named = rows.values_list("pk", "name", "contract__number")
    companies = [
        pk
        for pk, *texts in named
        if any(needle in fold(value) for value in texts if value is not None)
    ]
    wide = unicodedata.normalize("NFKC", text)
    condition = (
        Q(company__in=companies) | Q(site_name__icontains=text) | Q(site_name__icontains=wide)
    )
    if needle.isdecimal() and int(needle) <= BIGGEST_NUMBER:
        condition |= Q(number=int(needle))
    return condition


def _known(operator: Actor) -> dict[int, Who]:
    """People known to the operator, by case; a grant that ends this moment does not count."""
    grants = AccessGrant.objects.in_force().filter(operator_id=operator.id)
    known = {}
    for grant_id, case in grants.values_list("public_id", "case"):
        who = _look(grant_id, operator, _who)
        if who is not None:
            known[case] = who
    return known


def _look(grant_id: UUID, operator: Actor, query: Callable[[], Who]) -> Who | None:
    try:
        return door.read(grant_id=grant_id, operator=operator, verb="case.searched", query=query)
    except NoGrant:
        return None


def _who() -> Who:
    seen = place()
    others = SeenContact.objects.values_list("phone", flat=True)
    return Who(
        name=seen.person or seen.post,
        kana=seen.person_kana,
        phone=seen.person_phone,
        numbers=(seen.internal_number, *others),
    )
