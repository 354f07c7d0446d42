"""HR's pages for people and places. Who sees which is in accounts.permissions."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, StackedInline

from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.people_search import PeopleSearchMixin
from accounts.permissions import HR, SET_UP, Subject, administer, can
from accounts.requests import signed_in
from accounts.saved_views import SavedViewsMixin
from people.admin.filters import (
    AtWorkFilter,
    CoveredFilter,
    DeviceStateFilter,
    EnrolledFilter,
    InForceFilter,
    PostCoveredFilter,
)
from people.admin.imports import ImportsEmployees
from people.admin.planned_changes import WithdrawsPlans
from people.employment.departures import schedule_leaving
from people.imports.undo import AlreadyUndone, CannotUndo, undo_import
from people.models import (
    Department,
    Device,
    Employee,
    ImportRun,
    Post,
    Site,
    SiteGuide,
    SupervisorAssignment,
    at_work,
)
from web.admin_decorators import action, display
from web.model_form import ModelForm


class HoldersAdmin(PeopleSearchMixin):
    """Employees and posts: both hold devices."""

    holder_kind: str
    actions = ("make_sheets",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        devices = Device.objects.in_use().filter(**{self.holder_kind: OuterRef("pk")})
        holders: QuerySet[Any] = super().get_queryset(request).annotate(is_enrolled=Exists(devices))
        return holders

    def has_issue_permission(self, request: HttpRequest) -> bool:
        return can(signed_in(request).as_actor(), "issue", Subject("enrolment_code"))

    @action(description=_("Make enrolment sheets"), permissions=["issue"])
    def make_sheets(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        """Lead to the sheets' page, which asks before it makes anything."""
        keys = [(self.holder_kind, key) for key in queryset.values_list("pk", flat=True)]
        return HttpResponseRedirect(f"{reverse('hr:sheets')}?{urlencode(keys)}")

    @display(description=_("device"), label={"yes": "success", "no": "warning"})
    def enrolment(self, holder: Any) -> tuple[str, Any]:
        return ("yes", _("enrolled")) if holder.is_enrolled else ("no", _("not enrolled yet"))


@company_list(Employee, MenuEntry(MenuGroup.PEOPLE, 10, "badge"), look=SET_UP, change=HR)
class EmployeeAdmin(SavedViewsMixin, WithdrawsPlans, ImportsEmployees, HoldersAdmin):
    holder_kind = "employee"
    list_display = (
        "person",
        "number",
        "department",
        "site",
        "job_title",
        "kind_of_employment",
        "enrolment",
        "started_on",
    )
    list_display_links = ("person",)
    list_select_related = ("department", "site")
    list_filter = (AtWorkFilter, "department", "site", "employment", EnrolledFilter, CoveredFilter)
    search_fields = ("number", "email")
    search_help_text = _("number, name, kana or e-mail")
    autocomplete_fields = ("department", "other_departments", "site", "user")
    change_form_outer_before_template = "admin/people/employee/provisioned.html"
    list_per_page = 50
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("family_name", "given_name"),
                    ("family_kana", "given_kana"),
                    "number",
                )
            },
        ),
        (
            _("Work"),
            {
                "fields": (
                    ("employment", "employer"),
                    ("department", "job_title"),
                    "other_departments",
                    ("site", "floor"),
                    ("started_on", "ended_on"),
                )
            },
        ),
        (_("How to reach"), {"fields": (("email", "phone"), "user")}),
    )

    def save_model(self, request: HttpRequest, obj: Employee, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "ended_on" in form.changed_data:
            schedule_leaving(obj)

    @display(description=_("name"), header=True, ordering="family_kana")
    def person(self, employee: Employee) -> list[Any]:
        return [
            employee.full_name,
            f"{employee.family_kana} {employee.given_kana}",
            employee.family_name[:1],
        ]

    @display(description=_("employment"), ordering="employment")
    def kind_of_employment(self, employee: Employee) -> str:
        kind = employee.get_employment_display()
        return f"{kind} ({employee.employer})" if employee.employer else str(kind)


@company_list(
    Post, MenuEntry(MenuGroup.PLACES, 20, "storefront"), look=SET_UP, change=SET_UP, delete=HR
)
class PostAdmin(HoldersAdmin):
    holder_kind = "post"
    list_display = ("name", "kind", "site", "floor", "enrolment")
    list_select_related = ("site",)
    list_filter = ("site", "kind", EnrolledFilter, PostCoveredFilter)
    people = ()
    search_fields = ("name", "site__name", "floor")
    search_help_text = _("name, site or floor")
    fields = ("name", "kind", ("site", "floor"))


@company_list(
    Department, MenuEntry(MenuGroup.PEOPLE, 20, "account_tree"), look=SET_UP, change=HR, delete=HR
)
class DepartmentAdmin(ModelAdmin):
    list_display = ("name", "code", "parent", "people", "supervisors")
    list_select_related = ("parent",)
    search_fields = ("name", "code")
    search_help_text = _("name or code")
    ordering = ("code",)  # said again, because counting drops the model's
    autocomplete_fields = ("parent",)
    fields = (("name", "code"), "parent")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Department]:
        in_force = SupervisorAssignment.objects.in_force().filter(department=OuterRef("pk"))
        departments: QuerySet[Department] = super().get_queryset(request)
        return departments.annotate(
            people_now=Count("employees", filter=at_work("employees__")),
            is_covered=Exists(in_force),
        )

    @display(description=_("employees"), ordering="people_now")
    def people(self, department: Any) -> int:
        return int(department.people_now)

    @display(description=_("supervisor"), label={"yes": "success", "no": "danger"})
    def supervisors(self, department: Any) -> tuple[str, Any]:
        return ("yes", _("assigned")) if department.is_covered else ("no", _("nobody assigned"))


