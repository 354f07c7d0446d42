"""Statistics of a closed week, frozen. Only what may be published is ever written here, so no
screen, table, picture or sheet can show more than this table holds; a company that raised its
floor is shown less of it (`selectors.shown_figures`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Department


class WeeklyFigure(models.Model):
    """Good, normal and bad are shares of all answers of the week, in per cent rounded to tens that
    add up to 100: a bad day is not lost in somebody's good week, and a share says nothing about one
    person among many."""

    week = models.DateField(_("week of"), help_text=_("its Monday"))
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    """None: the whole company."""
    people = models.PositiveIntegerField(_("people"))
    answered = models.PositiveIntegerField(_("answered"))
    good = models.PositiveIntegerField(_("good"))
    normal = models.PositiveIntegerField(_("normal"))
    bad = models.PositiveIntegerField(_("bad"))
    of_answers = models.BooleanField(db_default=False)
    """False: frozen when shares were still of people, by their mean; not to be set beside these."""

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

    @property
    def response_rate(self) -> int:
        """Share of people who answered, in per cent."""
        return round(100 * self.answered / self.people)


class IncidentFigure(models.Model):
    """How people were in the two weeks after their incident, against the two weeks before it: of
    all who reported in one quarter, frozen once. No other figure is about this, so nothing can be
    taken from it; quarters are about different incidents."""

    quarter = models.DateField(_("quarter"), unique=True, help_text=_("its first day"))
    at_least = models.PositiveIntegerField(_("people"), help_text=_("in steps of five"))
    better = models.PositiveIntegerField(_("better"))
    same = models.PositiveIntegerField(_("as before"))
    worse = models.PositiveIntegerField(_("worse"))

    class Meta:
        verbose_name = _("figure about incidents")
        verbose_name_plural = _("figures about incidents")
        ordering = ("quarter",)

    def __str__(self) -> str:
        return str(self.quarter)
