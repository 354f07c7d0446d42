"""Sending responders.

    requested -> accepted -> en_route -> arrived -> left
    arrived -> en_route              when the arrival was reported by mistake
    reserved -> requested            when the responder's earlier dispatch ends (次に出動)
    requested -> declined            by the responder
    reserved|requested|accepted|en_route -> cancelled   by the operator

Every step's time is the database's. `arrive_by` (25 minutes) and `leave_by` (1 hour) are deadlines;
jobs raise what has passed them. A responder's own position is kept only as the latest one.
"""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from operations.models.case import Case

ACTIVE = ("requested", "accepted", "en_route", "arrived")


class Base(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    prefecture = models.CharField(_("prefecture"), max_length=10)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))

    class Meta:
        verbose_name = _("base")
        verbose_name_plural = _("bases")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Responder(models.Model):
    """A unit of the security company: one sign-in, known by its call sign."""

    class Travel(models.TextChoices):
        CAR = "car", _("car")
        FOOT = "foot", _("on foot")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user_id = models.UUIDField(unique=True)
    call_sign = models.CharField(_("call sign"), max_length=10, unique=True)
    base = models.ForeignKey(Base, models.PROTECT, related_name="responders")
    travel = models.CharField(_("travels"), max_length=5, choices=Travel, default=Travel.CAR)
    on_duty = models.BooleanField(_("on duty"), default=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    located_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("responder")
        verbose_name_plural = _("responders")
        ordering = ("call_sign",)

    def __str__(self) -> str:
        return self.call_sign

    @property
    def place(self) -> tuple[float, float]:
        """The latest position, else the base."""
        if self.latitude is None or self.longitude is None:
            return self.base.latitude, self.base.longitude
        return self.latitude, self.longitude


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    def active(self) -> "DispatchQuerySet":
        return self.filter(state__in=ACTIVE)

    def sent(self) -> "DispatchQuerySet":
        """Orders that are active, were carried out, or were called back after acceptance."""
        return self.filter(Q(state__in=(*ACTIVE, "left")) | Q(accepted_at__isnull=False))

    def reserved(self) -> "DispatchQuerySet":
        return self.filter(state=Dispatch.State.RESERVED)


class Dispatch(models.Model):
    class State(models.TextChoices):
        RESERVED = "reserved", _("goes next")
        REQUESTED = "requested", _("asked to go")
        ACCEPTED = "accepted", _("order accepted")
        EN_ROUTE = "en_route", _("under way")
        ARRIVED = "arrived", _("arrived")
        LEFT = "left", _("has left the scene")
        DECLINED = "declined", _("cannot go")
        CANCELLED = "cancelled", _("called back")

    class Result(models.TextChoices):
        CALMED = "calmed", _("the situation calmed down")
        POLICE = "police", _("handed to the police")
        GONE = "gone", _("nobody was there any more")
        INJURED = "injured", _("somebody is hurt")

    ARRIVE_WITHIN: ClassVar[timedelta] = timedelta(minutes=25)
    LEAVE_WITHIN: ClassVar[timedelta] = timedelta(hours=1)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="dispatches")
    responder = models.ForeignKey(Responder, models.PROTECT, related_name="dispatches")
    requested_by = models.UUIDField()
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    requested_at = models.DateTimeField(db_default=Now())
    # What was only reserved, and then let go, was never sent.
    sent_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    departed_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    arrive_by = models.DateTimeField(db_default=Now() + timedelta(minutes=25))
    leave_by = models.DateTimeField(db_default=Now() + timedelta(hours=1))
    late_at = models.DateTimeField(null=True)
    over_limit_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=10, choices=Result, blank=True, default="")

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        ordering = ("requested_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["responder"],
                condition=Q(state__in=ACTIVE),
                name="one_active_dispatch_per_responder",
            ),
            models.UniqueConstraint(
                fields=["responder"],
                condition=Q(state="reserved"),
                name="one_reservation_per_responder",
            ),
            models.CheckConstraint(
                condition=(Q(arrived_at__isnull=True) | Q(departed_at__isnull=False))
                & (Q(departed_at__isnull=True) | Q(accepted_at__isnull=False))
                & (Q(left_at__isnull=True) | Q(arrived_at__isnull=False)),
                name="dispatch_steps_in_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def since(self) -> datetime:
        """Time of its last reported step."""
        steps = (self.left_at, self.arrived_at, self.departed_at, self.accepted_at)
        return next((at for at in steps if at is not None), self.requested_at)
