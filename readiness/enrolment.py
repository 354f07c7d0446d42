"""Giving out enrolment codes and taking them back, each in the company's audit."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from audit.actors import Actor
from audit.services import ADMIN_STREAM, append
from people.devices import IssuedCode, issue_codes, revoke_codes
from people.keeping import Keeper
from people.models import Device, Employee, Post, Site
from recordings.purposes import must_be_published

Holder = Employee | Post


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


@transaction.atomic
def revoke_sheets(*, actor: Actor, holders: Sequence[Holder]) -> int:
    """How many codes were still good and no longer are."""
    revoked = revoke_codes(holders)
    for holder in holders:
        append(ADMIN_STREAM, "enrolment_code.revoked", actor, **named(holder))
    return revoked


@transaction.atomic
def void_sheets(*, keeper: Keeper, site: Site | None) -> int:
    """Every sheet that is still good, of one site or of all that the keeper looks after."""
    voided = keeper.codes(site).update(revoked_at=timezone.now())
    where = {"site": str(site.public_id)} if site else {}
    append(ADMIN_STREAM, "enrolment_code.voided", keeper.actor, count=voided, **where)
    return voided


@transaction.atomic
def revoke_device(*, actor: Actor, device: Device) -> None:
    device.revoke()
    append(
        ADMIN_STREAM,
        "device.revoked",
        actor,
        device=str(device.public_id),
        **named(device.holder),
    )


def named(holder: Holder) -> dict[str, str]:
    kind = "employee" if isinstance(holder, Employee) else "post"
    return {kind: str(holder.public_id)}
