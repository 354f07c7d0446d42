"""Entering a company, which is its schema and its time zone: requests, sockets, jobs and commands
all do it here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, Protocol, TypeVar

from django.utils import timezone

from tenants.hosts import CompanyRef, entered_company
from tenants.schemas import current_schema, enter_schema
from tenants.zones import zone

P = ParamSpec("P")
T = TypeVar("T")


class Enterable(Protocol):
    @property
    def schema(self) -> str: ...

    @property
    def time_zone(self) -> str: ...


class OutsideCompany(RuntimeError):
    """Company data was asked for while no company's schema was entered."""


@contextmanager
def inside(company: Enterable) -> Iterator[None]:
    """The company's schema and day for this thread; afterwards what was before, which is public
    except where somebody is inside a company already."""
    before = current_schema()
    with timezone.override(zone(company.time_zone)):
        enter_schema(company.schema)
        try:
            yield
        finally:
            enter_schema(before)


def run_in(company: Enterable, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run ``fn`` inside the company, in this thread, and leave it again."""
    with inside(company):
        return fn(*args, **kwargs)


def current_company() -> CompanyRef:
    company = entered_company(current_schema())
    if company is None:
        raise OutsideCompany(current_schema())
    return company
