"""Links in messages. They carry a signed token for one notice, good for a day and one company."""

from urllib.parse import urlencode
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner

from notifications.models import Notice
from tenants.context import current_company

GOOD_FOR = 24 * 3600


def acknowledge_path(notice: Notice) -> str:
    """Opening it shows a page; only that page's button does something."""
    token = _signer().sign(notice.public_id.hex).removeprefix(f"{notice.public_id.hex}:")
    return f"/portal/n/{notice.public_id}/?{urlencode({'t': token})}"


def read_token(public_id: UUID, token: str) -> bool:
    """Whether this company made the token for this notice within a day."""
    try:
        return _signer().unsign(f"{public_id.hex}:{token}", max_age=GOOD_FOR) == public_id.hex
    except BadSignature:
        return False


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=f"notifications.links:{current_company().schema}")
