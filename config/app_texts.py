"""Which texts the employee's app shows: they are wanted in each of its languages."""

from collections.abc import Iterator

from django.utils.translation import override

from accounts.roles import Role
from incidents.event_kinds import Audience
from incidents.event_table import TABLE
from operations.models import Case, Dispatch
from people.models import Device
from wellbeing.models.checkins import CheckInAudience

APP_FILES = (
    "portal/employee/*.py",
    "templates/employee/**/*.html",
    "templates/base.html",
    "templates/503.html",
    "templates/problem.html",
    # What the server says to the device: in answers, and in notices.
    "escalation/api/incidents.py",
    "escalation/exercises.py",
    "escalation/words_for_employee.py",
    "incidents/sentences.py",
    "notifications/messages.py",
    "notifications/own_tests.py",
    "wellbeing/daily.py",
)


def said_by_the_server() -> Iterator[str]:
    """Words out of tables that have others beside them; untranslated, as they are in the code."""
    kinds = (Device.Kind.WEB, Device.Kind.GPS, Device.Kind.BUTTON)
    hers = (Role.SUPERVISOR, Role.OCCUPATIONAL_HEALTH)
    results = (*Case.Result.labels, *Dispatch.Result.labels)
    labels = (*results, *CheckInAudience.labels, *(one.label for one in (*kinds, *hers)))
    with override("en"):
        yield from (str(text) for text in (*labels, *_of_events()) if text)


def _of_events() -> Iterator[object]:
    for kind in TABLE:
        if kind.audience is Audience.DEVICE:
            yield from kind.words
        if kind.notice_to_device:
            yield kind.notice
