"""Statistics of a closed week, frozen. Only what may be published is ever written here, so no
screen, table, picture or sheet can show more than this table holds; a company that raised its
floor is shown less of it (`selectors.shown_figures`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Department


class WeeklyFigure(models.Model):
    """Of people, each counted once: by the mean of the own answers of that week.

    Good, normal and bad are shares of those who answered, in per cent rounded to tens, which add
    up to 100: a share says nothing about one person among many.
    """

    week = models.DateField(_("week of"), help_text=_("its Monday"))
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    """None: the whole company."""
    people = models.PositiveIntegerField(_("people"))
    answered = models.PositiveIntegerField(_("answered"))
    good = models.PositiveIntegerField(_("good"))
    normal = models.PositiveIntegerField(_("normal"))
    bad = models.PositiveIntegerField(_("bad"))

    class Meta:
        verbose_name = _("weekly figure")
        verbose_name_plural = _("weekly figures")
        ordering = ("week", "department_id")
        constraints = [
            models.UniqueConstraint(
                fields=["week", "department"], nulls_distinct=False, name="one_figure_a_week"
            )
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.department_id or '*'}"
