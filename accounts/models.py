"""People who sign in. Whoever only taps needs no User: the enrolled device is the sign-in."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    SUPERVISOR = "supervisor", _("supervisor")
    HR_ADMIN = "hr_admin", _("HR administrator")
    IT_ADMIN = "it_admin", _("IT administrator")
    PRIVACY_AUDITOR = "privacy_auditor", _("reviewer of playback history")
    OCCUPATIONAL_HEALTH = "occupational_health", _("occupational health")
    OPERATOR = "operator", _("operator")
    LEAD = "lead", _("lead operator")
    RESPONDER = "responder", _("responder")
    PLATFORM_ADMIN = "platform_admin", _("platform administrator")


ADMIN_ROLES = {Role.HR_ADMIN, Role.IT_ADMIN, Role.PLATFORM_ADMIN}


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(_("sign-in name (employee number)"), max_length=60, unique=True)
    email = models.EmailField(_("e-mail"), null=True, blank=True)
    family_name = models.CharField(_("family name"), max_length=40)
    given_name = models.CharField(_("given name"), max_length=40, blank=True)
    family_kana = models.CharField(_("family name (kana)"), max_length=60, blank=True)
    given_kana = models.CharField(_("given name (kana)"), max_length=60, blank=True)
    roles = ArrayField(
        models.CharField(max_length=30, choices=Role), verbose_name=_("roles"), default=list
    )
    language = models.CharField(
        _("language"), max_length=2, choices=[("ja", "日本語"), ("en", "English")], default="ja"
    )
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("created at"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["family_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("family_kana", "given_kana", "pk")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return f"{self.family_name} {self.given_name}".strip()

    def get_short_name(self) -> str:
        return self.family_name

    @property
    def polite_name(self) -> str:
        return _("%(name)s-san") % {"name": self.family_name}

    @property
    def is_staff(self) -> bool:
        return bool(ADMIN_ROLES & set(self.roles))

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, _permission: str, _obj: object = None) -> bool:
        """Django admin asks this. HR may do what the admin offers; others only look at set-up."""
        return self.is_active and bool({Role.HR_ADMIN, Role.PLATFORM_ADMIN} & set(self.roles))

    def has_perms(self, permissions: list[str], obj: object = None) -> bool:
        return all(self.has_perm(permission, obj) for permission in permissions)

    def has_module_perms(self, _app_label: str) -> bool:
        return self.is_active and self.is_staff
