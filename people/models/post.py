"""A place at a site that can be called, and can call."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.changes import changes_kept
from people.models.site import Site


@changes_kept()
class Post(models.Model):
    """A place that holds a device of its own: a counter, a guard room, a shared store phone."""

    class Kind(models.TextChoices):
        COUNTER = "counter", _("counter")
        GUARD_ROOM = "guard_room", _("guard room")
        SHARED_PHONE = "shared_phone", _("shared phone")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, verbose_name=_("site"), related_name="posts")
    floor = models.CharField(_("floor"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.COUNTER)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ("site", "floor", "name")

    def __str__(self) -> str:
        return f"{self.site.name} {self.floor} {self.name}".replace("  ", " ")

    @property
    def full_name(self) -> str:
        return str(self)

    @property
    def shown_name(self) -> str:
        return str(self)
