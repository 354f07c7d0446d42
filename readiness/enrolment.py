"""Giving out enrolment codes and taking them back, each in the company's audit."""

from collections.abc import Sequence

from django.db import transaction

from audit.actors import Actor
from audit.services import ADMIN_STREAM, append
from people.devices.services import Holder, IssuedCode, issue_codes, named
from recordings.purposes import must_be_published


@transaction.atomic
def issue_sheets(
    *, actor: Actor, holders: Sequence[Holder], revoke_older: bool
) -> list[IssuedCode]:
    """The one way by which a company gives codes out. Raises NotPublished."""
    must_be_published()
    issued = issue_codes(holders, revoke_older=revoke_older)
    for one in issued:
        append(
            ADMIN_STREAM,
            "enrolment_code.issued",
            actor,
            **named(one.holder),
            expires_at=one.expires_at,
            revoked_older=revoke_older,
        )
    return issued
