"""引き継ぎメモ: what those who come on duty have to know, whatever case they hold.

It stands on every console until somebody ticks it off. Every operator reads it, so it names nobody
who asked for help.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class MemoQuerySet(models.QuerySet["Memo"]):
    def standing(self) -> "MemoQuerySet":
        return self.filter(done_at=None)


class Memo(models.Model):
    LONGEST = 300

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_id = models.UUIDField(unique=True)
    text = models.CharField(max_length=LONGEST)
    written_by = models.UUIDField()
    written_at = models.DateTimeField(db_default=Now())
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)

    objects = MemoQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over memo")
        verbose_name_plural = _("hand-over memos")
        ordering = ("-written_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="memo_ticked_off_by_somebody",
            )
        ]
        indexes = [
            models.Index(fields=["written_at"], name="memo_standing", condition=Q(done_at=None))
        ]

    def __str__(self) -> str:
        return self.text
