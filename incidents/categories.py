"""What kind of harassment it was, said after the alarm by those who answer for the record."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.actors import Actor
from incidents.log import record_event
from incidents.models import Category, Classification, Incident

RECORD_LANGUAGE = "ja"


class StillOpen(Exception):
    """The alarm is still open: it is classified after its end."""


def offered(incident: Incident) -> list[Category]:
    """Categories that are on, and those this incident was given before they were switched off."""
    chosen = {classification.category_id for classification in incident.classifications.all()}
    everything = Category.objects.select_related("corresponds_to")
    return [category for category in everything if category.is_on or category.pk in chosen]


@transaction.atomic
def classify(*, incident: Incident, actor: Actor, categories: Iterable[int]) -> None:
    """Replace the categories. Raises StillOpen; keys that are not offered are left out."""
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    if incident.is_open:
        raise StillOpen
    wanted = set(categories)
    chosen = [category for category in offered(incident) if category.pk in wanted]
    before = set(incident.classifications.values_list("category_id", flat=True))
    if before == {category.pk for category in chosen}:
        return
    incident.classifications.exclude(category__in=chosen).delete()
    Classification.objects.bulk_create(
        Classification(incident=incident, category=category, by_name=actor.name)
        for category in chosen
        if category.pk not in before
    )
    with override(RECORD_LANGUAGE):
        names = "、".join(str(category) for category in chosen) or _("none")
    record_event(incident=incident, kind="classified", actor=actor, payload={"text": names})
