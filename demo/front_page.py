"""The first page of the demo: three steps, and a card for everybody whose part one can play."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from demo.data import ACME, GLOBEX, NAMES, DemoCompany
from demo.desk import DESK_PEOPLE
from demo.language import keep_language
from demo.links import phone_url, sign_in_url
from demo.local import is_at_this_machine
from demo.mailbox import unread
from demo.seed import ANNA, BORIS, DAISUKE, HANNA, KEIKO, SECOND
from portal.platform.health import checks, is_red

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

COMPANIES = {demo.schema: demo for demo in (ACME, GLOBEX)}


@dataclass(frozen=True, slots=True)
class RoleCard:
    icon: str
    title: "StrOrPromise"
    who: str
    text: "StrOrPromise"
    points: tuple["StrOrPromise", ...]
    button: "StrOrPromise"
    url: str
    look: str = ""
    others: tuple[tuple[str, str], ...] = ()
    """More people of this kind: name and address."""


@never_cache
@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    """Lead everybody who does not sit at the machine to where this address leads elsewhere."""
    if not is_at_this_machine(request):
        return redirect("/admin/")
    demo = COMPANIES.get(request.GET.get("company", ""), ACME)
    if "lang" in request.GET:
        return keep_language(request, redirect(f"/?company={demo.schema}"))
    context = {
        "demo": demo,
        "companies": COMPANIES.values(),
        "cards": [*_of_the_company(demo), *_of_the_desk(), _of_the_platform()],
        "unread": unread(),
        "is_red": is_red(checks()),
    }
    return render(request, "demo/landing.html", context)


def _of_the_company(demo: DemoCompany) -> list[RoleCard]:
    def signed_in(username: str) -> str:
        return sign_in_url(demo.schema, username)

    return [
        RoleCard(
            "siren",
            gettext_lazy("Employee"),
            f"{person(ANNA)}・{demo.departments[0][1]}",
            gettext_lazy("One press of the red button begins to record and to share the position."),
            (
                gettext_lazy("Can be pressed without a network"),
                gettext_lazy("The screen can be turned black"),
            ),
            gettext_lazy("Open the app"),
            phone_url(demo.schema),
            "danger",
        ),
        RoleCard(
            "bell-ring",
            gettext_lazy("Supervisor"),
            person(BORIS),
            gettext_lazy(
                "Answers the alarm with one tap, hears the place and decides who goes there."
            ),
            (
                gettext_lazy("Sees where it is"),
                gettext_lazy("Writes to the employee and reads the answers"),
            ),
            gettext_lazy("Open the alarms"),
            signed_in("boris"),
            "primary",
            ((_("Next in order: %(name)s") % {"name": person(SECOND)}, signed_in("second")),),
        ),
        RoleCard(
            "users",
            gettext_lazy("HR"),
            person(HANNA),
            gettext_lazy("Imports the staff and sets in which order people are called."),
            (
                gettext_lazy("Who listened to a recording, and when"),
                gettext_lazy("Exercises, and what is not prepared yet"),
            ),
            gettext_lazy("Open the administration"),
            signed_in("hanna"),
            "",
            ((_("Site manager: %(name)s") % {"name": person(DAISUKE)}, signed_in("daisuke")),),
        ),
        RoleCard(
            "heart-pulse",
            gettext_lazy("Occupational health"),
            person(KEIKO),
            gettext_lazy("How people are today, and who should ask them after an alarm."),
            (
                gettext_lazy("Employees see who looked"),
                gettext_lazy("Never used to judge their work"),
            ),
            gettext_lazy("Open the board"),
            signed_in("keiko"),
        ),
    ]


def _of_the_desk() -> list[RoleCard]:
    return [
        RoleCard(
            "headset",
            gettext_lazy("Operator of the security company"),
            _("%(name)s, on shift") % {"name": staff("olga")},
            gettext_lazy("Takes requests, checks sound and position and sends somebody."),
            (
                gettext_lazy("Somebody has to open it: nothing answers by itself"),
                gettext_lazy("After 90 s without an answer, 110 is shown"),
            ),
            gettext_lazy("Open the console"),
            sign_in_url("ops", "olga"),
            "primary",
            (
                (staff("otto"), sign_in_url("ops", "otto")),
                (_("Lead: %(name)s") % {"name": staff("lena")}, sign_in_url("ops", "lena")),
            ),
        ),
        RoleCard(
            "car",
            gettext_lazy("Responder"),
            f"{staff('rosa')}・M-14",
            gettext_lazy("Reads where to go and how to come near, and says when it is done."),
            (
                gettext_lazy("Only one button to press next"),
                gettext_lazy("The orders come from the operator"),
            ),
            gettext_lazy("Open the orders"),
            sign_in_url("ops", "rosa"),
        ),
    ]


def _of_the_platform() -> RoleCard:
    return RoleCard(
        "building-2",
        gettext_lazy("People of the platform"),
        str(settings.BRAND_NAME),
        gettext_lazy("Opens companies, invites their HR and sees whether everything runs."),
        (
            gettext_lazy("What has stopped, and why"),
            gettext_lazy("Suspending and resuming a company"),
        ),
        gettext_lazy("Open the platform"),
        sign_in_url("", "platform"),
    )


def person(index: int) -> str:
    family, given, *_kana = NAMES[index]
    return polite(family, given)


def staff(username: str) -> str:
    _role, family, given, *_kana = DESK_PEOPLE[username]
    return polite(family, given)


def polite(family: str, given: str) -> str:
    return _("%(name)s-san") % {"name": f"{family} {given}"}
