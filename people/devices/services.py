"""Enrolment codes and device tokens: secrets are random, only keyed hashes are stored."""

import hashlib
import hmac
import re
import secrets
import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from audit.actors import Actor
from audit.services import ADMIN_STREAM, append
from people.devices.managed import ManagedDevices
from people.models import Device, Employee, EnrolmentCode, Post, Site
from web.columns import Columns

Holder = Employee | Post

# Crockford's base 32 without I, L, O, U: what people can read from paper and type.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
CODE_DAYS = 14
TOKEN = re.compile(r"^sb1\.([0-9a-f]{32})\.([A-Za-z0-9_-]{43})$")
TAP_TOKEN = re.compile(r"^tap1\.([0-9a-f]{32})\.([A-Za-z0-9_-]{43})$")
IN_ADDRESS = re.compile(r"\bcode=([^&#\s]+)", re.IGNORECASE)
SEEN_EVERY = timedelta(minutes=1)

_DEVICE, _EMPLOYEE = Columns(Device, apart_from=["push"]), Columns(Employee)
_WITH_EMPLOYEE = (
    f"SELECT {_DEVICE.of('device')}, {_EMPLOYEE.of('employee')} FROM people_device AS device"  # noqa: S608 - our own words
    " LEFT JOIN people_employee AS employee ON employee.id = device.employee_id"
    " WHERE device.public_id = %s"
)


class UnknownToken(Exception):
    """No device of this company has this token."""


class UnknownCode(Exception):
    """Not an enrolment code of this company, or it has expired."""


def keyed_hash(text: str) -> bytes:
    return hmac.digest(settings.DEVICE_TOKEN_PEPPER, text.encode(), hashlib.sha256)


def token_hash(secret: str) -> bytes:
    return keyed_hash(secret)


def authenticate(token: str) -> Device:
    """The device of a token, revoked ones included (the caller decides what they may). People who
    have left have none any more, though nobody has revoked it.

    Raises UnknownToken.
    """
    match = TOKEN.match(token)
    if match is None:
        raise UnknownToken
    device = _with_employee(uuid.UUID(match[1]))
    if device is None or device.kind == Device.Kind.BUTTON or not device.may_report:
        raise UnknownToken
    if not hmac.compare_digest(bytes(device.token_hash), token_hash(match[2])):
        raise UnknownToken
    return device


def authenticate_tap(token: str) -> Device:
    """The button of a tap token, revoked ones included. It opens nothing but the tap's own door.

    Raises UnknownToken.
    """
    match = TAP_TOKEN.match(token)
    if match is None:
        raise UnknownToken
    device = _with_employee(uuid.UUID(match[1]))
    if device is None or device.kind != Device.Kind.BUTTON:
        raise UnknownToken
    if not hmac.compare_digest(bytes(device.token_hash), tap_hash(match[2])):
        raise UnknownToken
    return device


def _with_employee(public_id: uuid.UUID) -> Device | None:
    """A device and its employee, read narrowly: every request of the API begins with it."""
    with connection.cursor() as cursor:
        cursor.execute(_WITH_EMPLOYEE, [public_id])
        row = cursor.fetchone()
    if row is None:
        return None
    device = _DEVICE.instance(row[: len(_DEVICE)])
    if device.employee_id is not None:
        device.employee = _EMPLOYEE.instance(row[len(_DEVICE) :])
    return device


@transaction.atomic
def issue_tap_token(*, holder: Holder, name: str) -> tuple[Device, str]:
    """A button of the holder's, and its token, which is shown only now.

    The same name again replaces the older one, as a newer installation does.
    """
    employee, post = _holder(holder)
    for older in Device.objects.filter(
        employee=employee, post=post, kind=Device.Kind.BUTTON, name=name, revoked_at__isnull=True
    ):
        older.revoke()
    secret = secrets.token_urlsafe(32)
    device = Device.objects.create(
        employee=employee,
        post=post,
        kind=Device.Kind.BUTTON,
        name=name,
        token_hash=tap_hash(secret),
    )
    return device, f"tap1.{device.public_id.hex}.{secret}"


def tap_hash(secret: str) -> bytes:
    return keyed_hash(f"tap:{secret}")


def _holder(holder: Holder) -> tuple[Employee | None, Post | None]:
    return (holder, None) if isinstance(holder, Employee) else (None, holder)


