"""What a lead sets up: centres, bases, responders, steps of the protocol."""

from django.db import transaction
from django.db.models import Model

from audit.actors import Actor
from audit.services import ADMIN_STREAM, append


@transaction.atomic
def keep(row: Model, kind: str, *, fields: list[str], actor: Actor) -> None:
    """`fields`: the names of those that were changed."""
    row.save()
    append(ADMIN_STREAM, f"desk.{kind}", actor, id=row.pk, fields=fields)
