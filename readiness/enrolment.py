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
    """Issue audited sheets: the only way to give codes out. Raises NotPublished."""
    must_be_published()
    issued = issue_codes(holders, revoke_older=revoke_older)
    for code in issued:
        append(
            ADMIN_STREAM,
            "enrolment_code.issued",
            actor,
            **named(code.holder),
            expires_at=code.expires_at,
            revoked_older=revoke_older,
        )
    return issued
