"""What the page of one's own settings says: how one signs in, where, by which ways one is told, and
who else is called."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.utils import timezone

from accounts.browsers import name_of_browser
from accounts.models import Role, User
from accounts.second_factor import Factors, factors_of
from notifications.reach_checks import COUNTS_FOR, last_confirmed
from notifications.services import push_state_of
from people.supervision.stand_ins import StandIn, stand_ins_of
from tenants.context import current_company

CALLED = {Role.SUPERVISOR, Role.HR_ADMIN}
AT_CONSOLE = {Role.OPERATOR, Role.LEAD}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One browser in which this person is signed in."""

    browser: str
    network: str
    since: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class OwnSettings:
    factors: Factors
    sessions: list[SignedIn]
    is_told: bool
    pushed_to: int
    push_fails: bool
    confirmed_at: datetime | None
    still_counts: bool
    stand_ins: list[StandIn]
    sound: str
    """Which alarm this person's pages ring with; empty: none."""

    @property
    def has_more_sessions(self) -> bool:
        return len(self.sessions) > 1


def own_settings(user: User, session_key: str | None) -> OwnSettings:
    confirmed = last_confirmed([user.pk]).get(user.pk)
    working, failing = push_state_of(user)
    return OwnSettings(
        factors=factors_of(user),
        sessions=_sessions(user, session_key),
        is_told=current_company().kind == "company",
        pushed_to=working,
        push_fails=bool(failing),
        confirmed_at=confirmed,
        still_counts=confirmed is not None and timezone.now() - confirmed < COUNTS_FOR,
        stand_ins=stand_ins_of(user),
        sound=_sound_for(set(user.roles)),
    )


def _sessions(user: User, session_key: str | None) -> list[SignedIn]:
    return [
        SignedIn(
            browser=name_of_browser(one.user_agent),
            network=one.ip,
            since=one.created_at,
            is_this=one.session_key == session_key,
        )
        for one in UserSession.objects.purge_and_list(user)
    ]


def _sound_for(roles: set[str]) -> str:
    if current_company().kind == "company":
        return "alarm" if CALLED & roles else ""
    return "siren" if AT_CONSOLE & roles else ""
