"""Links in messages. They carry a signed token for one notice, good for a day and one company."""

from urllib.parse import urlencode
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner

from notifications.models import Delivery, Notice
from tenants.context import current_company

GOOD_FOR = 24 * 3600


def acknowledge_path(notice: Notice) -> str:
    """Path of a notice's page. Opening it does nothing; only that page's button does."""
    return f"/portal/n/{notice.public_id}/?{_token_query(notice)}"


def personal_path(notice: Notice) -> str:
    """The notice's page for somebody without a sign-in; opening it does nothing either."""
    return f"{notice.path}{notice.public_id}/?{_token_query(notice)}"


def _token_query(notice: Notice) -> str:
    token = _signer().sign(notice.public_id.hex).removeprefix(f"{notice.public_id.hex}:")
    return urlencode({"t": token})


def check_path(delivery: Delivery) -> str:
    """Path of a test message's page. It names the delivery: by which way did it arrive?"""
    return f"{personal_path(delivery.notice)}&{urlencode({'by': delivery.public_id})}"


def receipts_path(delivery: Delivery) -> str:
    """Path where the browser itself reports that it showed the message."""
    page, _mark, query = check_path(delivery).partition("?")
    return f"{page}receipts/?{query}"


def read_token(public_id: UUID, token: str, good_for: int = GOOD_FOR) -> bool:
    """Whether this company made the token for this notice, a day ago at most or as long as said."""
    try:
        return _signer().unsign(f"{public_id.hex}:{token}", max_age=good_for) == public_id.hex
    except BadSignature:
        return False


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=f"notifications.links:{current_company().schema}")
