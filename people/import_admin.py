"""The import's and export's pages of the list of employees."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import override
from import_export.admin import ImportExportModelAdmin
from import_export.formats import base_formats
from import_export.tmp_storages import CacheStorage
from tablib import Dataset  # type: ignore[import-untyped]
from unfold.admin import ModelAdmin
from unfold.contrib.import_export.forms import ExportForm, ImportForm
from unfold.decorators import action, display

from accounts.models import User
from people.import_files import (
    EmployeeFile,
    EmployeeFileOfOldExcel,
    UnreadableFile,
)
from people.import_refusals import keep_for, kept_for
from people.import_undo import AlreadyUndone, CannotUndo, undo_import
from people.importing import EmployeeResource
from people.models import ImportRun
from tenants.admin_sites import company_site

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


@admin.register(ImportRun, site=company_site)
class ImportRunAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ("file_name", "by", "at", "added", "changed", "state")
    list_select_related = ("by",)
    list_display_links = None
    actions = ("undo",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @display(description=_lazy("people added"))
    def added(self, one: ImportRun) -> int:
        return one.added

    @display(description=_lazy("people changed"))
    def changed(self, one: ImportRun) -> int:
        return one.changed

    @display(description=_lazy("state"), label={"yes": "success", "no": "info"})
    def state(self, one: ImportRun) -> tuple[str, Any]:
        return ("no", _("taken back")) if one.undone_at else ("yes", _("in effect"))

    @action(description=_lazy("Take this import back"), permissions=["change"])
    def undo(self, request: HttpRequest, queryset: QuerySet[ImportRun]) -> HttpResponse | None:
        if "confirmed" not in request.POST:
            asked = self.admin_site.each_context(request) | {
                "title": _("Take these imports back?"), "runs": queryset, "opts": self.opts,
            }  # fmt: skip
            return TemplateResponse(request, "admin/people/importrun/undo.html", asked)
        for run in queryset.order_by("-at"):
            self._undo(request, run)
        return None

    def _undo(self, request: HttpRequest, run: ImportRun) -> None:
        try:
            undo_import(run_id=run.pk)
        except AlreadyUndone:
            text = _("This import was taken back already.")
            self.message_user(request, text, level=messages.WARNING)
        except CannotUndo as error:
            words = {"names": "、".join(error.names[:10])}
            text = _("Nothing was taken back: changed or in use since then: %(names)s") % words
            self.message_user(request, text, level=messages.ERROR)
        else:
            self.message_user(request, _("The import was taken back."))
