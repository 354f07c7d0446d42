"""Keeping somebody from everything about an employee or an incident, because of a conflict."""

from django.db import transaction

from jobs.services import announce
from people.models import Exclusion
from tenants.context import current_company

EXCLUDED = "people.person_excluded"


@transaction.atomic
def exclude(exclusion: Exclusion) -> None:
    """Exclude from now on; a person waited for in an open alarm is not waited for any more."""
    exclusion.save()
    company = current_company()
    announce(
        company,
        fact=EXCLUDED,
        key=f"{company.schema}:{exclusion.pk}",
        payload={
            "user": exclusion.user_id,
            "employee": exclusion.employee_id,
            "incident": str(exclusion.incident_id) if exclusion.incident_id else None,
        },
    )
