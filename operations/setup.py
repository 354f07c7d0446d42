"""What a lead sets up: centres, bases, responders, steps of the protocol."""

from django.db import transaction
from django.db.models import Model

from audit.actors import Actor
from audit.services import ADMIN_STREAM, append
from operations.models import ProtocolStep
from operations.protocol import save_step


@transaction.atomic
def keep(row: Model, kind: str, *, fields: list[str], actor: Actor) -> None:
    """Save a row of the set-up. `fields`: the names of the changed ones."""
    if isinstance(row, ProtocolStep):
        save_step(row)
    else:
        row.save()
    append(ADMIN_STREAM, f"desk.{kind}", actor, id=row.pk, fields=fields)
