"""What the platform's start page says."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jobs.models import Job
from portal.hr.cards import Card
from tenants.models import Company


def for_platform() -> dict[str, Any]:
    failed = Job.objects.filter(state=Job.State.DEAD).count()
    companies = Company.objects.filter(kind=Company.Kind.COMPANY)
    jobs, list_ = reverse("admin:jobs_job_changelist"), reverse("admin:tenants_company_changelist")
    return {
        "cards": [
            Card(_("Companies"), companies.count(), list_, is_fact=True),
            Card(_("Suspended companies"), companies.filter(is_suspended=True).count(),
                 f"{list_}?is_suspended__exact=1"),
            Card(_("Jobs that failed for good"), failed, jobs, is_urgent=True),
        ],
        "health": reverse("health"),
    }  # fmt: skip
