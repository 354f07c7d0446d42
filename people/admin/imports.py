"""The import's and export's pages of the list of employees."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportModelAdmin
from import_export.formats import base_formats
from tablib import Dataset  # type: ignore[import-untyped]  # tablib has no types
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from accounts import step_up
from accounts.requests import signed_in
from people.imports.files import EmployeeFile, EmployeeFileOfOldExcel, UnreadableFile
from people.imports.progress import progress_of
from people.imports.resource import EmployeeResource
from people.imports.services import AnotherImport, ChangedSince, confirm, receive
from people.models import Upload

EXAMPLE = (
    "012345",
    "山田",
    "花子",
    "ヤマダ",
    "ハナコ",
    "10",
    "",
    "日本橋本店",
    "1階",
    "正社員",
    "",
    "",
    "090-0000-0000",
    "2026/4/1",
    "",
    "",
    "",
    "",
)


class EmployeeImportForm(ImportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["import_file"].help_text = format_html(
            '{} <a href="{}">{}</a>',
            _("CSV from Excel in any encoding, or XLSX. Nothing is stored before you confirm."),
            reverse("admin:people_employee_template"),
            _("Download a template"),
        )


class ImportsEmployees(ImportExportModelAdmin):
    resource_classes: ClassVar[list[Any]] = [EmployeeResource]
    formats: ClassVar[list[Any]] = [EmployeeFile]
    export_formats: ClassVar[list[Any]] = [EmployeeFile, EmployeeFileOfOldExcel, base_formats.XLSX]
    import_form_class = EmployeeImportForm
    export_form_class = ExportForm

    def get_urls(self) -> list[Any]:
        view, upload = self.admin_site.admin_view, "import/<uuid:public_id>/"
        own = [
            path("template/", view(self.template), name="people_employee_template"),
            path(upload, view(self.upload), name="people_employee_upload"),
            path(upload + "progress/", view(self.progress), name="people_employee_progress"),
            path(upload + "refused/", view(self.refused), name="people_employee_refused"),
        ]
        return [*own, *super().get_urls()]

    def import_action(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Receive the file; it is checked later, by a job."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = self.create_import_form(request)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["import_file"]
            try:
                upload = receive(by=signed_in(request), file=file)
            except UnreadableFile as why:
                form.add_error("import_file", str(why))
            else:
                return _to(upload)
        shown = self._around(request) | {"form": form, "media": self.media + form.media}
        return TemplateResponse(request, self.import_template_name, shown)

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        upload = self._mine(request, request.POST.get("upload", ""))
        try:
            confirm(upload)
        except AnotherImport:
            text = _("Another import is under way. Please press again when it has ended.")
            self.message_user(request, text, level=messages.WARNING)
        except ChangedSince:
            text = _("Another import came first. This is checked once more; please look again.")
            self.message_user(request, text, level=messages.WARNING)
        return _to(upload)

    def upload(self, request: HttpRequest, public_id: Any) -> HttpResponse:
        upload = self._mine(request, public_id)
        shown = self._around(request) | {"upload": upload, "outcome": upload.outcome}
        if upload.state in {Upload.State.REFUSED, Upload.State.FAILED}:
            shown["form"] = self.create_import_form(request)
        return TemplateResponse(request, "admin/people/upload/page.html", shown)

    def progress(self, request: HttpRequest, public_id: Any) -> HttpResponse:
        upload = self._mine(request, public_id)
        done, rows = progress_of(upload.public_id) or (None, None)
        return JsonResponse({"state": upload.state, "done": done, "rows": rows})

    def refused(self, request: HttpRequest, public_id: Any) -> HttpResponse:
        upload = self._mine(request, public_id)
        if upload.wrong_rows is None:
            raise Http404
        name = f"attachment; filename={upload.outcome['name']}"
        return HttpResponse(
            bytes(upload.wrong_rows),
            upload.outcome["kind"],
            headers={"Content-Disposition": name},
        )

    def _around(self, request: HttpRequest) -> dict[str, Any]:
        fields = [field.column_name for field in EmployeeResource().get_user_visible_fields()]
        around: dict[str, Any] = self.admin_site.each_context(request)
        return around | {"title": _("Import"), "opts": self.opts, "fields_list": [("", fields)]}

    def _mine(self, request: HttpRequest, public_id: Any) -> Upload:
        """The person's own upload: nobody else sees a file."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        return _found(request, public_id)

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """Export everybody's addresses in one file: not for roles that only set up,
        nor in a session that was only left open."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        page: HttpResponse = step_up.detour(request) or super().export_action(request)
        return page

    def template(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        with override("ja"):
            headings = EmployeeResource().get_export_headers()
        content = EmployeeFile().export_data(Dataset(EXAMPLE, headers=headings))
        name = "attachment; filename=employees.csv"
        return HttpResponse(content, "text/csv", headers={"Content-Disposition": name})


def _found(request: HttpRequest, public_id: Any) -> Upload:
    try:
        return Upload.objects.select_related("run").get(public_id=public_id, by=signed_in(request))
    except (Upload.DoesNotExist, ValidationError):
        raise Http404 from None


def _to(upload: Upload) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:people_employee_upload", args=[upload.public_id]))
