"""What must happen at or after a time.

pending -> done                 ran to its end
pending -> leased -> done       ran outside the transaction; an expired lease is taken over
pending -> cancelled            by the transaction that took away its reason
pending|leased -> pending       asked to be run again later
pending|leased -> dead          failed too often; health turns red
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        LEASED = "leased", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        DEAD = "dead", _("failed")

    company = models.ForeignKey("tenants.Company", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=200, unique=True)
    lane = models.PositiveSmallIntegerField(default=1)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=60, blank=True, default="")
    last_error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(
                fields=["lane", "due_at"],
                name="job_waiting",
                condition=Q(state__in=["pending", "leased"]),
            ),
            models.Index(
                fields=["done_at"],
                name="job_settled",
                condition=Q(state__in=["done", "cancelled"]),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """The last sign of life of each timekeeper, for the health page."""

    name = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name
