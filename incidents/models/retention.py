from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.changes import changes_kept
from web.singleton import SingletonModel, singleton_constraint


def kept_at_least(days: int) -> MinValueValidator:
    return MinValueValidator(days, _("Keep it for at least %(limit_value)s days."))


@changes_kept()
class RetentionSettings(SingletonModel):
    """How long records without a category are kept."""

    keep_unclassified_days = models.PositiveIntegerField(
        _("days for records without a category"), default=365, validators=[kept_at_least(90)]
    )
    keep_drill_days = models.PositiveIntegerField(
        _("days for drills"), default=30, validators=[kept_at_least(7)]
    )

    class Meta:
        verbose_name = _("retention")
        verbose_name_plural = _("retention")
        constraints = [
            singleton_constraint("one_row_of_retention"),
            models.CheckConstraint(
                condition=models.Q(keep_unclassified_days__gte=90, keep_drill_days__gte=7),
                name="retention_is_not_too_short",
            ),
        ]
