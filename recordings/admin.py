"""Recordings and who played them, to look at only."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.permissions import HR, REVIEW, Subject, can
from accounts.requests import signed_in
from accounts.saved_views import SavedViewsMixin
from accounts.step_up import AsksAgain
from incidents.visibility import hidden_from
from recordings.models import PlayReview, PlaySession, Purpose, Recording
from recordings.play_reviews import MayNotReview, pass_plays, review_play
from recordings.purposes import USUAL_PURPOSE, publish_purpose, purpose_at, purpose_now
from recordings.selectors import (
    LOOK_BACK_DAYS,
    heard_of,
    may_review,
    plays_of,
    plays_seen_by,
    plays_to_look_at,
    plays_waiting,
    with_standing,
)
from tenants.admin_sites import ReadOnlyAdmin
from web.admin_decorators import action, display
from web.model_form import ModelForm

OWN = _("Your own playback is checked by somebody else.")
LEFT = _(
    "Left as they were, because somebody had checked them, they are your own, or there are too"
    " many at once: %(n)s"
)


@company_list(Recording, MenuEntry(MenuGroup.RECORDS, 10, "graphic_eq"), look=HR)
class RecordingAdmin(ReadOnlyAdmin, ModelAdmin):
    list_display = ("started_at", "device", "incident", "closed_at", "last_seq")
    list_select_related = ("device", "incident")
    date_hierarchy = "started_at"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "incident",
                    "device",
                    "started_at",
                    "received_at",
                    "closed_at",
                    "length",
                    "missing",
                    "erased_at",
                    "plays",
                    "purpose_then",
                )
            },
        ),
        (
            _("Technical facts"),
            {
                "classes": ["collapse"],
                "fields": ("public_id", "codec", "sample_rate", "frames_per_unit", "last_seq"),
            },
        ),
    )
    readonly_fields = ("length", "missing", "plays", "purpose_then")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recording]:
        found: QuerySet[Recording] = super().get_queryset(request)
        return found.exclude(incident__in=hidden_from(signed_in(request)))

    @admin.display(description=_("length"))
    def length(self, recording: Recording) -> timedelta | None:
        """Length, known once the device has reported the end."""
        return None if recording.last_seq is None else recording.span(0, recording.last_seq)[1]

    @admin.display(description=_("parts that never arrived"))
    def missing(self, recording: Recording) -> str:
        """Missing units, as the device reported at the end."""
        parts = [recording.span(first, last) for first, last in recording.gaps]
        return "、".join(f"{start}–{end}" for start, end in parts) or str(_("none"))

    @admin.display(description=_("who played it"))
    def plays(self, recording: Recording) -> str:
        """Plays, as the recorded employee reads them."""
        plays = [{"play": play, "heard": heard_of(play)} for play in plays_of(recording)]
        return render_to_string("admin/recordings/plays.html", {"plays": plays})

    @admin.display(description=_("purpose in force then"))
    def purpose_then(self, recording: Recording) -> str:
        """The purpose in force when this sound began, by the server's clock."""
        purpose = purpose_at(recording.received_at)
        if purpose is None:
            return str(_("None had been published."))
        published = date_format(localtime(purpose.published_at), "DATETIME_FORMAT")
        return f"{purpose.text}\n（{published}）"


