"""Who works where, who answers for whom, and which devices they hold."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.working import Holiday, Leave, WorkPattern

__all__ = [
    "Department", "Device", "Employee", "EnrolmentCode", "Exclusion", "Holiday", "Leave", "Post",
    "Site", "SupervisorAssignment", "WorkPattern",
]  # fmt: skip


class Department(models.Model):
    name = models.CharField(_("name"), max_length=80)
    code = models.CharField(_("code"), max_length=20, unique=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("parent department"),
        null=True,
        blank=True,
        related_name="children",
    )

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=200)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    outline = models.JSONField(
        _("outline"), default=list, blank=True, help_text=_("ring of [longitude, latitude] pairs")
    )
    floors = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("floors"),
        default=list,
        blank=True,
        help_text=_("from below to above, separated by commas"),
    )
    internal_number = models.CharField(_("internal number"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class SiteGuide(models.Model):
    """What whoever comes to help must know of a site. Shown to the desk only within a grant."""

    site = models.OneToOneField(Site, models.CASCADE, related_name="guide")
    prefecture = models.CharField(_("prefecture"), max_length=10)
    police_number = models.CharField(
        _("direct number of the police headquarters"), max_length=20, blank=True
    )
    warnings = models.TextField(_("important"), blank=True)
    code_word = models.CharField(_("code word"), max_length=40, blank=True)
    entrance = models.TextField(_("entrance"), blank=True)
    keys = models.TextField(_("keys"), blank=True)
    approach = models.TextField(_("how to approach"), blank=True)
    camera_url = models.URLField(_("camera system"), blank=True)

    class Meta:
        verbose_name = _("site guide")
        verbose_name_plural = _("site guides")

    def __str__(self) -> str:
        return str(self.site)


class Post(models.Model):
    """A place that holds a device of its own: a counter, a guard room, a shared store phone."""

    class Kind(models.TextChoices):
        COUNTER = "counter", _("counter")
        GUARD_ROOM = "guard_room", _("guard room")
        SHARED_PHONE = "shared_phone", _("shared phone")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, verbose_name=_("site"), related_name="posts")
    floor = models.CharField(_("floor"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.COUNTER)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ("site", "floor", "name")

    def __str__(self) -> str:
        return f"{self.site.name} {self.floor} {self.name}".replace("  ", " ")

    @property
    def full_name(self) -> str:
        return str(self)


class Employee(models.Model):
    class Employment(models.TextChoices):
        REGULAR = "regular", _("regular")
        PART_TIME = "part_time", _("part-time")
        TEMPORARY = "temporary", _("temporary")
        OUTSIDE = "outside", _("outside firm")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("sign-in"),
        null=True,
        blank=True,
        related_name="employee",
        help_text=_("only for those who use the portal or this administration"),
    )
    number = models.CharField(_("employee number"), max_length=20, unique=True)
    family_name = models.CharField(_("family name"), max_length=40)
    given_name = models.CharField(_("given name"), max_length=40)
    family_kana = models.CharField(_("family name (kana)"), max_length=60)
    given_kana = models.CharField(_("given name (kana)"), max_length=60)
    employment = models.CharField(
        _("employment"), max_length=20, choices=Employment, default=Employment.REGULAR
    )
    employer = models.CharField(
        _("employer"), max_length=80, blank=True, help_text=_("empty: this company")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("department"), related_name="employees"
    )
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        verbose_name=_("site"),
        null=True,
        blank=True,
        related_name="employees",
    )
    floor = models.CharField(_("floor"), max_length=20, blank=True)
    job_title = models.CharField(_("job title"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    started_on = models.DateField(_("started on"), default=timezone.localdate)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering = ("family_kana", "given_kana", "number")
        indexes = [
            # Lists show a page of those who are here, in this order: no sort of everybody.
            models.Index(
                fields=["family_kana", "given_kana", "number"],
                condition=Q(ended_on__isnull=True),
                name="employee_here_by_name",
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.family_name} {self.given_name}"

    @property
    def is_current(self) -> bool:
        return self.ended_on is None or self.ended_on >= timezone.localdate()


def at_work(prefix: str = "") -> Q:
    """Employees who have begun or will begin and have not left."""
    open_end = Q(**{f"{prefix}ended_on__isnull": True})
    return open_end | Q(**{f"{prefix}ended_on__gte": timezone.localdate()})


class AssignmentQuerySet(models.QuerySet["SupervisorAssignment"]):
    def in_force(self) -> "AssignmentQuerySet":
        today = timezone.localdate()
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today),
            at_work("supervisor__"),
            starts_on__lte=today,
            supervisor__user__is_active=True,
        )


class SupervisorAssignment(models.Model):
    """Who answers for a department, a site or one person, in which order, and when."""

    supervisor = models.ForeignKey(
        Employee, models.PROTECT, verbose_name=_("supervisor"), related_name="assignments"
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        verbose_name=_("department"),
        null=True,
        blank=True,
        related_name="assignments",
    )
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        verbose_name=_("site"),
        null=True,
        blank=True,
        related_name="assignments",
    )
    employee = models.ForeignKey(
        Employee,
        models.PROTECT,
        verbose_name=_("employee"),
        null=True,
        blank=True,
        related_name="supervised_by",
    )
    priority = models.PositiveSmallIntegerField(_("calling order"), default=1)
    on_site = models.BooleanField(_("is on site"), default=False)
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects: ClassVar[AssignmentQuerySet] = AssignmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("supervisor assignment")
        verbose_name_plural = _("supervisor assignments")
        ordering = ("priority", "pk")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(department__isnull=False, site__isnull=True, employee__isnull=True)
                    | Q(department__isnull=True, site__isnull=False, employee__isnull=True)
                    | Q(department__isnull=True, site__isnull=True, employee__isnull=False)
                ),
                name="assignment_has_one_scope",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="assignment_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        scope = self.employee or self.department or self.site
        return f"{self.supervisor} → {scope} ({self.priority})"


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    def in_force(self) -> "ExclusionQuerySet":
        return self.filter(ended_at__isnull=True)


class Exclusion(models.Model):
    """A conflict of interest: this person learns nothing of one incident, or of one employee."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exclusions")
    employee = models.ForeignKey(
        Employee, models.CASCADE, null=True, blank=True, related_name="exclusions"
    )
    # Incidents stand on a floor above: their public id, without a foreign key.
    incident_id = models.UUIDField(_("incident"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects: ClassVar[ExclusionQuerySet] = ExclusionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        constraints = [
            models.CheckConstraint(
                condition=Q(employee__isnull=False, incident_id__isnull=True)
                | Q(employee__isnull=True, incident_id__isnull=False),
                name="exclusion_has_one_scope",
            ),
            models.UniqueConstraint(
                fields=["user", "employee", "incident_id"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="excluded_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ↛ {self.employee or self.incident_id}"


HELD_BY_ONE = Q(employee__isnull=False, post__isnull=True) | Q(
    employee__isnull=True, post__isnull=False
)


class Device(models.Model):
    """A phone, watch, browser or button. Its holder is an employee or a post, never both."""

    class Kind(models.TextChoices):
        IPHONE = "iphone", "iPhone"
        WATCH = "watch", "Apple Watch"
        ANDROID = "android", "Android"
        WEB = "web", _("web app")
        GPS = "gps", _("GPS terminal")
        # Knows an address to post to and nothing else: a Shortcut, an action button, a call button.
        BUTTON = "button", _("button")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        Employee,
        models.PROTECT,
        verbose_name=_("employee"),
        null=True,
        blank=True,
        related_name="devices",
    )
    post = models.ForeignKey(
        Post,
        models.PROTECT,
        verbose_name=_("post"),
        null=True,
        blank=True,
        related_name="devices",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=80, blank=True)
    token_hash = models.BinaryField(editable=False)
    push = models.JSONField(default=dict, blank=True)
    enrolled_at = models.DateTimeField(_("enrolled at"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [models.CheckConstraint(condition=HELD_BY_ONE, name="device_has_one_holder")]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()

    @property
    def holder(self) -> "Employee | Post":
        holder = self.employee or self.post
        assert holder is not None
        return holder

    @property
    def site(self) -> Site | None:
        return self.employee.site if self.employee else self.post.site if self.post else None

    def revoke(self) -> None:
        """Again it changes nothing. From now on it can only report, and only for who still works
        here."""
        if self.revoked_at is None:
            self.revoked_at = timezone.now()
            self.save(update_fields=["revoked_at"])

    @property
    def may_report(self) -> bool:
        """A press of somebody who works here counts, even from a device that was revoked."""
        return self.employee is None or self.employee.is_current

    def belongs_to_same_holder(self, other: "Device") -> bool:
        return (self.employee_id, self.post_id) == (other.employee_id, other.post_id)


class EnrolmentCodeQuerySet(models.QuerySet["EnrolmentCode"]):
    def good(self) -> "EnrolmentCodeQuerySet":
        return self.filter(expires_at__gt=timezone.now(), revoked_at__isnull=True)


class EnrolmentCode(models.Model):
    """Printed on a sheet. Good for the same person until it expires; only its hash is kept."""

    code_hash = models.BinaryField(unique=True, editable=False)
    employee = models.ForeignKey(Employee, models.CASCADE, null=True, blank=True)
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects: ClassVar[EnrolmentCodeQuerySet] = EnrolmentCodeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("enrolment code")
        verbose_name_plural = _("enrolment codes")
        constraints = [models.CheckConstraint(condition=HELD_BY_ONE, name="code_has_one_holder")]

    def __str__(self) -> str:
        return str(self.employee or self.post)
