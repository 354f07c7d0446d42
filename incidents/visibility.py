"""Who may see an incident: one by one after the table of permissions, and the same as a condition
for lists."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Role, User
from accounts.permissions import Subject, can
from incidents.models import Incident
from notifications.models import Notice
from people.supervision.duties import Duties, Exclusions, duties_of, is_on_call_duty


class Visibility:
    """What one person may see and do; their duties are read once for all questions of a page."""

    def __init__(self, user: User) -> None:
        self.user = user
        self._exclusions = Exclusions(user)

    def may(self, action: str, incident: Incident) -> bool:
        """Whether this person may do it. `action`: see_incident, answer_incident, classify."""
        (subject,) = self._subjects([incident])
        return can(self.user.as_actor(), action, subject)

    def visible(self, incidents: Iterable[Incident]) -> list[Incident]:
        candidates, actor = list(incidents), self.user.as_actor()
        pairs = zip(candidates, self._subjects(candidates), strict=True)
        return [incident for incident, subject in pairs if can(actor, "see_incident", subject)]

    def condition(self, *, opened_since: datetime | None = None) -> Q:
        """What `visible` lets through, as a condition; of incidents opened since then, if a moment
        is given."""
        if Role.HR_ADMIN in self.user.roles:
            return ~_hidden(self._exclusions)
        duties, own = self._duties, Q(reporter__user=self.user)
        wide = duties.people("reporter__") | duties.posts("post__") | own
        if self._may_be_called:
            called = Notice.objects.filter(
                recipient_user=self.user, incident_id=OuterRef("public_id")
            )
            if opened_since:  # nobody is called before, and somebody may be called for years
                called = called.filter(created_at__gte=opened_since)
            wide |= Q(Exists(called))
        return wide & ~_hidden(self._exclusions)

    @cached_property
    def _duties(self) -> Duties:
        return duties_of(self.user)

    @cached_property
    def _may_be_called(self) -> bool:
        return is_on_call_duty(self.user)

    def _subjects(self, incidents: list[Incident]) -> Iterator[Subject]:
        called = self._called_to(incidents)
        for incident in incidents:
            yield Subject(
                kind="incident",
                is_own=is_own(incident, self.user.pk),
                in_scope=self._duties.cover(incident.holder),
                was_paged=incident.public_id in called,
                is_excluded=self._exclusions.hide(incident.holder, incident.public_id),
            )

    def _called_to(self, incidents: list[Incident]) -> set[UUID]:
        """The incidents of these that this person was called to."""
        if not self._may_be_called:
            return set()
        ids = [incident.public_id for incident in incidents]
        notices = Notice.objects.filter(recipient_user=self.user, incident_id__in=ids)
        return {pk for pk in notices.values_list("incident_id", flat=True) if pk}


def is_own(incident: Incident, user_id: int | None) -> bool:
    """Whether the alarm is about this person; a device at a post is nobody's."""
    return (
        user_id is not None
        and incident.reporter is not None
        and incident.reporter.user_id == user_id
    )


def hidden_from(user: User) -> QuerySet[Incident]:
    """Incidents hidden from this person because of a conflict of interest."""
    return Incident.objects.filter(_hidden(Exclusions(user)))


def _hidden(exclusions: Exclusions) -> Q:
    return Q(reporter__in=exclusions.employee_ids()) | Q(public_id__in=exclusions.incident_ids())
