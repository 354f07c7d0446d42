"""Joint drills that companies have announced: the whole desk reads them, the lead answers."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from audit.actors import Actor
from operations import drills
from operations.errors import Refused
from portal.desk.access import View, for_desk, for_lead, is_lead


@require_safe
@for_desk
def overview(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    context = {"drills": drills.everyones(), "is_lead": is_lead(actor)}
    return render(request, "desk/drills.html", context)


def _answer(verb: Callable[..., None]) -> View:
    @require_POST
    @for_lead
    def view(request: HttpRequest, *, actor: Actor, drill_id: UUID) -> HttpResponse:
        try:
            verb(drill_id=drill_id, lead=actor)
        except Refused as refusal:
            messages.warning(request, refusal.message())
        return redirect("desk:drills")

    return view


agree = _answer(drills.agree)
decline = _answer(drills.decline)
