"""Carrying out what was decided: lines of the record, notices, and the desk's case."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from accounts.models import User
from audit.actors import Actor
from escalation import notice_words, words_for_employee
from escalation.moves import state as values
from escalation.moves.state import Effect, People
from escalation.rows import Response
from incidents.log import CLOCK, append_event, devices_of, refresh_pages
from incidents.models import Incident
from jobs.services import schedule
from notifications.live import hint, user_group
from notifications.models import Notice
from notifications.services import send_notices, stop_paging
from operations import cases as operations
from operations.models import Case
from people.models import Device
from tenants.context import current_company


def carry_out(response: Response, follows: Sequence[tuple[Effect, Actor]]) -> None:
    """Carry out the effects, each with whose doing it is, in order."""
    if any(isinstance(effect, values.Line) for effect, _actor in follows):
        refresh_pages(response.incident)
    for effect, actor in follows:
        _CARRY_OUT[type(effect)](response, effect, actor)


def _page(response: Response, page: values.Page, _actor: Actor) -> None:
    """Page people, once per person, round and occasion, and ring on their open pages."""
    incident, company = response.incident, current_company()
    users = _users(response, page.people)
    send_notices(
        {_once(response, page.occasion, user): user for user in users},
        kind=Notice.ALARM,
        words=partial(notice_words.page, response, page.words),
        path=_path(incident),
        incident_id=incident.public_id,
        drill=_is_drill(incident),
    )
    alarm = {"t": "alarm", "pk": str(incident.public_id), "number": incident.number}
    for user in users:
        hint(company.id, user_group(company.id, user.pk), alarm)


def _tell(response: Response, news: values.Tell, _actor: Actor) -> None:
    incident = response.incident
    occasion = _occasion(response, news)
    send_notices(
        {_once(response, occasion, user): user for user in _users(response, news.people)},
        kind="news",
        words=lambda: (notice_words.news(news.words), ""),
        path=_path(incident),
        incident_id=incident.public_id,
        drill=_is_drill(incident),
    )


def _occasion(response: Response, news: values.Tell | values.TellEmployee) -> str:
    """Key of the occasion; each decision has a moment of its own."""
    return f"{news.words}:{news.key or response.now.timestamp()}"


def _users(response: Response, people: People) -> list[User]:
    """The users of these keys, without people who have left."""
    known = response.people
    return [known[person] for person in sorted(people) if person in known]


def _path(incident: Incident) -> str:
    return f"/portal/incidents/{incident.public_id}/"


def _is_drill(incident: Incident) -> bool:
    return incident.drill != Incident.Drill.NONE


def _once(response: Response, occasion: str, user: User) -> str:
    return f"alarm:{response.incident.public_id}:{response.state.round}:{occasion}:{user.pk}"


def _tell_employee(response: Response, news: values.TellEmployee, _actor: Actor) -> None:
    person = User.objects.get(pk=news.person) if news.person else None
    notify_devices(
        response.incident,
        _occasion(response, news),
        lambda: words_for_employee.to_employee(news.words, person),
    )


def notify_devices(incident: Incident, what: str, text: Callable[[], str]) -> None:
    """Notify the devices that pressed. On a screen with a false end nothing may appear."""
    if incident.shown_closed_at is not None and incident.is_open:
        return
    key = f"{what}:{incident.public_id}:{incident.round}:device"
    devices = Device.objects.filter(pk__in=devices_of(incident))
    send_notices(
        {f"{key}:{device.pk}": device for device in devices},
        kind="answer",
        words=lambda: (text(), ""),
        path="/app/",
        incident_id=incident.public_id,
        drill=_is_drill(incident),
    )


def _stop_paging(response: Response, effect: values.StopPaging, _actor: Actor) -> None:
    stop_paging(response.incident.public_id, User.objects.get(pk=effect.person))


def _line(response: Response, line: values.Line, actor: Actor) -> None:
    payload: dict[str, Any] = {key: value for key, value in line.facts if value != ""}
    if line.people:
        payload["people"] = [user.get_full_name() for user in _users(response, line.people)]
    by = CLOCK if line.by_clock else actor
    append_event(incident=response.incident, kind=line.kind, actor=by, payload=payload)


def _ask_desk(response: Response, effect: values.AskDesk, actor: Actor) -> None:
    case = _case(response, effect, actor)
    if case is None:  # somebody has taken it in this moment: the next look at the desk says so
        return
    response.incident.desk_turn = case.turn
    schedule(
        current_company(),
        kind="escalation.tell_operators",
        key=f"tell_operators:{case.public_id}:{case.turn}",
        payload={"case": str(case.public_id), "turn": case.turn},
        lane=0,
    )


def _case(response: Response, effect: values.AskDesk, actor: Actor) -> Case | None:
    incident, company = response.incident, current_company()
    if effect.again:
        return operations.ring_again(company, incident.public_id)
    asked_by = {"device": Case.Source.EMPLOYEE, "user": Case.Source.SUPERVISOR}
    return operations.open_case(
        company,
        incident_id=incident.public_id,
        number=incident.number,
        site_name=incident.site.name if incident.site else "",
        place=_place(incident),
        level=Incident.Level.SUPPORT,
        drill=incident.drill,
        source=Case.Source.LADDER if effect.by_clock else asked_by[actor.kind],
    )


def _place(incident: Incident) -> str:
    """The place at the site, without a name: no person is shown to the desk before the claim."""
    department = incident.reporter.department.name if incident.reporter else ""
    return " ".join(part for part in (incident.holder.floor, department) if part)


def _withdraw(response: Response, _effect: values.WithdrawCase, _actor: Actor) -> None:
    operations.withdraw(current_company(), response.incident.public_id)


def _tell_operator(response: Response, effect: values.TellOperator, _actor: Actor) -> None:
    _AT_THE_DESK[effect.what](current_company(), response.incident.public_id)


_AT_THE_DESK: dict[str, Callable[[Any, Any], None]] = {
    "cried": operations.note_cry,
    "reopened": operations.note_cry,
    "company_told": operations.note_company_told,
    "company_closed": operations.note_company_closed,
    "safe": operations.note_news,
    "goes_on": operations.note_news,
    "not_arrived": operations.note_news,
}
_CARRY_OUT: dict[type[Effect], Callable[[Response, Any, Actor], None]] = {
    values.Page: _page,
    values.Tell: _tell,
    values.TellEmployee: _tell_employee,
    values.StopPaging: _stop_paging,
    values.Line: _line,
    values.AskDesk: _ask_desk,
    values.WithdrawCase: _withdraw,
    values.TellOperator: _tell_operator,
}
