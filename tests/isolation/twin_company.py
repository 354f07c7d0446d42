"""One of two companies as the tests of isolation see it: who is who there, how somebody asks it,
and what has changed in it."""

import re
import uuid
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import quote

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils.html import escape
from psycopg.sql import SQL, Composed, Identifier, Literal

from accounts.models import SavedView, SingleSignOn, User
from incidents.models import (
    Incident,
    IncidentEvent,
    LocationFix,
    Message,
)
from notifications.models import Notice, PushSubscription, Receipt
from people.models import (
    Device,
    EnrolmentCode,
    PlannedChange,
    ProvisionedEmployee,
    ProvisioningToken,
    Upload,
)
from recordings.models import MarkWithdrawal, PlayReview, PlaySession, Recording, SoundMark
from tenants.models import Company
from tests.calling_out import calls
from wellbeing.models import (
    CareTask,
    CheckIn,
    FollowUpChoice,
)

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore
NOBODY = "nobody"
LONG_AGO = "2026-01-01"

# What a refused or harmless request must leave as it was.
WATCHED = (
    Incident,
    IncidentEvent,
    Message,
    LocationFix,
    Notice,
    Receipt,
    PushSubscription,
    Device,
    EnrolmentCode,
    Recording,
    PlaySession,
    PlayReview,
    SoundMark,
    MarkWithdrawal,
    User,
    CheckIn,
    CareTask,
    FollowUpChoice,
    SingleSignOn,
    SocialAccount,
    Upload,
    PlannedChange,
    SavedView,
    ProvisionedEmployee,
    ProvisioningToken,
)


@dataclass(frozen=True)
class Credential:
    """What a browser or device shows; worth something on one host only."""

    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    status: int
    kind: str
    location: str
    text: str

    def __str__(self) -> str:
        return f"{self.status} {self.location} {self.text[:100]!r}"

    @property
    def is_refusal(self) -> bool:
        to_sign_in = self.status == 302 and "/login/" in self.location
        return self.status in {401, 403, 404} or to_sign_in


@dataclass
class Side:
    """One company: what it is called, what may be named in an address, and who is who."""

    company: Company
    mark: str
    names: dict[str, str] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    credentials: dict[str, Credential] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return f"{self.company.schema}.localhost"

    def secrets(self) -> set[str]:
        return {self.mark, *(self.names[name] for name in OWN)}


# Names that only this company's answers may contain.
OWN = (
    "incident",
    "recording",
    "session",
    "flag",
    "notice",
    "told",
    "tap",
    "button",
    "tap_token",
    "care",
    "person",
    "reminder",
    "invitation",
    "upload",
    "plan",
    "place",
    "phone",
    "check",
    "recovery",
    "recovery_token",
    "provisioned",
)
NO_KEY = "999999999"
DESK_THINGS = ("case", "dispatch", "offer", "glass", "ear", "desk_flag")
"""What the desk calls its own; they exist in the tests that need them."""


def missing(side: Side) -> Side:
    """The same company with ids that nobody has: what "does not exist" looks like."""
    unknown = {name: str(uuid.uuid4()) for name in (*OWN, *DESK_THINGS)}
    unknown |= {
        "code": "0000-0000-0000",
        "demo": "x:y:z",
        "demo_phone": "x:y:z",
        "link": "t=AAAA:BBBB",
        "reset": "1-a-b",
    }
    unknown |= {"tap_token": f"tap1.{uuid.uuid4().hex}.{'x' * 43}"}
    unknown |= dict.fromkeys(("reminder_link", "check_link"), "t=AAAA:BBBB")
    unknown |= {name: NO_KEY for name in side.names if name.endswith("_pk")}
    return Side(side.company, side.mark, side.names | unknown, side.keys, side.credentials)


# Whose person signs in at the company's provider, or presses to test the connection to it.
WAITS_FOR_A_PROVIDER = {
    "/accounts/sso/",
    "/accounts/sso/callback/",
    "/admin/accounts/singlesignon/test/",
}

# As in a server: one chain of middleware for every request, and not one for each.
HANDLER = Client().handler


def ask(
    credential: Credential, host: str, method: str, url: str, body: Any = None, form: bool = False
) -> Reply:
    client = Client()
    client.handler = HANDLER
    for name, value in credential.cookies.items():
        client.cookies[name] = value
    kind = {} if form else {"content_type": "application/json"}
    send = getattr(client, method.lower())
    with calls() as called:
        answer = send(
            url,
            **({"data": body or {}} if method != "GET" else {}),
            **kind,
            headers={"Host": host, **credential.headers},
        )
    if url.partition("?")[0] not in WAITS_FOR_A_PROVIDER:
        assert called == [], f"{method} {url} waits for others: mails and calls are work of jobs"
    raw = answer.getvalue()
    return Reply(
        answer.status_code,
        answer.headers.get("Content-Type", ""),
        answer.headers.get("Location", ""),
        raw.decode(errors="replace"),
    )


VARIABLE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Za-z0-9]{64}|\d{13}"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"
)


def invented(credential: Credential) -> Credential:
    """As somebody would make one up who knows only its shape."""
    token = f"Bearer sb1.{uuid.uuid4().hex}.{'x' * 43}"
    headers = dict.fromkeys(credential.headers, token)
    return Credential(headers, dict.fromkeys(credential.cookies, "x" * 32))


def filled(text: Any, side: Side) -> Any:
    """{names} in an address or a body, as this company calls them."""
    if isinstance(text, dict):
        return {key: filled(value, side) for key, value in text.items()}
    if isinstance(text, list):
        return [filled(value, side) for value in text]
    return text.format_map(side.names) if isinstance(text, str) and "{" in text else text


SECRETS_IN_ADDRESSES = (
    "link",
    "reminder_link",
    "check_link",
    "demo",
    "demo_phone",
    "reset",
    "code",
)


def alike(reply: Reply, url: str, *asked: Side) -> Reply:
    """The reply without what any two replies differ in: what was asked for, CSRF tokens, times."""

    def plain(text: str) -> str:
        for written in (url, quote(url), escape(url)):
            text = text.replace(written, "#")
        for side in asked:
            for name in SECRETS_IN_ADDRESSES:
                text = text.replace(side.names[name], "#")
        return VARIABLE.sub("#", text)

    return Reply(reply.status, reply.kind, plain(reply.location), plain(reply.text))


def footprint(*sides: Side) -> dict[str, str]:
    """By schema: every row that somebody could have made or changed, in one look."""
    with connection.cursor() as cursor:
        cursor.execute(_look(*((side.company.schema, side.company.pk) for side in sides)))
        return dict(cursor.fetchall())


@cache
def _look(*companies: tuple[str, int]) -> str:
    looks = []
    for schema, key in companies:
        parts = [_rows_of(schema, model._meta.db_table) for model in WATCHED]
        cases = "(SELECT count(*) FROM public.operations_case WHERE company_id = {})"
        asked = "(SELECT string_agg(state, '') FROM public.tenants_recovery WHERE company_id = {})"
        parts += [SQL(text).format(Literal(key)) for text in (cases, asked)]
        look = SQL("SELECT {}, concat_ws('.', {})").format(Literal(schema), SQL(", ").join(parts))
        looks.append(look)
    return SQL(" UNION ALL ").join(looks).as_string(None)


def _rows_of(schema: str, table: str) -> Composed:
    # When a device was last heard says nothing of what it was allowed to do.
    return SQL(
        "(SELECT md5(string_agg((to_jsonb(t) - 'last_seen_at')::text, '' ORDER BY t.id))"
        " FROM {}.{} t)"
    ).format(Identifier(schema), Identifier(table))
