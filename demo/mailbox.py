"""What the demo's mail server took: a maildir, in which `new` holds what nobody has opened yet."""

import email
import mailbox
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from accounts.models import User
from demo.local import is_name_of_this_machine
from people.models import Employee
from tenants.context import run_in
from tenants.models import Company

LINK = re.compile(r"(https?://[^\s<>\"、。）]+)")


class NoSuchMail(Exception):
    """It was never there, or newer ones have taken its place."""


@dataclass(frozen=True, slots=True)
class Mail:
    key: str
    to: tuple[str, ...]
    subject: str
    at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """Of a text: words, or an address that leads into the demo."""

    text: str
    is_link: bool


@dataclass(frozen=True, slots=True)
class OpenedMail:
    mail: Mail
    pieces: list[Piece]
    html: str


def folder() -> Path:
    return Path(settings.DATA_DIR) / "mail"


def unread() -> int:
    return sum(1 for _mail in folder().glob("new/*"))


def mails() -> list[Mail]:
    """All of them, the newest first."""
    box = mailbox.Maildir(folder())
    return sorted(_all_of(box), key=lambda mail: mail.at, reverse=True)


def _all_of(box: mailbox.Maildir) -> Iterator[Mail]:
    for key in box.keys():  # noqa: SIM118 - a Maildir's values are mails
        try:
            yield _mail(key, box.get_message(key))
        except (KeyError, FileNotFoundError):
            continue  # thrown away meanwhile


def _mail(key: str, kept: mailbox.MaildirMessage) -> Mail:
    headers = email.message_from_bytes(kept.as_bytes(), policy=default)
    return Mail(
        key=key,
        to=tuple(str(headers.get_all("X-RcptTo", [""])[-1]).split(", ")),
        subject=str(headers["Subject"] or ""),
        at=datetime.fromtimestamp(kept.get_date(), UTC),
        is_read=kept.get_subdir() == "cur",
    )


def open_mail(key: str) -> OpenedMail:
    """The mail's words; from now on it is read. Raises NoSuchMail."""
    box = mailbox.Maildir(folder())
    try:
        kept = box.get_message(key)
        mail = _mail(key, kept)
        if not mail.is_read:
            kept.set_subdir("cur")
            kept.add_flag("S")
            box[key] = kept
    except (KeyError, FileNotFoundError) as error:
        raise NoSuchMail from error
    message = email.message_from_bytes(kept.as_bytes(), policy=default)
    return OpenedMail(mail, list(pieces_of(_part(message, "plain"))), _part(message, "html"))


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return "" if part is None else str(part.get_content())


def pieces_of(text: str) -> Iterator[Piece]:
    for number, piece in enumerate(LINK.split(text)):
        if piece:
            yield Piece(piece, is_link=number % 2 == 1 and _leads_into_the_demo(piece))


def _leads_into_the_demo(address: str) -> bool:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    return port == settings.PORT and is_name_of_this_machine(parts.hostname or "")


def names_of(addresses: Iterable[str]) -> dict[str, str]:
    """Who reads mail at each address, as far as the demo's companies know."""
    known: dict[str, str] = {}
    for company in Company.objects.order_by("pk"):
        known |= {
            address: f"{name}（{company.name}）"
            for address, name in run_in(company, lambda: list(_people()))
        }
    return {address: known.get(address, address) for address in addresses}


def _people() -> Iterator[tuple[str, str]]:
    for employee in Employee.objects.exclude(email=""):
        yield employee.email, employee.full_name
    for user in User.objects.exclude(email=None):
        yield str(user.email), user.get_full_name()
