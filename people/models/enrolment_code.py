"""What makes a phone somebody's device."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.device import HELD_BY_ONE
from people.models.employee import Employee
from people.models.post import Post


class EnrolmentCodeQuerySet(models.QuerySet["EnrolmentCode"]):
    def good(self) -> "EnrolmentCodeQuerySet":
        return self.filter(expires_at__gt=timezone.now(), revoked_at__isnull=True)


class EnrolmentCode(models.Model):
    """Printed on a sheet. Good for the same person until it expires; only its hash is kept."""

    code_hash = models.BinaryField(unique=True, editable=False)
    employee = models.ForeignKey(Employee, models.CASCADE, null=True, blank=True)
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = EnrolmentCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment code")
        verbose_name_plural = _("enrolment codes")
        constraints = [models.CheckConstraint(condition=HELD_BY_ONE, name="code_has_one_holder")]

    def __str__(self) -> str:
        return str(self.employee or self.post)
