"""Who saw, heard or changed what: append-only, hash-chained per stream.

The application may only read these tables; public.audit_append() writes them (audit/sql).
A stream is an incident's or a recording's public id; ``admin`` is the company's own.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def of(self, stream: str) -> "AuditEventQuerySet":
        return self.filter(stream=stream).order_by("seq")


class AuditEvent(models.Model):
    pk = models.CompositePrimaryKey("stream", "seq")
    stream = models.TextField()
    seq = models.BigIntegerField()
    at = models.DateTimeField(_("at"))
    payload = models.JSONField()
    canon = models.TextField()
    prev_hash = models.BinaryField()
    hash = models.BinaryField()

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        db_table = "audit_event"
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq}"


class AuditHead(models.Model):
    """Where a stream stands; a missing last entry shows because this says otherwise."""

    stream = models.TextField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "audit_head"
        verbose_name = _("audit stream")
        verbose_name_plural = _("audit streams")

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq}"