_SEEN = """
UPDATE people_device SET last_seen_at = %s WHERE id IN (
  SELECT id FROM people_device WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED)"""


def note_seen(device: Device) -> None:
    """Note it now and then; a press never waits for somebody who has the row."""
    now = timezone.now()
    if device.last_seen_at is None or now - device.last_seen_at > SEEN_EVERY:
        with connection.cursor() as cursor:
            cursor.execute(_SEEN, [now, device.pk])


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """What a sheet shows; the code itself is kept nowhere else."""

    holder: Holder
    text: str
    expires_at: datetime


def issue_code(*, holder: Holder) -> str:
    """A new code for a sheet, in groups of four; older ones of the holder stay good."""
    return issue(holder=holder).text


def issue(*, holder: Holder) -> IssuedCode:
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    employee, post = _holder(holder)
    kept = EnrolmentCode.objects.create(
        code_hash=keyed_hash(code),
        employee=employee,
        post=post,
        expires_at=timezone.now() + timedelta(days=CODE_DAYS),
    )
    text = "-".join(code[i : i + 4] for i in range(0, CODE_LENGTH, 4))
    return IssuedCode(holder, text, kept.expires_at)


@transaction.atomic
def issue_codes(holders: Iterable[Holder], *, revoke_older: bool) -> list[IssuedCode]:
    """Codes for sheets. ``revoke_older``: a sheet was lost, so what was printed before is void."""
    holders = list(holders)
    if revoke_older:
        revoke_codes(holders)
    return [issue(holder=holder) for holder in holders]


def revoke_codes(holders: Iterable[Holder]) -> int:
    """Revoke the holders' codes. Returns how many were still good."""
    pairs = [_holder(holder) for holder in holders]
    of_holders = Q(employee__in=[one for one, _post in pairs if one])
    of_holders |= Q(post__in=[post for _one, post in pairs if post])
    return EnrolmentCode.objects.good().filter(of_holders).update(revoked_at=timezone.now())


@transaction.atomic
def redeem_code(*, code: str, kind: str, name: str) -> tuple[Device, str]:
    """Enrol a device. A newer installation of the same kind replaces the older one.

    Returns the device and its token, which is shown only now. Raises UnknownCode.
    """
    known = (
        EnrolmentCode.objects.good()
        .select_related("employee", "post")
        .filter(code_hash=keyed_hash(normalised(code)))
        .first()
    )
    if known is None or (known.employee and not known.employee.is_current):
        raise UnknownCode
    for older in Device.objects.filter(
        employee=known.employee, post=known.post, kind=kind, revoked_at__isnull=True
    ):
        older.revoke()
    return create_device(employee=known.employee, post=known.post, kind=kind, name=name)


def create_device(
    *, employee: Employee | None, post: Post | None, kind: str, name: str
) -> tuple[Device, str]:
    secret = secrets.token_urlsafe(32)
    device = Device.objects.create(
        employee=employee, post=post, kind=kind, name=name, token_hash=token_hash(secret)
    )
    return device, f"sb1.{device.public_id.hex}.{secret}"


def normalised(code: str) -> str:
    """A typed code as it was printed: O reads 0, I and L read 1; in full width, with other dashes,
    or the whole address that a sheet's picture opens."""
    plain = unicodedata.normalize("NFKC", unquote(code))
    in_address = IN_ADDRESS.search(plain)
    kept = re.sub(r"[^0-9A-Z]", "", (in_address[1] if in_address else plain).upper())
    return kept.translate(str.maketrans("OIL", "011"))


@transaction.atomic
def revoke_sheets(*, actor: Actor, holders: Sequence[Holder]) -> int:
    """Revoke the holders' sheets, with an audit entry each. Returns how many codes were good."""
    revoked = revoke_codes(holders)
    for holder in holders:
        append(ADMIN_STREAM, "enrolment_code.revoked", actor, **named(holder))
    return revoked


@transaction.atomic
def void_sheets(*, managed: ManagedDevices, site: Site | None) -> int:
    """Revoke every good sheet, of one site or of all managed ones. Returns how many."""
    voided = managed.codes(site).update(revoked_at=timezone.now())
    where = {"site": str(site.public_id)} if site else {}
    append(ADMIN_STREAM, "enrolment_code.voided", managed.actor, count=voided, **where)
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
