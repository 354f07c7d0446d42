"""What a company decided once for all its devices."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.changes import changes_kept
from web.singleton import SingletonModel, singleton_constraint


@changes_kept()
class AppSettings(SingletonModel):
    class Screen(models.TextChoices):
        DISCREET = "discreet", _("discreet: black, with one dim line")
        BRIGHT = "bright", _("bright: shows at once who knows and who comes")

    screen_after_tap = models.CharField(
        _("screen after the tap"),
        max_length=10,
        choices=Screen,
        default=Screen.DISCREET,
        help_text=_("Discreet does not show the other side that an alarm was raised."),
    )

    class Meta:
        verbose_name = _("app settings")
        verbose_name_plural = _("app settings")
        constraints = [singleton_constraint("one_row_of_app_settings")]
