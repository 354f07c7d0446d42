"""The import's and export's pages of the list of employees."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export.admin import ImportExportModelAdmin
from import_export.tmp_storages import CacheStorage
from tablib import Dataset  # type: ignore[import-untyped]
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from people.import_files import EmployeeFile, UnreadableFile
from people.importing import EmployeeResource

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


class ImportsEmployees(ImportExportModelAdmin):  # type: ignore[misc]
    resource_classes: ClassVar[list[Any]] = [EmployeeResource]
    formats: ClassVar[list[Any]] = [EmployeeFile]
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
        own = path(
            "template/", self.admin_site.admin_view(self.template), name="people_employee_template"
        )
        return [own, *super().get_urls()]

    def template(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        with override("ja"):
            headings = EmployeeResource().get_export_headers()
        content = EmployeeFile().export_data(Dataset(EXAMPLE, headers=headings))
        name = "attachment; filename=employees.csv"
        return HttpResponse(content, "text/csv", headers={"Content-Disposition": name})
