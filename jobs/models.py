"""What must happen at or after a time.

pending -> leased -> (settled)  somebody runs it; done leaves the table in the work's transaction
pending -> handed -> leased     lane 1: a message is on its way to a worker, which then runs it
leased | handed -> pending      its holder's time ran out, it failed, or it asked for another time
pending | handed -> (settled)   cancelled by the transaction that took away its reason
leased -> dead                  failed too often; health says so, and a person decides

Settled jobs lie in a table of their own, which keeps their keys: the one that is searched for work
every second stays small.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Urgency(models.IntegerChoices):
    """Urgency of a job; jobs are claimed in this order, then by time."""

    FIRST = 0, _("alarm")
    RETRY = 1, _("alarm, again")
    DRILL = 2, _("drill")
    REST = 3, _("the rest")


class Job(models.Model):
    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        HANDED = "handed", _("handed to a worker")
        LEASED = "leased", _("running")
        DEAD = "dead", _("failed")

    company = models.ForeignKey("tenants.Company", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=200, unique=True)
    lane = models.PositiveSmallIntegerField(default=1)
    # Who runs it: the clocks, a crew of senders, or the workers.
    crew = models.CharField(max_length=20, db_default="clock")
    urgency = models.PositiveSmallIntegerField(choices=Urgency, db_default=Urgency.FIRST)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    due_at = models.DateTimeField(db_default=Now())
    # How often somebody took it. With the holder it names the claim: an older one is void.
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    failures = models.PositiveIntegerField(default=0, db_default=0)
    lease_until = models.DateTimeField(null=True)
    lease_by = models.TextField(blank=True, default="", db_default="")
    last_error = models.TextField(blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(
                fields=["lane", "crew", "urgency", "due_at"],
                name="job_due",
                condition=Q(state="pending"),
            ),
            models.Index(
                fields=["lease_until"], name="job_held", condition=Q(state__in=["leased", "handed"])
            ),
            models.Index(fields=["due_at"], name="job_dead", condition=Q(state="dead")),
        ]

    def __str__(self) -> str:
        return self.key


class SettledJob(models.Model):
    """A job that is done or cancelled. Its key is not scheduled again."""

    class State(models.TextChoices):
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    key = models.CharField(max_length=200, primary_key=True)
    company = models.ForeignKey(
        "tenants.Company", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=80)
    lane = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField()
    failures = models.PositiveIntegerField()
    last_error = models.TextField(blank=True)
    settled_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("settled job")
        verbose_name_plural = _("settled jobs")
        indexes = [models.Index(fields=["settled_at"], name="job_settled_at")]

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """The last sign of life of a process that runs jobs; gone when it ends in order."""

    class Role(models.TextChoices):
        TIMEKEEPER = "timekeeper", _("timekeeper")
        WORKER = "worker", _("worker")

    name = models.TextField(primary_key=True)
    role = models.CharField(
        max_length=10, choices=Role, default=Role.TIMEKEEPER, db_default=Role.TIMEKEEPER
    )
    at = models.DateTimeField(db_default=Now())
    # Seconds by which its own clock is ahead of the database's.
    skew = models.FloatField(default=0.0, db_default=0.0)
    # Seconds for which it has been busy with the job that it began first.
    busy = models.FloatField(default=0.0, db_default=0.0)

    def __str__(self) -> str:
        return self.name
