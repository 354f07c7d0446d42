"""The record of an alarm.

    open -> closed -> open (まだ続いています reopens)
    desk: none -> asked -> acting -> ended; asked -> unanswered; acting -> asked (returned)

An open incident always has exactly one next move (`next_move` at `next_move_at`); `turn` counts
them. Only `escalation.next_move.apply` writes the columns of the response. What happened are
columns with a time, because several can be true at once: acknowledged_at (somebody saw it) is not
coming_at (somebody is on the way) and not arrived_at. `shown_closed_at` is what the employee's
device shows, which under duress differs from `state`.
"""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models import Device, Employee, Post

if TYPE_CHECKING:
    from incidents.models.event import IncidentEvent
    from incidents.models.tap import Tap

LATE_AFTER = timedelta(minutes=10)
LONGEST_NAME = 300
"""A post is called by its site, floor and name, which must never be too long to write."""


class IncidentQuerySet(models.QuerySet["Incident"]):
    def real(self) -> "IncidentQuerySet":
        return self.filter(drill=Incident.Drill.NONE)

    def open(self) -> "IncidentQuerySet":
        return self.filter(state=Incident.State.OPEN)

    def pressing_first(self) -> "IncidentQuerySet":
        """Real before drills, unseen before seen, and then the newest."""
        is_real = models.Q(drill=Incident.Drill.NONE)
        is_seen = models.Q(acknowledged_at__isnull=False)
        marked = self.annotate(is_real=is_real, is_seen=is_seen)
        return marked.order_by("-is_real", "is_seen", "-opened_at", "-pk")

    def of_holder(self, device: Device) -> "IncidentQuerySet":
        if device.employee_id:
            return self.filter(reporter=device.employee_id)
        return self.filter(post=device.post_id)

    def within_reach_of(self, device: Device) -> "IncidentQuerySet":
        """A revoked device may report, and follow only what it reported itself."""
        found = self.of_holder(device)
        if not device.revoked_at:
            return found
        return found.filter(models.Q(taps__device=device) | models.Q(device=device)).distinct()


