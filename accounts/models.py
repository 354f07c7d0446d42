"""People who sign in. Somebody who only taps needs no User: the enrolled device is the sign-in."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Subject, administers, can
from accounts.roles import Role
from accounts.romaji import family_name_shown, full_name_shown
from audit.actors import Actor
from audit.changes import changes_kept
from jobs.services import announce
from tenants.context import current_company
from tenants.schemas import current_schema
from web import sealed_values
from web.appearance import Appearance

__all__ = [
    "Invitation",
    "RefusedSignIn",
    "Role",
    "SavedView",
    "SingleSignOn",
    "User",
    "UserManager",
]


STANDING_LOST = "accounts.standing_lost"
"""A fact: somebody's sign-in was switched off, or a role taken."""
_STANDING = {"is_active", "roles"}


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


@changes_kept(apart_from=["appearance", "password", "last_login"])
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
    appearance = models.CharField(
        _("appearance"),
        max_length=6,
        choices=Appearance,
        default=Appearance.SYSTEM,
        db_default=Appearance.SYSTEM,
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

    @transaction.atomic(savepoint=False)
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Announce it when a sign-in ends or a role is taken: an open alarm may be waiting for this
        person."""
        fields = kwargs.get("update_fields")
        standing = None if fields and not _STANDING & set(fields) else self._standing()
        super().save(*args, **kwargs)
        if standing and standing - self._present_standing():
            self._announce_loss()

    def _standing(self) -> set[str]:
        """Roles and activity as stored: what this person can be asked for."""
        roles = User.objects.filter(pk=self.pk, is_active=True).values_list("roles", flat=True)
        return {"active", *roles[0]} if self.pk and roles else set()

    def _present_standing(self) -> set[str]:
        return {"active", *self.roles} if self.is_active else set()

    def _announce_loss(self) -> None:
        company = current_company()
        announce(
            company,
            fact=STANDING_LOST,
            key=f"{company.schema}:{self.pk}:{uuid.uuid4().hex[:8]}",
            payload={"user": self.pk},
        )

    def get_full_name(self) -> str:
        return f"{self.family_name} {self.given_name}".strip()

    def get_short_name(self) -> str:
        return self.family_name

    @property
    def shown_name(self) -> str:
        """For readers; what is recorded has the name as it is written (``get_full_name``)."""
        return full_name_shown(self)

    @property
    def polite_name(self) -> str:
        return _("%(name)s-san") % {"name": family_name_shown(self)}

    def as_actor(self) -> Actor:
        return Actor(
            kind="user",
            id=str(self.public_id),
            name=self.get_full_name(),
            roles=frozenset(self.roles),
            user_id=self.pk,
        )

    @property
    def is_staff(self) -> bool:
        """Whether any page of an admin site is for this person; which ones, ``has_perm`` says."""
        return administers(frozenset(self.roles))

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, permission: str, _obj: object = None) -> bool:
        """Django admin asks ``people.change_employee``; the table of ``can()`` answers."""
        app, _dot, codename = permission.partition(".")
        verb, _underscore, model = codename.partition("_")
        return self.is_active and can(self.as_actor(), verb, Subject(f"{app}.{model}"))

    def has_perms(self, permissions: list[str], obj: object = None) -> bool:
        return all(self.has_perm(permission, obj) for permission in permissions)

    def has_module_perms(self, _app_label: str) -> bool:
        return self.is_active and self.is_staff


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def good(self) -> "InvitationQuerySet":
        return self.filter(used_at__isnull=True, replaced_at__isnull=True, expires_at__gt=Now())


class Invitation(models.Model):
    """A sign-in waiting for its password: good -> used | replaced by a newer one | expired."""

    class State(models.TextChoices):
        GOOD = "good", _("waiting")
        USED = "used", _("accepted")
        REPLACED = "replaced", _("replaced by a newer one")
        EXPIRED = "expired", _("expired")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return str(self.user)

    @property
    def state(self) -> "Invitation.State":
        if self.used_at:
            return self.State.USED
        if self.replaced_at:
            return self.State.REPLACED
        return self.State.EXPIRED if self.expires_at <= timezone.now() else self.State.GOOD


@changes_kept(apart_from=["sealed_secret"])
class SingleSignOn(models.Model):
    """The company's own sign-in, by OpenID Connect. No row: there is none.

    django-allauth's SocialApp is made of it in memory, because its table would keep the secret
    readable.
    """

    is_on = models.BooleanField(
        _("on"),
        default=False,
        help_text=_("Shows the button on the sign-in page. Passwords keep working beside it."),
    )
    issuer = models.CharField(
        _("issuer address"),
        max_length=300,
        help_text=_("As your identity provider calls itself, for example https://login.example.jp"),
    )
    client_id = models.CharField(_("client ID"), max_length=191)
    sealed_secret = models.BinaryField(editable=False)
    email_domains = ArrayField(
        models.CharField(max_length=253),
        verbose_name=_("e-mail domains"),
        help_text=_("It may speak for addresses of these domains only. Several: with commas."),
    )

    class Meta:
        verbose_name = _("single sign-on")
        verbose_name_plural = _("single sign-on")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_single_sign_on")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def in_use(cls) -> "SingleSignOn | None":
        return cls.objects.filter(is_on=True).first()

    @property
    def secret(self) -> str:
        return sealed_values.open_for(
            current_schema(), b"single sign-on", bytes(self.sealed_secret)
        ).decode()

    @secret.setter
    def secret(self, plain: str) -> None:
        self.sealed_secret = sealed_values.seal_for(
            current_schema(), b"single sign-on", plain.encode()
        )


class RefusedSignIn(models.Model):
    """Why somebody could not sign in, for the people asked to help. Never what was typed.

    Equal refusals of one hour are one row with a count, so trying all night fills no disk.
    """

    class Method(models.TextChoices):
        PASSWORD = "password", _("password")
        PASSKEY = "passkey", _("passkey")
        CODE = "code", _("code of the second factor")
        SINGLE_SIGN_ON = "sso", _("single sign-on")

    class Reason(models.TextChoices):
        UNKNOWN = "unknown", _("nobody has this sign-in name")
        PASSWORD = "password", _("wrong password")
        NO_PASSWORD = "no_password", _("no password chosen yet")
        SWITCHED_OFF = "switched_off", _("the sign-in is switched off")
        CODE = "code", _("wrong code, or used before")
        PASSKEY = "passkey", _("passkey not accepted")
        TOO_MANY = "too_many", _("too many attempts, has to wait")
        SSO_UNKNOWN = "sso_unknown", _("the company account belongs to nobody here")
        SSO_OTHER = "sso_other", _("connected with another company account")
        SSO_CANCELLED = "sso_cancelled", _("stopped on the company's own page")
        SSO_FAILED = "sso_failed", _("the company's own sign-in gave no good answer")
        SSO_BUSY = "sso_busy", _("many were signing in at once")

    hour = models.DateTimeField()
    last_at = models.DateTimeField(_("last at"))
    method = models.CharField(_("way to sign in"), max_length=10, choices=Method)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="refusals", verbose_name=_("who")
    )
    network = models.CharField(_("network"), max_length=43)
    times = models.PositiveIntegerField(_("times"))

    class Meta:
        verbose_name = _("refused sign-in")
        verbose_name_plural = _("refused sign-ins")
        ordering = ("-last_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "method", "reason", "user", "network"],
                nulls_distinct=False,
                name="refused_sign_in_of_an_hour",
            )
        ]

    def __str__(self) -> str:
        return str(self.get_reason_display())


class SavedView(models.Model):
    """What somebody had a list of the administration show: its address, under a name."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    list = models.CharField(max_length=60)
    name = models.CharField(_("name of the view"), max_length=40)
    query = models.CharField(max_length=500)
    is_shared = models.BooleanField(_("for everybody who may open this list"), default=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(fields=["owner", "list", "name"], name="one_view_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name
