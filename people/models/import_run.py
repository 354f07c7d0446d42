"""One import of employees, kept so that it can be taken back."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

NOTHING = Value([], models.JSONField())


class ImportRun(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(_("file"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), related_name="+"
    )
    at = models.DateTimeField(_("imported at"), auto_now_add=True)
    # [employee's key, fields before or null, fields after]
    changes = models.JSONField(default=list, editable=False)
    # Keys of the assignments that were made.
    links = models.JSONField(default=list, editable=False)
    # [assignment's key, the end it had]: replaced by one of those above
    ended = models.JSONField(default=list, db_default=NOTHING, editable=False)
    # [user's key, roles before or null for somebody new]
    sign_ins = models.JSONField(default=list, db_default=NOTHING, editable=False)
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.file_name

    @property
    def added(self) -> int:
        return sum(before is None for _key, before, _after in self.changes)

    @property
    def changed(self) -> int:
        return len(self.changes) - self.added
