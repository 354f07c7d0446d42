"""Which company a host or a schema stands for, and the other way round. Answers are kept for ten
seconds per process."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Q

from tenants.models import Company, Domain
from tenants.zones import today_in

T = TypeVar("T")
CACHE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class CompanyRef:
    """A company's routing data, safe to carry between threads."""

    id: int
    schema: str
    kind: str
    name: str
    time_zone: str
    has_support_contract: bool


_cache: dict[tuple[str, str], tuple[float, Any]] = {}


def company_for_host(host: str) -> CompanyRef | None:
    """The company behind a Host header (port allowed); None when unknown or suspended."""
    name = _name_in(host)
    return _cached("host", name, lambda: _look_up(Q(domains__domain=name), is_suspended=False))


def remembered(host: str) -> CompanyRef | None:
    """The cached company of a host, for event loops; None if the database must be asked."""
    known = _cache.get(("host", _name_in(host)))
    return known[1] if known and known[0] > time.monotonic() else None


def last_known(host: str) -> int | None:
    """The company's id as it was last read, however long ago: who waits for whom is decided before
    the database is asked. None stands for all hosts that are not known."""
    known = _cache.get(("host", _name_in(host)))
    return known[1].id if known and known[1] else None


def _name_in(host: str) -> str:
    return host.rsplit(":", 1)[0].rstrip(".").lower()


def company_for_schema(schema: str) -> CompanyRef | None:
    """The company of a schema; None when unknown or suspended."""
    return _cached("schema", schema, lambda: _look_up(Q(schema_name=schema), is_suspended=False))


def entered_company(schema: str) -> CompanyRef | None:
    """The company of a schema, suspended or not, for callers already inside, like jobs."""
    return _cached("entered", schema, lambda: _look_up(Q(schema_name=schema)))


def own_host(company: CompanyRef) -> str | None:
    """The host that a company's people know."""
    domains = Domain.objects.filter(tenant_id=company.id).order_by("-is_primary", "pk")
    first: Callable[[], str | None] = domains.values_list("domain", flat=True).first
    return _cached("own", company.schema, first)


def forget_cached_companies() -> None:
    """Drop the cache after a company, domain or contract was changed in this process."""
    _cache.clear()


def _cached(kind: str, name: str, look_up: Callable[[], T]) -> T:
    now = time.monotonic()
    known = _cache.get((kind, name))
    if known and known[0] > now:
        return known[1]  # type: ignore[no-any-return]  # each kind has answers of its own
    answer = look_up()
    if len(_cache) > 20_000:  # a flood of invented Host headers must not fill the memory
        _cache.clear()
    _cache[kind, name] = (now + CACHE_SECONDS, answer)
    return answer


def _look_up(condition: Q, **fields: bool) -> CompanyRef | None:
    try:
        company = Company.objects.filter(condition, **fields).first()
    except (ValidationError, ValueError):
        return None
    return ref_of(company) if company else None


def ref_of(company: Company) -> CompanyRef:
    today = today_in(company.time_zone)
    contract = getattr(company, "contract", None)
    supported = bool(
        contract
        and contract.support_from <= today
        and (contract.support_until is None or contract.support_until >= today)
    )
    return CompanyRef(
        id=company.pk,
        schema=company.schema,
        kind=company.kind,
        name=company.name,
        time_zone=company.time_zone,
        has_support_contract=supported,
    )