class ReviewFilter(admin.SimpleListFilter):
    title = _("check")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        recent = _("not checked, of the last %(n)s days") % {"n": LOOK_BACK_DAYS}
        return [
            ("recent", recent),
            ("waiting", _("not checked, of any age")),
            *PlayReview.Verdict.choices,
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "recent":
                return plays_to_look_at(queryset)
            case "waiting":
                return plays_waiting(queryset)
            case verdict if verdict in PlayReview.Verdict.values:
                return queryset.filter(standing=verdict)
        return queryset


class ReviewForm(ModelForm):
    class Meta:
        model = PlayReview
        fields = ("verdict", "note")
        widgets: ClassVar[dict[str, Any]] = {
            "verdict": UnfoldAdminSelectWidget,
            "note": UnfoldAdminTextInputWidget,
        }


@company_list(
    PlaySession, MenuEntry(MenuGroup.RECORDS, 20, "hearing", _("Playback history")), look=REVIEW
)
class PlaySessionAdmin(ReadOnlyAdmin, SavedViewsMixin):
    list_display = ("started_at", "actor_name", "recording", "mode", "acting", "reason", "standing")
    list_filter = (ReviewFilter, "mode", "acting", "actor_kind")
    search_fields = ("actor_name", "recording__incident__number")
    search_help_text = _("who played it, or number of the alarm")
    list_select_related = ("recording",)
    date_hierarchy = "started_at"
    actions = ("pass_as_fine",)
    change_form_outer_before_template = "admin/recordings/playsession/review.html"
    fields = (
        "recording",
        "user",
        "actor_name",
        "mode",
        "reason",
        "acting",
        "started_at",
        "last_heard_at",
    )
    readonly_fields = ("last_heard_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlaySession]:
        return with_standing(plays_seen_by(signed_in(request)))

    @admin.display(description=_("last heard at"))
    def last_heard_at(self, play: PlaySession) -> Any:
        last = play.ranges.last()
        return last.at if last else None

    @display(
        description=_("check"),
        ordering="standing",
        label={"fine": "success", "asked": "info", "wrong": "danger", "waiting": "warning"},
    )
    def standing(self, play: Any) -> tuple[str, Any] | str:
        words = dict(PlayReview.Verdict.choices) | {"waiting": _("not checked")}
        return (play.standing, words[play.standing]) if play.standing else ""

    def has_review_permission(self, request: HttpRequest) -> bool:
        return can(signed_in(request).as_actor(), "review", Subject("playback"))

    @action(description=_("Write down: nothing wrong"), permissions=["review"])
    def pass_as_fine(self, request: HttpRequest, queryset: QuerySet[PlaySession]) -> None:
        keys = list(queryset.values_list("pk", flat=True))
        passed = pass_plays(user=signed_in(request), plays=keys)
        self.message_user(request, _("Checked, nothing wrong: %(n)s") % {"n": passed})
        if left := len(keys) - passed:
            self.message_user(request, LEFT % {"n": left}, messages.WARNING)

    def get_urls(self) -> list[Any]:
        review = self.admin_site.admin_view(require_POST(self.review))
        own = path("<int:pk>/review/", review, name="recordings_playsession_review")
        return [own, *super().get_urls()]

    def review(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_review_permission(request):
            raise PermissionDenied
        play = get_object_or_404(plays_seen_by(signed_in(request)), pk=pk)
        form = ReviewForm(request.POST)
        if not form.is_valid():
            problems = " ".join(str(error) for errors in form.errors.values() for error in errors)
            self.message_user(request, problems, messages.ERROR)
        else:
            self._review(request, play, form.cleaned_data)
        return redirect("admin:recordings_playsession_change", pk)

    def _review(self, request: HttpRequest, play: PlaySession, given: dict[str, str]) -> None:
        try:
            review_play(user=signed_in(request), play=play, **given)
        except MayNotReview:
            self.message_user(request, OWN, messages.ERROR)
        else:
            self.message_user(request, _("The result was written down."))

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, obj: Any = None, **more: Any
    ) -> HttpResponse:
        shown = {
            "reviews": obj.reviews.select_related("by"),
            "review_form": ReviewForm() if may_review(signed_in(request), obj) else None,
        }
        page: HttpResponse = super().render_change_form(
            request, context | shown, *args, obj=obj, **more
        )
        return page


@company_list(
    Purpose,
    MenuEntry(MenuGroup.RECORDS, 30, "policy", _("Purpose of recording")),
    look=REVIEW,
    change=HR,
)
class PurposeAdmin(ReadOnlyAdmin, AsksAgain):
    """Published, never edited: people who were recorded can be shown what held then."""

    list_display = ("text", "published_at", "published_by")
    list_select_related = ("published_by",)
    fields = ("text",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("recordings.add_purpose")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        now = purpose_now()
        return {"text": now.text if now else USUAL_PURPOSE}

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        assert isinstance(obj, Purpose)
        publish_purpose(purpose=obj, actor=signed_in(request).as_actor())
