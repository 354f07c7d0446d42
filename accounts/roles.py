"""What a person may be in a company, on the security company's desk, on the platform."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    SUPERVISOR = "supervisor", _("supervisor")
    SITE_MANAGER = "site_manager", _("site manager")
    HR_ADMIN = "hr_admin", _("HR administrator")
    IT_ADMIN = "it_admin", _("IT administrator")
    PRIVACY_AUDITOR = "privacy_auditor", _("reviewer of playback history")
    OCCUPATIONAL_HEALTH = "occupational_health", _("occupational health")
    OPERATOR = "operator", _("operator")
    LEAD = "lead", _("lead operator")
    RESPONDER = "responder", _("responder")
    PLATFORM_ADMIN = "platform_admin", _("platform administrator")


COMPANY_ROLES = (
    Role.SUPERVISOR,
    Role.SITE_MANAGER,
    Role.HR_ADMIN,
    Role.IT_ADMIN,
    Role.PRIVACY_AUDITOR,
    Role.OCCUPATIONAL_HEALTH,
)
