"""What a company decided about check-ins."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.changes import changes_kept
from web.singleton import SingletonModel, singleton_constraint
from wellbeing.statistics import MINIMUM_GROUP_SIZE

RULE_NAMES = {
    "bad_now": _("bad today"),
    "drop": _("from good to bad"),
    "many_bad": _("several times bad within some days"),
    "silence": _("no answer for several working days"),
    "flat": _("the same answer many days running"),
}


class IconSet(models.TextChoices):
    """What the three answers look like; the signs themselves are in wellbeing/icons.py."""

    FACES = "faces", _("faces")
    WEATHER = "weather", _("weather: sun, cloud, rain")
    MARKS = "marks", _("marks: ◎ ○ △")
    OWN = "own", _("own signs")


def own_sign(name: Any) -> "models.CharField[str, str]":
    return models.CharField(name, max_length=16, blank=True, default="")


@changes_kept()
class WellbeingSettings(SingletonModel):
    is_on = models.BooleanField(_("daily condition"), default=True)
    outside_firms = models.BooleanField(_("also for staff of outside firms"), default=False)
    reminds = models.BooleanField(_("remind those who have not answered"), default=True)
    remind_after_minutes = models.PositiveSmallIntegerField(
        _("minutes after work starts"), default=30
    )
    small_group_floor = models.PositiveSmallIntegerField(
        _("smallest group in figures"),
        default=MINIMUM_GROUP_SIZE,
        validators=[
            MinValueValidator(
                MINIMUM_GROUP_SIZE,
                _("Figures of fewer than %(limit_value)s people could show who said what."),
            )
        ],
        help_text=_("Five or more. It applies at once, to the weeks already shown as well."),
    )
    keep_days = models.PositiveIntegerField(_("days that answers are kept"), default=730)
    # Named sheets leave the screen's protection: only on by HR, with a reason.
    exports_on = models.BooleanField(_("named lists may be printed and exported"), default=False)
    exports_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("allowed by"),
        null=True,
        blank=True,
        related_name="+",
    )
    exports_reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    exports_since = models.DateTimeField(_("allowed since"), null=True, blank=True)
    icon_set = models.CharField(
        _("signs of the answers"), max_length=10, choices=IconSet, default=IconSet.FACES
    )
    own_good = own_sign(_("sign for good"))
    own_normal = own_sign(_("sign for normal"))
    own_bad = own_sign(_("sign for bad"))

    class Meta:
        verbose_name = _("condition settings")
        verbose_name_plural = _("condition settings")
        constraints = [
            singleton_constraint("one_row_of_settings"),
            models.CheckConstraint(
                condition=models.Q(small_group_floor__gte=MINIMUM_GROUP_SIZE),
                name="floor_is_never_lowered",
            ),
            models.CheckConstraint(
                condition=models.Q(exports_on=False)
                | (models.Q(exports_by__isnull=False) & ~models.Q(exports_reason="")),
                name="exports_have_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(icon_set=IconSet.OWN)
                | ~(models.Q(own_good="") | models.Q(own_normal="") | models.Q(own_bad="")),
                name="own_signs_are_three",
            ),
        ]


@changes_kept()
class RuleSetting(models.Model):
    """A rule that this company changed; see wellbeing/rules.py for what the numbers mean."""

    rule = models.CharField(_("rule"), max_length=20, unique=True)
    is_on = models.BooleanField(_("on"), default=True)
    # Every day in it is read of everybody, so the rules look back for a few months at most.
    count = models.PositiveSmallIntegerField(
        _("times"), null=True, blank=True, validators=[MaxValueValidator(60)]
    )
    within_days = models.PositiveSmallIntegerField(
        _("within days"), null=True, blank=True, validators=[MaxValueValidator(90)]
    )

    class Meta:
        verbose_name = _("care rule")
        verbose_name_plural = _("care rules")

    def __str__(self) -> str:
        return str(RULE_NAMES.get(self.rule, self.rule))


@changes_kept()
class SupportLine(models.Model):
    """Somebody outside one's own line to talk to. Who reads or calls it is not recorded."""

    name = models.CharField(_("name"), max_length=80)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    url = models.URLField(_("web page"), blank=True)
    hours = models.CharField(_("hours"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        verbose_name = _("support line")
        verbose_name_plural = _("support lines")
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return self.name
