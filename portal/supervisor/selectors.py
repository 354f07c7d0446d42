"""Which incidents a person may see. Every way to one passes `incident_for`."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import Role, User
from accounts.permissions import Subject, can
from incidents.models import Incident, IncidentEvent, IncidentQuerySet
from notifications.models import Notice, Receipt
from notifications.services import notice_for_link
from people.duties import Exclusions, duties_of, may_still_be_called
from people.selectors import actor_for

RELATED = (
    "reporter__department",
    "reporter__user",
    "post__site",
    "site",
    "device",
    "acknowledged_by",
    "coming_by",
    "arrived_by",
)
# More open incidents than this at once is a catastrophe that no list helps with.
MOST_OPEN = 200


def incident_for(user: User, public_id: UUID) -> Incident:
    """The incident, or the same 404 whether it is unknown, foreign or kept from this person."""
    incident = Incident.objects.select_related(*RELATED).filter(public_id=public_id).first()
    if incident is None or not may_see(user, incident):
        raise Http404
    return incident


def may_see(user: User, incident: Incident) -> bool:
    return bool(visible(user, [incident]))


def may_act(user: User, incident: Incident) -> bool:
    (subject,) = subjects_of(user, [incident])
    return can(actor_for(user), "answer_incident", subject)


def may_classify(user: User, incident: Incident) -> bool:
    (subject,) = subjects_of(user, [incident])
    return can(actor_for(user), "classify", subject)


def visible(user: User, incidents: Iterable[Incident]) -> list[Incident]:
    """Those of the incidents that the table of permissions lets this person see."""
    found, actor = list(incidents), actor_for(user)
    pairs = zip(found, subjects_of(user, found), strict=True)
    return [incident for incident, subject in pairs if can(actor, "see_incident", subject)]


def subjects_of(user: User, incidents: list[Incident]) -> Iterator[Subject]:
    called, duties, exclusions = called_to(user, incidents), duties_of(user), Exclusions(user)
    for incident in incidents:
        yield Subject(
            kind="incident",
            is_own=is_own(incident, user),
            in_scope=duties.cover(incident.holder),
            was_paged=incident.public_id in called,
            is_excluded=exclusions.hide(incident.holder, incident.public_id),
        )


def within_reach(user: User, *, opened_since: datetime | None = None) -> Q:
    """The incidents that `can()` may allow this person to see, as a condition for a list; of those
    that were opened since then, if a moment is given."""
    if Role.HR_ADMIN in user.roles:
        return ~_kept_from(user)
    duties = duties_of(user)
    wide = duties.people("reporter__") | duties.posts("post__") | Q(reporter__user=user)
    if may_still_be_called(user):
        called = Notice.objects.filter(recipient_user=user, incident_id=OuterRef("public_id"))
        if opened_since:  # nobody is called before, and somebody may have been called for years
            called = called.filter(created_at__gte=opened_since)
        wide |= Q(Exists(called))
    return wide & ~_kept_from(user)


def _kept_from(user: User) -> Q:
    exclusions = Exclusions(user)
    return Q(reporter__in=exclusions.employee_ids()) | Q(public_id__in=exclusions.incident_ids())


def called_to(user: User, incidents: list[Incident]) -> set[UUID]:
    """Those of the incidents that this person was told about."""
    if not may_still_be_called(user):
        return set()
    ids = [incident.public_id for incident in incidents]
    told = Notice.objects.filter(recipient_user=user, incident_id__in=ids)
    return {pk for pk in told.values_list("incident_id", flat=True) if pk}


def is_own(incident: Incident, user: User) -> bool:
    return incident.reporter is not None and incident.reporter.user_id == user.pk


def was_shown_to_person(incident: Incident) -> bool:
    """Whether a device of hers reported that it displayed an answer since somebody saw it."""
    shown = Receipt.objects.filter(
        notice__incident_id=incident.public_id,
        notice__recipient_device__isnull=False,
        notice__kind="answer",
        notice__created_at__gte=incident.acknowledged_at,
    )
    return shown.exclude(stage=Receipt.Stage.DELIVERED).exists()


def open_incidents(user: User) -> list[Incident]:
    return list(_open(within_reach(user)).select_related(*RELATED)[:MOST_OPEN])


def open_ids(reach: Q) -> list[UUID]:
    """The same ones in the same order."""
    return list(_open(reach).values_list("public_id", flat=True)[:MOST_OPEN])


def _open(reach: Q) -> IncidentQuerySet:
    """Rights come before the limit: alarms of others, however many, hide none."""
    return Incident.objects.open().filter(reach).pressing_first()


def closed_incidents(user: User, *, days: int, outcome: str, drills: bool) -> QuerySet[Incident]:
    """Newest first, for paging: the database leaves out what this person may not see."""
    since = timezone.now() - timedelta(days=days)
    found = Incident.objects.select_related(*RELATED).filter(
        within_reach(user, opened_since=since), state=Incident.State.CLOSED, opened_at__gte=since
    )
    if outcome:
        found = found.filter(outcome=outcome)
    if not drills:
        found = found.filter(drill=Incident.Drill.NONE)
    return found.order_by("-opened_at", "-pk")


def may_follow(user_id: int, public_ids: set[UUID]) -> set[UUID]:
    """Those of the wanted incidents whose hints this person's socket may carry."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return set()
    found = Incident.objects.select_related(*RELATED).filter(public_id__in=public_ids)
    return {incident.public_id for incident in visible(user, found)}


def changed_since(reach: Q, since: datetime) -> list[UUID]:
    events = IncidentEvent.objects.filter(at__gte=since).order_by()
    touched = Incident.objects.filter(reach, pk__in=events.values("incident_id"))
    return list(touched.order_by().values_list("public_id", flat=True))


def notice_of_link(public_id: UUID, token: str) -> tuple[User | None, Incident | None]:
    """Whom a message's link was sent to, and about which incident."""
    notice = notice_for_link(public_id, token)
    if notice is None or notice.recipient_user is None or notice.incident_id is None:
        return None, None
    if not notice.recipient_user.is_active:
        return None, None
    found = Incident.objects.select_related(*RELATED).filter(public_id=notice.incident_id)
    seen = visible(notice.recipient_user, found)
    return (notice.recipient_user, seen[0]) if seen else (None, None)
