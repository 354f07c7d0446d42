"""Saying what changed: hints to the consoles, and facts for the apps above.

What the desk causes inside a company happens there, by the subscribers of
`operations.case_changed`: this app never writes a notice to a company's people.
"""

from typing import Any
from uuid import UUID, uuid4

from audit.actors import Actor
from jobs.services import announce
from notifications.live import company_group, hint
from operations.models import Case
from tenants.hosts import CompanyRef, ref_of
from tenants.models import Company

CASE_CHANGED = "operations.case_changed"


def security_company() -> CompanyRef | None:
    """The security company's own schema, where its staff sign in."""
    company = Company.objects.filter(kind=Company.Kind.OPS, is_suspended=False).first()
    return ref_of(company) if company else None


def case_changed(case: Case, what: str, by: UUID | None = None, **facts: Any) -> None:
    """Announce in the caller's transaction; `facts` are ids, codes, and words for the company."""
    payload = {
        "case": str(case.public_id),
        "incident": str(case.incident_id),
        "what": what,
        "by": str(by) if by else None,
        **{key: str(value) for key, value in facts.items()},
    }
    announce(case.company, fact=CASE_CHANGED, key=str(uuid4()), payload=payload)
    hint_consoles(what, case)


def hint_consoles(what: str, case: Case | None = None) -> None:
    """Refresh the queue of every console. Without a case: shifts or responders changed."""
    company = security_company()
    if company is not None:
        message = {"t": "queue", "what": what, "case": str(case.public_id) if case else None}
        hint(company.id, company_group(company.id), message)


def id_of(actor: Actor) -> UUID:
    return UUID(actor.id)
