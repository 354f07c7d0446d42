"""The tokens of the company's identity provider: shown once, kept as keyed hashes."""

import hmac
import re
import secrets
import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.services import ADMIN_STREAM, append
from people.devices.services import keyed_hash
from people.models import ProvisioningToken
from people.models.provisioning import SLOTS

TOKEN = re.compile(r"sbs1\.([0-9a-f]{32})\.([A-Za-z0-9_-]{43})", re.ASCII)
SEEN_EVERY = timedelta(minutes=1)


class UnknownProvisioningToken(Exception):
    """Not a good token of this company."""


class TooManyTokens(Exception):
    """Two are good already."""


@transaction.atomic
def issue_token(*, name: str, by: User) -> tuple[ProvisioningToken, str]:
    """Issue a token; its text is shown only now. Raises TooManyTokens."""
    secret = secrets.token_urlsafe(32)
    taken = set(ProvisioningToken.objects.good().values_list("slot", flat=True))
    free = [slot for slot in SLOTS if slot not in taken]
    if not free:
        raise TooManyTokens
    try:
        with transaction.atomic():
            token = ProvisioningToken.objects.create(
                name=name, issued_by=by, slot=free[0], token_hash=_hash(secret)
            )
    except IntegrityError as error:
        raise TooManyTokens from error
    append(ADMIN_STREAM, "provisioning_token.issued", by.as_actor(), token=token.public_id)
    return token, f"sbs1.{token.public_id.hex}.{secret}"


def _hash(secret: str) -> bytes:
    return keyed_hash(f"provisioning:{secret}")


def authenticate(text: str) -> ProvisioningToken:
    """The token of a text. Raises UnknownProvisioningToken."""
    match = TOKEN.fullmatch(text)
    if match is None:
        raise UnknownProvisioningToken
    token = ProvisioningToken.objects.good().filter(public_id=uuid.UUID(match[1])).first()
    if token is None or not hmac.compare_digest(bytes(token.token_hash), _hash(match[2])):
        raise UnknownProvisioningToken
    return token


def note_used(token: ProvisioningToken) -> None:
    now = timezone.now()
    if token.last_seen_at is None or now - token.last_seen_at > SEEN_EVERY:
        ProvisioningToken.objects.filter(pk=token.pk).update(last_seen_at=now)


@transaction.atomic
def revoke_token(token: ProvisioningToken, *, by: User) -> None:
    """Revoke a token, unless it was revoked before."""
    locked = ProvisioningToken.objects.select_for_update().good().filter(pk=token.pk).first()
    if locked is None:
        return
    locked.revoked_at = timezone.now()
    locked.save(update_fields=["revoked_at"])
    append(ADMIN_STREAM, "provisioning_token.revoked", by.as_actor(), token=locked.public_id)
