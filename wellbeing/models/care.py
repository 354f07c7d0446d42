"""Somebody should ask how a person is.

CareTask:   open -> done        by its owner (or occupational health), with an outcome
            done -> open        taken back by the person who settled it, within minutes
FollowUp:   planned -> asked    its day came: a care task was made for the chosen contact
                   -> declined  the person does not want to be contacted
"""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from people.models import Employee

if TYPE_CHECKING:
    from accounts.models import User

TAKEN_BACK_WITHIN = timedelta(minutes=10)


class FollowUpChoice(models.Model):
    """Whom the person wants to be asked by after an incident. No contact: nobody chosen yet."""

    incident = models.OneToOneField(Incident, models.CASCADE, related_name="follow_up_choice")
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    declined = models.BooleanField(default=False)
    chosen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.incident_id)


class FollowUp(models.Model):
    """One of the contacts at +1, +7 and +30 days."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        ASKED = "asked", _("handed to the contact")
        DECLINED = "declined", _("declined")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="follow_ups")
    employee = models.ForeignKey(Employee, models.CASCADE, related_name="follow_ups")
    after_days = models.PositiveSmallIntegerField()
    due_on = models.DateField(_("due on"))
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    answers = models.JSONField(default=dict, blank=True)
    """Of the short question set: question code to answer code, never free text."""

    class Meta:
        verbose_name = _("contact after an incident")
        verbose_name_plural = _("contacts after an incident")
        ordering = ("due_on", "pk")
        constraints = [
            models.UniqueConstraint(fields=["incident", "after_days"], name="one_contact_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} +{self.after_days}"


class CareTaskQuerySet(models.QuerySet["CareTask"]):
    def open(self) -> "CareTaskQuerySet":
        return self.filter(state=CareTask.State.OPEN)

    def settled_just_now(self, user: "User") -> "CareTaskQuerySet":
        """By this person, and nobody else has been told: what was handed on stays handed on."""
        settled = self.filter(
            state=CareTask.State.DONE, done_by=user, done_at__gt=Now() - TAKEN_BACK_WITHIN
        )
        return settled.exclude(outcome=CareTask.Outcome.HANDED_ON)


class CareTask(models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")

    class Outcome(models.TextChoices):
        TALKED = "talked", _("spoke with the person")
        NOT_REACHED = "not_reached", _("could not reach the person")
        HANDED_ON = "handed_on", _("handed to occupational health")
        NOT_NEEDED = "not_needed", _("not needed")

    class Circle(models.TextChoices):
        SUPERVISOR = "supervisor", _("supervisor")
        HEALTH = "health", _("occupational health")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(Employee, models.CASCADE, related_name="care_tasks")
    circle = models.CharField(max_length=10, choices=Circle, default=Circle.SUPERVISOR)
    """Health: asked for by the person without the boss; supervisors never learn of it."""
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="care_tasks"
    )
    follow_up = models.OneToOneField(FollowUp, models.CASCADE, null=True, related_name="care_task")
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=4, choices=State, default=State.OPEN)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = CareTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("care task")
        verbose_name_plural = _("care tasks")
        ordering = ("due_on", "pk")
        indexes = [
            models.Index(
                fields=["due_on", "id"], condition=Q(state="open"), name="open_care_by_due_day"
            )
        ]
        constraints = [
            # New reasons join the open task: nobody is asked twice because two rules agree.
            models.UniqueConstraint(
                fields=["employee", "circle"],
                condition=Q(state="open", follow_up__isnull=True),
                name="one_open_care_task",
            ),
            models.CheckConstraint(
                condition=Q(state="open", done_at__isnull=True, outcome="")
                | (Q(state="done", done_at__isnull=False) & ~Q(outcome="")),
                name="care_done_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class CareReason(models.Model):
    """Why a rule fired, once for each occasion."""

    task = models.ForeignKey(CareTask, models.CASCADE, related_name="reasons")
    employee = models.ForeignKey(Employee, models.CASCADE, related_name="+")
    rule = models.CharField(max_length=20)
    on = models.DateField()
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ("-on", "pk")
        constraints = [
            models.UniqueConstraint(fields=["employee", "rule", "on"], name="one_reason_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.on}"
