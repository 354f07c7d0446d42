"""The import's and export's pages of the list of employees."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export.admin import ImportExportModelAdmin
from import_export.formats import base_formats
from import_export.tmp_storages import CacheStorage
from tablib import Dataset  # type: ignore[import-untyped]
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from accounts import step_up
from accounts.models import User
from people.import_files import (
    EmployeeFile,
    EmployeeFileOfOldExcel,
    UnreadableFile,
)
from people.import_refusals import keep_for, kept_for
from people.importing import EmployeeResource

MOST_SHOWN = 300
"""Rows that a browser still scrolls through; all of them are looked at."""

EXAMPLE = (
    "012345", "山田", "花子", "ヤマダ", "ハナコ", "10", "", "日本橋本店", "1階", "正社員", "",
    "", "090-0000-0000", "2026/4/1", "", "",
)  # fmt: skip


class EmployeeImportForm(ImportForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["import_file"].help_text = format_html(
            '{} <a href="{}">{}</a>',
            _("CSV from Excel in any encoding, or XLSX. Nothing is stored before you confirm."),
            reverse("admin:people_employee_template"),
            _("Download a template"),
        )


def _public_id(request: HttpRequest) -> Any:
    assert isinstance(request.user, User)
    return request.user.public_id


class ImportsEmployees(ImportExportModelAdmin):  # type: ignore[misc]
    resource_classes: ClassVar[list[Any]] = [EmployeeResource]
    formats: ClassVar[list[Any]] = [EmployeeFile]
    export_formats: ClassVar[list[Any]] = [EmployeeFile, EmployeeFileOfOldExcel, base_formats.XLSX]
    import_form_class = EmployeeImportForm
    export_form_class = ExportForm
    # Not on the disk of one of many machines, and in the company's own part of the cache.
    tmp_storage_class = CacheStorage
    skip_import_log = True  # django-auditlog keeps every field

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        unread = _("The file cannot be read as a list of employees.")
        form.add_error("import_file", str(e) if isinstance(e, UnreadableFile) else unread)

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        """What became wrong between the look and the confirming stored nothing either."""
        if result.has_errors() or result.has_validation_errors():
            text = _("Nothing was imported. Please upload the file again.")
            self.message_user(request, text, level=messages.ERROR)
            return HttpResponseRedirect(reverse("admin:people_employee_import"))
        answer: HttpResponse = super().process_result(result, request)
        return answer

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = [
            path("template/", view(self.template), name="people_employee_template"),
            path("refused/<str:key>/", view(self.refused), name="people_employee_refused"),
        ]
        return [*own, *super().get_urls()]

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        answer = super().import_action(request, **kwargs)
        result = answer.context_data.get("result")
        if result is not None and (refused := getattr(result, "refused", None)):
            key = keep_for(_public_id(request), refused)
            answer.context_data["refused_url"] = reverse(
                "admin:people_employee_refused", args=[key]
            )
        elif result is not None and len(result.rows) > MOST_SHOWN:
            answer.context_data |= {"rows_shown": MOST_SHOWN, "rows_given": len(result.rows)}
            result.rows = result.rows[:MOST_SHOWN]
        page: HttpResponse = answer
        return page

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """Everybody's addresses in one file: not for those who only set up, nor for a session that
        was only left open."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        page: HttpResponse = step_up.detour(request) or super().export_action(request)
        return page

    def refused(self, request: HttpRequest, key: str) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        file = kept_for(_public_id(request), key)
        if file is None:
            raise Http404
        name = f"attachment; filename={file.name}"
        return HttpResponse(file.content, file.kind, headers={"Content-Disposition": name})

    def template(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        with override("ja"):
            headings = EmployeeResource().get_export_headers()
        content = EmployeeFile().export_data(Dataset(EXAMPLE, headers=headings))
        name = "attachment; filename=employees.csv"
        return HttpResponse(content, "text/csv", headers={"Content-Disposition": name})
