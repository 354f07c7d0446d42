"""The security company's desk, across companies, in the public schema.

A case holds ids only: no name and no position of anybody.
requested -> claimed -> closed
"""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.services import HasId
from tenants.hosts import CompanyRef


class CaseQuerySet(models.QuerySet["Case"]):
    def waiting_first(self) -> "CaseQuerySet":
        return self.exclude(state=Case.State.CLOSED).order_by("-level", "requested_at")


class Case(models.Model):
    class State(models.TextChoices):
        REQUESTED = "requested", _("waiting for an operator")
        CLAIMED = "claimed", _("in an operator's hands")
        CLOSED = "closed", _("closed")

    class Source(models.TextChoices):
        EMPLOYEE = "employee", _("the employee")
        SUPERVISOR = "supervisor", _("the supervisor")
        LADDER = "ladder", _("nobody answered")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    company = models.ForeignKey("tenants.Company", models.PROTECT, related_name="+")
    incident_id = models.UUIDField()
    number = models.PositiveIntegerField()
    site_name = models.CharField(max_length=80, blank=True)
    level = models.CharField(max_length=10)
    drill = models.CharField(max_length=10, default="none")
    source = models.CharField(max_length=12, choices=Source)
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    requested_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[CaseQuerySet] = CaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.UniqueConstraint(fields=["company", "incident_id"], name="one_case_per_incident")
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.REQUESTED


def open_case(
    company: CompanyRef, *, incident_id: uuid.UUID, number: int, site_name: str, level: str,
    drill: str, source: str,
) -> Case:  # fmt: skip
    """The case of an incident. Asked for twice it is the first one; asked after its end, anew."""
    case, _created = Case.objects.get_or_create(
        company_id=company.id,
        incident_id=incident_id,
        defaults={
            "number": number, "site_name": site_name, "level": level, "drill": drill,
            "source": source,
        },
    )  # fmt: skip
    if case.state == Case.State.CLOSED:
        case.state, case.closed_at, case.requested_at = Case.State.REQUESTED, None, timezone.now()
        case.save(update_fields=["state", "closed_at", "requested_at"])
    return case


def close_case_of(company: HasId, incident_id: uuid.UUID, at: datetime) -> None:
    Case.objects.filter(company_id=company.id, incident_id=incident_id).exclude(
        state=Case.State.CLOSED
    ).update(state=Case.State.CLOSED, closed_at=at)
