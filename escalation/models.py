"""The contact rules that HR sets, and the contact plan of one incident, frozen when it was raised:
later changes of the rules or of who answers for whom do not touch a running alarm. And exercises:
announced -> running -> over; passed_at says that a supervisor saw a drill tap of it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.changes import changes_kept
from incidents.models import Incident
from people.models import Department, Device, Employee, Site
from people.supervision.selectors import departments_of

LONGEST_EXERCISE = timedelta(hours=4)
# Shorter, nobody has the time to answer; longer, the person in need waits for nothing. The security
# company comes after the last person, so the longest step also bounds how far it can be pushed.
STEP_SECONDS = (15, 180)
CHOICE_SECONDS = (30, 300)
STEP_REFUSED = _(
    "Choose 15 to 180 seconds. Shorter, people have no time to answer; longer, help comes too late."
)
CHOICE_REFUSED = _(
    "Choose 30 to 300 seconds. Shorter, people have no time to decide; longer, help comes too late."
)


def within(limits: tuple[int, int], refused: Any) -> list[Any]:
    shortest, longest = limits
    return [MinValueValidator(shortest, refused), MaxValueValidator(longest, refused)]


@changes_kept()
class ContactRule(models.Model):
    """Pace of the ladder, at one site or (without a site) in the company. No row: the
    defaults. There is nothing in it that takes the security company off a ladder."""

    site = models.ForeignKey(
        Site,
        models.CASCADE,
        verbose_name=_("site"),
        null=True,
        blank=True,
        related_name="contact_rules",
        help_text=_("Empty: the whole company. A site with a rule of its own follows that one."),
    )
    step_seconds = models.SmallIntegerField(
        _("seconds until the next person is called"),
        default=30,
        validators=within(STEP_SECONDS, STEP_REFUSED),
        help_text=_("15 to 180. Usual: 30."),
    )
    choice_seconds = models.SmallIntegerField(
        _("seconds to choose after confirming"),
        default=60,
        validators=within(CHOICE_SECONDS, CHOICE_REFUSED),
        help_text=_(
            "30 to 300. Usual: 60. Seen is not coming: without a choice others are called."
        ),
    )

    class Meta:
        verbose_name = _("contact rule")
        verbose_name_plural = _("contact rules")
        ordering = (F("site__name").asc(nulls_first=True),)
        constraints = [
            models.UniqueConstraint(
                fields=["site"],
                nulls_distinct=False,
                name="one_contact_rule_a_place",
                violation_error_message=_("There is a rule for it already. Change that one."),
            ),
            models.CheckConstraint(
                condition=Q(step_seconds__range=STEP_SECONDS), name="contact_rule_calls_in_time"
            ),
            models.CheckConstraint(
                condition=Q(choice_seconds__range=CHOICE_SECONDS), name="contact_rule_asks_in_time"
            ),
        ]

    def __str__(self) -> str:
        return self.site.name if self.site else gettext("Whole company")


class Rung(models.Model):
    """People who are called together. Frozen with the alarm, with the rule as it was then; a cry
    long after that appends those responsible since, and HR is appended when called."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="rungs")
    order = models.PositiveSmallIntegerField()
    after_seconds = models.PositiveIntegerField()
    step_seconds = models.PositiveSmallIntegerField(db_default=30)
    choice_seconds = models.PositiveSmallIntegerField(db_default=60)
    user_ids = ArrayField(models.BigIntegerField(), default=list)
    on_site = models.BooleanField(default=False)
    asks_support = models.BooleanField(default=False)
    is_hr = models.BooleanField(default=False)
    frozen_at = models.DateTimeField(db_default=Now())
    first_called_at = models.DateTimeField(null=True)
    # The round in which it was called last: "called in this round" is called_round == round.
    called_round = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("order",)
        constraints = [
            models.UniqueConstraint(fields=["incident", "order"], name="one_rung_per_order")
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.order}"


class ExerciseQuerySet(models.QuerySet["Exercise"]):
    def around(self, moment: object) -> "ExerciseQuerySet":
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)

    def of(self, device: Device) -> "ExerciseQuerySet":
        """Exercises that the holder of a device takes part in."""
        condition = Q(site=device.site) if device.site else Q(pk__in=[])
        if isinstance(device.holder, Employee):
            condition |= Q(department__in=departments_of(device.holder))
        return self.filter(condition)


class Exercise(models.Model):
    """A drill period in which participants' buttons ask whether it is meant in earnest. So it
    is short, and for a site or a department, never for a company."""

    site = models.ForeignKey(Site, models.PROTECT, verbose_name=_("site"), null=True, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("department"), null=True, blank=True
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    announced_at = models.DateTimeField(_("announced at"), auto_now_add=True)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("announced by"), related_name="+"
    )
    passed_at = models.DateTimeField(_("passed at"), null=True, editable=False)
    passed_with = models.ForeignKey(
        Incident, models.SET_NULL, verbose_name=_("alarm"), null=True, editable=False
    )

    objects = ExerciseQuerySet.as_manager()

    class Meta:
        verbose_name = _("exercise")
        verbose_name_plural = _("exercises")
        ordering = ("-starts_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(site__isnull=False, department__isnull=True)
                | Q(site__isnull=True, department__isnull=False),
                name="exercise_has_one_scope",
            ),
            # One that was forgotten must not stand between people and help.
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at"))
                & Q(ends_at__lte=F("starts_at") + LONGEST_EXERCISE),
                name="exercise_is_short",
            ),
        ]

    def __str__(self) -> str:
        return str(self.site or self.department)
