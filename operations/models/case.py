"""One request for help to the desk.

    requested -> claimed -> closed
    claimed -> requested    given back, or its console gave no sign of life until `owner_until`

Meanwhile responders may be under way (`Dispatch`) and the police may have been called
(`EmergencyCall`); both are true beside the state. `turn` counts how often the case has come to
wait; each turn has a ladder of its own: `ladder_step` 1 all consoles and the lead, 2 the backup
centre, 3 the company was notified (by its own next move). Asked again after its end, an incident
gets another case.
"""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Case as Choose
from django.db.models import Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

RANK = {"watch": 0, "alarm": 1, "support": 2}


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> "CaseQuerySet":
        return self.exclude(state=Case.State.CLOSED)

    def held_by(self, operator_id: uuid.UUID) -> "CaseQuerySet":
        return self.filter(state=Case.State.CLAIMED, owner_id=operator_id)

    def locked(self) -> "CaseQuerySet":
        """Lock cases until the transaction ends; rows that point to them may be written."""
        return self.select_related("company").select_for_update(of=("self",), no_key=True)

    def waiting_first(self) -> "CaseQuerySet":
        """Order by waiting, returned, real before drill, then level and age."""
        rank = Choose(
            *[When(level=level, then=Value(rank)) for level, rank in RANK.items()], default=Value(0)
        )
        waits = Choose(When(state=Case.State.REQUESTED, then=Value(0)), default=Value(1))
        drill = Choose(When(drill="none", then=Value(0)), default=Value(1))
        return self.open().order_by(waits, drill, "-turn", rank.desc(), "requested_at")


class Case(models.Model):
    class State(models.TextChoices):
        REQUESTED = "requested", _("waiting for an operator")
        CLAIMED = "claimed", _("in an operator's hands")
        CLOSED = "closed", _("closed")

    class Level(models.TextChoices):
        """Level of a case in the desk's words; the company has its own."""

        WATCH = "watch", _("being watched over")
        ALARM = "alarm", _("alarm raised")
        SUPPORT = "support", _("support requested")

    class Source(models.TextChoices):
        EMPLOYEE = "employee", _("the employee")
        SUPERVISOR = "supervisor", _("the supervisor")
        LADDER = "ladder", _("nobody answered")

    class Result(models.TextChoices):
        CALMED = "calmed", _("the situation calmed down")
        ATTENDED = "attended", _("responders attended")
        POLICE = "police", _("handed to the police")
        MEDICAL = "medical", _("handed to the ambulance")
        MISTAKEN = "mistaken", _("pressed by mistake")
        DRILL = "drill", _("drill finished")
        WITHDRAWN = "withdrawn", _("ended by the company")

    SIGN_OF_LIFE: ClassVar[timedelta] = timedelta(seconds=45)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    company = models.ForeignKey("tenants.Company", models.PROTECT, related_name="+")
    incident_id = models.UUIDField()
    number = models.PositiveIntegerField()
    site_name = models.CharField(max_length=80, blank=True)
    place = models.CharField(max_length=300, blank=True, default="", db_default="")
    level = models.CharField(max_length=10, choices=Level)
    drill = models.CharField(max_length=10, default="none")
    source = models.CharField(max_length=12, choices=Source)
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    requested_at = models.DateTimeField(db_default=Now())
    turn = models.PositiveIntegerField(default=1)
    waiting_since = models.DateTimeField(db_default=Now())
    ladder_step = models.PositiveSmallIntegerField(default=0)
    company_told_at = models.DateTimeField(null=True)
    owner_id = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    owner_until = models.DateTimeField(null=True)
    first_claimed_at = models.DateTimeField(null=True)
    police_called_at = models.DateTimeField(null=True)
    fire_called_at = models.DateTimeField(null=True)
    # Facts that tick steps of the protocol; what else is done has rows of its own.
    listened_at = models.DateTimeField(null=True)
    phoned_at = models.DateTimeField(null=True)
    # What the company's people did meanwhile, for the case's owner: the last cry for help, and
    # the end of the incident on their side (the case stays with its operator).
    cried_at = models.DateTimeField(null=True)
    company_closed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    result = models.CharField(max_length=10, choices=Result, blank=True, default="")
    closing_words = models.CharField(max_length=500, blank=True, default="", db_default="")

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "incident_id"],
                condition=~Q(state="closed"),
                name="one_open_case_per_incident",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="claimed",
                    owner_id__isnull=False,
                    claimed_at__isnull=False,
                    owner_until__isnull=False,
                )
                | Q(state="requested", owner_id__isnull=True, owner_until__isnull=True)
                | Q(state="closed", owner_until__isnull=True),
                name="claimed_case_has_an_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["requested_at"], name="case_open", condition=~Q(state="closed")),
            models.Index(fields=["requested_at", "company"], name="case_by_time"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.REQUESTED

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    @property
    def is_drill(self) -> bool:
        return self.drill != "none"

    @property
    def possible_results(self) -> list[Result]:
        """Results with which the desk may close it."""
        if self.is_drill:
            return [self.Result.DRILL]
        return [result for result in self.Result if result not in ("drill", "withdrawn")]