class SiteGuideInline(StackedInline):
    """What the security company's people must know on their way; shown to them within a case."""

    model = SiteGuide
    extra = 0
    can_delete = False


administer("people.siteguide", look=SET_UP, change=HR)


@company_list(
    Site, MenuEntry(MenuGroup.PLACES, 10, "location_on"), look=SET_UP, change=SET_UP, delete=HR
)
class SiteAdmin(ModelAdmin):
    inlines = (SiteGuideInline,)
    list_display = ("name", "address", "floors_in_words", "internal_number", "people")
    search_fields = ("name", "address")
    search_help_text = _("name or address")
    ordering = ("name",)
    fields = ("name", "address", ("latitude", "longitude"), "floors", "internal_number", "outline")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Site]:
        sites: QuerySet[Site] = super().get_queryset(request)
        return sites.annotate(people_now=Count("employees", filter=at_work("employees__")))

    @display(description=_("floors"))
    def floors_in_words(self, site: Site) -> str:
        return "、".join(site.floors)

    @display(description=_("employees"), ordering="people_now")
    def people(self, site: Any) -> int:
        return int(site.people_now)


class AssignmentForm(ModelForm):
    """One scope, and nobody who cannot be reached: said in words before the database refuses."""

    class Meta:
        model = SupervisorAssignment
        fields = (
            "supervisor",
            "department",
            "site",
            "employee",
            "priority",
            "on_site",
            "starts_on",
            "ends_on",
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        scopes = [given.get(name) for name in ("department", "site", "employee")]
        if sum(one is not None for one in scopes) != 1:
            raise forms.ValidationError(_("Choose one: a department, a site or an employee."))
        supervisor = given.get("supervisor")
        if supervisor and not supervisor.is_current:
            self.add_error("supervisor", _("This person has left."))
        elif supervisor and supervisor.user is None:
            self.add_error(
                "supervisor", _("This person has no sign-in and could not be called. Add it first.")
            )
        if supervisor and supervisor == given.get("employee"):
            self.add_error("employee", _("Nobody answers for themselves."))
        starts, ends = given.get("starts_on"), given.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The end is before the beginning."))
        return given


@company_list(
    SupervisorAssignment,
    MenuEntry(MenuGroup.PEOPLE, 30, "supervisor_account", _("Supervisors and deputies")),
    look=SET_UP,
    change=HR,
    delete=HR,
)
class AssignmentAdmin(PeopleSearchMixin):
    form = AssignmentForm
    list_display = ("supervisor", "scope", "priority", "on_site", "starts_on", "ends_on")
    list_select_related = ("supervisor", "department", "site", "employee")
    list_filter = (InForceFilter, "department", "site", "on_site")
    search_fields = ("supervisor__number", "department__name")
    people = ("supervisor__",)
    search_help_text = _("name, kana or number of the supervisor, or a department")
    autocomplete_fields = ("supervisor", "department", "site", "employee")
    fieldsets = (
        (None, {"fields": ("supervisor",)}),
        (_("Answers for (one of these)"), {"fields": ("department", "site", "employee")}),
        (_("Order and time"), {"fields": (("priority", "on_site"), ("starts_on", "ends_on"))}),
    )

    @display(description=_("answers for"))
    def scope(self, assignment: SupervisorAssignment) -> str:
        return str(assignment.department or assignment.site or assignment.employee)


@company_list(Device, MenuEntry(MenuGroup.PLACES, 30, "phone_iphone"), look=SET_UP, change=SET_UP)
class DeviceAdmin(SavedViewsMixin, PeopleSearchMixin):
    """Devices are made by enrolling. Here they are looked at, and revoked after a question."""

    list_display = ("holder_name", "kind", "name", "state", "last_seen_at", "enrolled_at")
    list_select_related = ("employee", "post__site")
    list_filter = (DeviceStateFilter, "kind", "employee__department", "employee__site")
    search_fields = ("employee__number", "post__name", "name")
    people = ("employee__",)
    search_help_text = _("holder's number, name or kana, or the device's name")
    ordering = ("-enrolled_at",)
    actions = ("revoke",)
    fields = (
        "employee",
        "post",
        "kind",
        "name",
        "enrolled_at",
        "last_seen_at",
        "revoked_at",
    )
    readonly_fields = ("employee", "post", "kind", "enrolled_at", "last_seen_at", "revoked_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @display(description=_("holder"), ordering="employee__family_kana")
    def holder_name(self, device: Device) -> str:
        return device.holder.full_name

    @display(description=_("state"), label={"yes": "success", "no": "danger"})
    def state(self, device: Device) -> tuple[str, Any]:
        return ("no", _("revoked")) if device.revoked_at else ("yes", _("in use"))

    @action(description=_("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Device]) -> HttpResponse | None:
        if "confirmed" not in request.POST:
            asked = self.admin_site.each_context(request) | {
                "title": _("Revoke these devices?"),
                "devices": queryset.filter(revoked_at__isnull=True),
                "opts": self.opts,
            }
            return TemplateResponse(request, "admin/people/device/revoke.html", asked)
        for device in queryset:
            device.revoke()
        self.message_user(request, _("The devices were revoked."))
        return None


@company_list(
    ImportRun, MenuEntry(MenuGroup.PEOPLE, 60, "upload_file", _("Imports")), look=HR, change=HR
)
class ImportRunAdmin(ModelAdmin):
    list_display = ("file_name", "by", "at", "added", "changed", "state")
    list_select_related = ("by",)
    list_display_links = None
    actions = ("undo",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @display(description=_("people added"))
    def added(self, run: ImportRun) -> int:
        return run.added

    @display(description=_("people changed"))
    def changed(self, run: ImportRun) -> int:
        return run.changed

    @display(description=_("state"), label={"yes": "success", "no": "info"})
    def state(self, run: ImportRun) -> tuple[str, Any]:
        return ("no", _("taken back")) if run.undone_at else ("yes", _("in effect"))

    @action(description=_("Take this import back"), permissions=["change"])
    def undo(self, request: HttpRequest, queryset: QuerySet[ImportRun]) -> HttpResponse | None:
        if "confirmed" not in request.POST:
            asked = self.admin_site.each_context(request) | {
                "title": _("Take these imports back?"),
                "runs": queryset,
                "opts": self.opts,
            }
            return TemplateResponse(request, "admin/people/importrun/undo.html", asked)
        for run in queryset.order_by("-at"):
            self._undo(request, run)
        return None

    def _undo(self, request: HttpRequest, run: ImportRun) -> None:
        try:
            undo_import(run_id=run.pk)
        except AlreadyUndone:
            already = _("This import was taken back already.")
            self.message_user(request, already, level=messages.WARNING)
        except CannotUndo as error:
            words = {"names": "、".join(error.names[:10])}
            why = _("Nothing was taken back: changed or in use since then: %(names)s")
            self.message_user(request, why % words, level=messages.ERROR)
        else:
            self.message_user(request, _("The import was taken back."))
