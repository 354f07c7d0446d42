"""What the platform's start page says."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jobs.models import Job
from portal.administration.cards import Card
from tenants.models import Company, Recovery


def for_platform() -> dict[str, Any]:
    failed = Job.objects.filter(state=Job.State.DEAD).count()
    companies = Company.objects.filter(kind=Company.Kind.COMPANY)
    without = companies.filter(is_suspended=False, contacts__isnull=True).count()
    waiting = Recovery.objects.filter(state=Recovery.State.ASKED).count()
    jobs, list_ = reverse("admin:jobs_job_changelist"), reverse("admin:tenants_company_changelist")
    recoveries = reverse("admin:tenants_recovery_changelist")
    return {
        "cards": [
            Card(_("Companies"), companies.count(), list_, is_fact=True),
            Card(
                _("Suspended companies"),
                companies.filter(is_suspended=True).count(),
                f"{list_}?is_suspended__exact=1",
            ),
            Card(
                _("Companies without a named contact"),
                without,
                f"{list_}?kind__exact=company&is_suspended__exact=0&contacts=none",
            ),
            Card(
                _("Recoveries waiting for a second approval"), waiting, recoveries, is_urgent=True
            ),
            Card(_("Jobs that failed for good"), failed, jobs, is_urgent=True),
        ],
        "health": reverse("health"),
    }
