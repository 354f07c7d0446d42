"""Entering a company's schema: besides HTTP middleware and consumer base, the only way in."""

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

from django_tenants.utils import schema_context

from tenants.hosts import CompanyRef, entered_company
from tenants.schemas import current_schema

P = ParamSpec("P")
T = TypeVar("T")


class HasSchema(Protocol):
    @property
    def schema(self) -> str: ...


class OutsideCompany(RuntimeError):
    """Company data was asked for while no company's schema was entered."""


def run_in(company: HasSchema, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run ``fn`` inside the company's schema, in this thread, and leave it again."""
    with schema_context(company.schema):
        return fn(*args, **kwargs)


def current_company() -> CompanyRef:
    company = entered_company(current_schema())
    if company is None:
        raise OutsideCompany(current_schema())
    return company
