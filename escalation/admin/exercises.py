"""HR announces exercises, sees which were passed and ends one that runs."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.permissions import HR
from accounts.requests import signed_in
from audit.actors import Actor
from escalation.exercises import announce_exercise, end_exercise
from escalation.models import LONGEST_EXERCISE, Exercise
from jobs.clock import database_now
from web.admin_decorators import action, display
from web.model_form import ModelForm

USUAL = timedelta(hours=1)


class ExerciseForm(ModelForm):
    class Meta:
        model = Exercise
        fields = ("site", "department", "starts_at", "ends_at")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("site")) == bool(given.get("department")):
            raise forms.ValidationError(_("Choose one: a site or a department."))
        starts, ends = given.get("starts_at"), given.get("ends_at")
        if starts and ends and ends <= max(starts, database_now()):
            self.add_error("ends_at", _("The end must be later than the beginning and than now."))
        elif starts and ends and ends - starts > LONGEST_EXERCISE:
            self.add_error(
                "ends_at", _("Four hours at most, so that no exercise is forgotten while it runs.")
            )
        return given


def actor_of(request: HttpRequest) -> Actor:
    return signed_in(request).as_actor()


@company_list(Exercise, MenuEntry(MenuGroup.TODAY, 20, "campaign"), look=HR, change=HR)
class ExerciseAdmin(ModelAdmin):
    form = ExerciseForm
    list_display = ("scope", "result", "starts_at", "ends_at", "announced_by")
    list_select_related = ("site", "department", "announced_by")
    list_filter = ("site",)
    autocomplete_fields = ("site", "department")
    actions = ("end_now",)
    fieldsets = (
        (_("Who takes part (one of these)"), {"fields": ("site", "department")}),
        (
            _("When"),
            {
                "fields": ("starts_at", "ends_at"),
                "description": _(
                    "While it runs, the button in the app of those who take part asks: drill"
                    " or real alarm. Without an answer within five seconds it is a real"
                    " alarm. It is passed when a supervisor has confirmed a drill alarm."
                ),
            },
        ),
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        now = timezone.localtime(database_now()).replace(second=0, microsecond=0)
        asked: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"starts_at": now, "ends_at": now + USUAL} | asked

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether it may be changed: never, an announced exercise can only be ended."""
        return False

    def has_end_permission(self, request: HttpRequest) -> bool:
        return bool(super().has_change_permission(request))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Exercise]:
        exercises: QuerySet[Exercise] = super().get_queryset(request)
        return exercises.annotate(looked_at=Now())

    @display(description=_("takes part"))
    def scope(self, exercise: Exercise) -> str:
        return str(exercise)

    @display(
        description=_("result"),
        label={"passed": "success", "running": "info", "planned": "info", "open": "warning"},
    )
    def result(self, exercise: Any) -> tuple[str, Any]:
        now = exercise.looked_at
        if exercise.passed_at:
            return "passed", _("passed")
        if exercise.ends_at <= now:
            return "open", _("not passed")
        return (
            ("running", _("running")) if exercise.starts_at <= now else ("planned", _("announced"))
        )

    def save_model(self, request: HttpRequest, obj: Exercise, form: Any, change: bool) -> None:
        announce_exercise(exercise=obj, actor=actor_of(request))

    @action(description=_("End it now"), permissions=["end"])
    def end_now(self, request: HttpRequest, queryset: QuerySet[Exercise]) -> None:
        ended = sum(
            end_exercise(exercise=exercise, actor=actor_of(request)) for exercise in queryset
        )
        self.message_user(request, _("Exercises ended: %(n)s") % {"n": ended})
