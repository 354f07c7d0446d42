"""What the responder's page shows: their own dispatch while it lasts, nothing of any other."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from audit.actors import Actor
from operations.company_access import door
from operations.company_access.views import Destination, destination
from operations.errors import NoGrant
from operations.models import Dispatch, Responder
from operations.selectors import dispatches_of, grant_in_force


@dataclass(frozen=True, slots=True)
class ResponderStep:
    name: str
    """As in the address, `accept`."""
    title: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Way:
    """Somewhere to go: the phone says in which direction and how far, as it knows where it is."""

    title: str
    latitude: float
    longitude: float
    at: datetime | None
    """When it was so; a place has no age."""

    @property
    def point(self) -> str:
        return f"{self.latitude:.6f},{self.longitude:.6f}"

    @property
    def at_ms(self) -> int:
        return _ms(self.at) if self.at else 0


@dataclass(frozen=True, slots=True)
class ResponderScreen:
    responder: Responder
    dispatch: Dispatch | None
    there: Destination | None
    steps: list[ResponderStep]
    results: list[tuple[str, str]]
    following: Dispatch | None
    """Where to go next: company and site only, as before every order."""

    @property
    def next_step(self) -> str:
        return next((step.name for step in self.steps if step.done_at is None), "")

    @property
    def is_sharing_position(self) -> bool:
        return self.dispatch is not None and self.dispatch.state in ("accepted", "en_route")

    @property
    def arrive_ms(self) -> int:
        return _ms(self.dispatch.arrive_by) if self.dispatch else 0

    @property
    def leave_ms(self) -> int:
        return _ms(self.dispatch.leave_by) if self.dispatch else 0

    @property
    def arrived(self) -> bool:
        return self.dispatch is not None and self.dispatch.arrived_at is not None

    @property
    def departed_ms(self) -> int:
        departed = self.dispatch.departed_at if self.dispatch else None
        return _ms(departed) if departed else 0

    @property
    def ways(self) -> list[Way]:
        """The place, and where the person was last."""
        if self.there is None:
            return []
        site, fix = self.there.incident, self.there.last_fix
        ways = []
        if site.latitude is not None and site.longitude is not None:
            ways.append(Way(_("The place"), site.latitude, site.longitude, None))
        if fix:
            title = _("The person's last position")
            ways.append(Way(title, fix.latitude, fix.longitude, fix.at))
        return ways

    @property
    def geo(self) -> str:
        """For the map app: the person's last position; before one arrived, the site's."""
        return self.ways[-1].point if self.ways else ""


def screen_of(actor: Actor) -> ResponderScreen | None:
    """The responder's screen; None for somebody without a unit."""
    responder = Responder.objects.filter(user_id=actor.id).first()
    if responder is None:
        return None
    dispatch = active_dispatch(actor)
    return ResponderScreen(
        responder=responder,
        dispatch=dispatch,
        there=_there(dispatch, actor) if dispatch else None,
        steps=_steps(dispatch) if dispatch else [],
        results=[(one.value, str(one.label)) for one in Dispatch.Result],
        following=next_dispatch(actor),
    )


def active_dispatch(actor: Actor) -> Dispatch | None:
    return dispatches_of(actor).active().first()


def next_dispatch(actor: Actor) -> Dispatch | None:
    return dispatches_of(actor).reserved().first()


def state_shown(actor: Actor) -> str:
    """A mark that the page compares to know that it is out of date."""
    now, following = active_dispatch(actor), next_dispatch(actor)
    parts = [f"{now.public_id}:{now.state}"] if now else []
    return " ".join(parts + ([str(following.public_id)] if following else []))


def _there(dispatch: Dispatch, actor: Actor) -> Destination | None:
    """The place, opened by 指示受領. Each look is in the company's audit."""
    grant = grant_in_force(dispatch.case.public_id, actor)
    if grant is None:
        return None
    try:
        return door.read(
            grant_id=grant.public_id, operator=actor, verb="dispatch.viewed", query=destination
        )
    except NoGrant:  # it ended in this very moment
        return None


def _steps(dispatch: Dispatch) -> list[ResponderStep]:
    return [
        ResponderStep("accept", _("Order received"), dispatch.accepted_at),
        ResponderStep("depart", _("Departure"), dispatch.departed_at),
        ResponderStep("arrive", _("Arrival on site"), dispatch.arrived_at),
        ResponderStep("leave", _("Leaving"), dispatch.left_at),
    ]


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