class Incident(models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    class Level(models.TextChoices):
        WATCH = "watch", _("watch over me")
        ALARM = "alarm", _("alarm")
        SUPPORT = "support", _("security company")

    class Drill(models.TextChoices):
        NONE = "none", _("no drill")
        INTERNAL = "internal", _("drill")
        JOINT = "joint", _("joint drill")

    class Move(models.TextChoices):
        CALL = "call", _("call the next person")
        CHOOSE = "choose", _("a choice after confirming")
        ARRIVE = "arrive", _("ask the person who set out")
        DESK = "desk", _("an answer of the security company")
        ASK = "ask", _("ask whether it goes on")
        CLOSE = "close", _("ask for the end")

    class Desk(models.TextChoices):
        """Where the request to the security company stands."""

        NONE = "none", pgettext_lazy("security company", "not asked")
        ASKED = "asked", pgettext_lazy("security company", "asked")
        UNANSWERED = "unanswered", pgettext_lazy("security company", "no answer")
        ACTING = "acting", pgettext_lazy("security company", "acting")
        ENDED = "ended", pgettext_lazy("security company", "ended")

    class Outcome(models.TextChoices):
        RESOLVED = "resolved", _("resolved")
        WATCHING = "watching", _("switched to watching over")
        MISTAKEN = "mistaken", _("pressed by mistake")
        DRILL = "drill", _("drill")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField(_("alarm number"), unique=True)
    reporter = models.ForeignKey(
        Employee,
        models.PROTECT,
        verbose_name=_("reporter"),
        null=True,
        related_name="incidents",
    )
    post = models.ForeignKey(
        Post, models.PROTECT, verbose_name=_("post"), null=True, related_name="incidents"
    )
    device = models.ForeignKey(
        Device, models.PROTECT, verbose_name=_("device"), related_name="incidents"
    )
    site = models.ForeignKey(
        "people.Site",
        models.PROTECT,
        verbose_name=_("site"),
        null=True,
        related_name="incidents",
    )
    level = models.CharField(_("level"), max_length=10, choices=Level)
    drill = models.CharField(_("drill"), max_length=10, choices=Drill, default=Drill.NONE)
    silent = models.BooleanField(default=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())
    pressed_at = models.DateTimeField(_("pressed at"), null=True)
    # Since the last cry; first_seen_at is for figures and never cleared.
    acknowledged_at = models.DateTimeField(_("confirmed at"), null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("confirmed by"),
        null=True,
        related_name="+",
    )
    first_seen_at = models.DateTimeField(null=True)
    coming_at = models.DateTimeField(_("set out at"), null=True)
    coming_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    coming_asked_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    arrived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    safe_at = models.DateTimeField(null=True)
    # The first request; desk_at is when the present answer of the desk began to be waited for.
    support_requested_at = models.DateTimeField(_("support requested at"), null=True)
    desk = models.CharField(max_length=10, choices=Desk, default=Desk.NONE)
    desk_at = models.DateTimeField(null=True)
    desk_turn = models.PositiveIntegerField(default=0)
    desk_result = models.CharField(max_length=10, blank=True, default="")
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by_kind = models.CharField(max_length=10, blank=True, default="")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    closed_by_name = models.CharField(
        _("closed by"), max_length=LONGEST_NAME, blank=True, default=""
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True, default="")
    shown_closed_at = models.DateTimeField(null=True)
    upload_until = models.DateTimeField(null=True)

    # The ladder: `round` grows with each cry, lap and end of a case and is part of every dedupe
    # key; `lap` counts how often the ladder has run out since the last cry.
    round = models.PositiveIntegerField(default=1)
    lap = models.PositiveIntegerField(default=0)
    call_at = models.DateTimeField(null=True)
    choice_until = models.DateTimeField(null=True)
    cried_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    again_at = models.DateTimeField(null=True)
    presses = models.PositiveIntegerField(default=0)
    press_waits = models.BooleanField(default=False, db_default=False)
    told_110 = models.BooleanField(default=False)
    remind_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)

    # Who must do what by when.
    turn = models.PositiveIntegerField(default=0)
    next_move = models.CharField(max_length=10, choices=Move, null=True)
    next_move_at = models.DateTimeField(null=True)

    newest_lines: "list[IncidentEvent] | None" = None
    """The newest of each kind, while one answer is composed; None: not read."""
    newest_tap: "Tap | None" = None
    """The same; None: not read, or there is none."""

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ("-opened_at",)
        indexes = [
            models.Index(
                fields=["opened_at"], condition=models.Q(state="open"), name="incident_open"
            ),
            models.Index(fields=["-opened_at", "-id"], name="incident_newest"),
            models.Index(
                fields=["closed_at"],
                condition=models.Q(state="closed", closed_by_kind="user", safe_at=None),
                name="incident_unanswered",
            ),
        ]
        constraints = [
            # Two devices of one person are one incident: decided here, not by the code.
            models.UniqueConstraint(
                fields=["reporter"],
                condition=models.Q(state="open", drill="none"),
                name="one_open_incident_per_employee",
            ),
            models.UniqueConstraint(
                fields=["post"],
                condition=models.Q(state="open", drill="none"),
                name="one_open_incident_per_post",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at__isnull=True)
                | models.Q(state="closed", closed_at__isnull=False),
                name="closed_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state="open", next_move__isnull=False, next_move_at__isnull=False
                )
                | models.Q(state="closed", next_move="ask", next_move_at__isnull=False)
                | models.Q(state="closed", next_move__isnull=True, next_move_at__isnull=True),
                name="open_has_a_next_move",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def holder(self) -> Employee | Post:
        holder = self.reporter or self.post
        assert holder is not None
        return holder

    @property
    def is_awaited(self) -> bool:
        """Somebody has set out or is there."""
        return self.coming_at is not None or self.arrived_at is not None

    @property
    def help_is_settled(self) -> bool:
        """Nobody is being called: somebody comes, the desk has it before it, or all is well."""
        at_the_desk = self.desk in (self.Desk.ASKED, self.Desk.ACTING)
        return not self.is_open or self.is_awaited or at_the_desk or self.safe_at is not None

    def may_upload(self) -> bool:
        return self.is_open or self.upload_until is None or self.upload_until > timezone.now()
