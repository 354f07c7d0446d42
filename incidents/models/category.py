from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from audit.changes import changes_kept
from incidents.models.incident import LONGEST_NAME, Incident
from incidents.models.retention import kept_at_least


@changes_kept()
class Category(models.Model):
    """What kind of harassment it was. Both official lists are there from the beginning, and the
    company may rename, reorder, switch off and add; what was used is never deleted."""

    class Taxonomy(models.TextChoices):
        ACTS = "acts", _("acts (ministry's manual)")
        TYPES = "types", _("nine types (ministry's manual)")
        OWN = "own", _("own categories")

    taxonomy = models.CharField(_("list"), max_length=6, choices=Taxonomy, default=Taxonomy.OWN)
    name = models.CharField(_("name"), max_length=60)
    name_in_english = models.CharField(_("name in English"), max_length=60, blank=True)
    corresponds_to = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("corresponds to the type"),
        null=True,
        blank=True,
        limit_choices_to={"taxonomy": Taxonomy.TYPES},
        related_name="+",
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    is_on = models.BooleanField(_("offered"), default=True)
    keep_days = models.PositiveIntegerField(
        _("days that records are kept"), default=1825, validators=[kept_at_least(30)]
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("taxonomy", "order", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["taxonomy", "name"],
                name="one_category_of_a_name",
                violation_error_message=_("This list already has a category of this name."),
            ),
            models.CheckConstraint(
                condition=models.Q(keep_days__gte=30), name="category_is_kept_a_month"
            ),
        ]

    def __str__(self) -> str:
        in_english = get_language() == "en" and self.name_in_english
        return self.name_in_english if in_english else self.name


class Classification(models.Model):
    """One category of an incident. The categories of the record cannot be deleted under it."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="classifications")
    category = models.ForeignKey(Category, models.PROTECT, related_name="classifications")
    by_name = models.CharField(max_length=LONGEST_NAME)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("classification")
        verbose_name_plural = _("classifications")
        constraints = [
            models.UniqueConstraint(fields=["incident", "category"], name="classified_once")
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.category_id}"
