"""Two companies as like as twins: the same keys inside, the same people and passwords, and in each
one alarm with everything that belongs to it. What one shows and the other must not is its mark."""

import json
import re
import uuid
from dataclasses import dataclass, field
from datetime import time
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.socialaccount.models import SocialAccount
from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from psycopg.sql import SQL, Composed, Identifier, Literal

from accounts import second_factor
from accounts.invitations import path_of, promise_invitation
from accounts.models import RefusedSignIn, SavedView, SingleSignOn, User
from accounts.single_sign_on import keep
from audit.services import ADMIN_STREAM, append
from demo.data import ACME, GLOBEX, DemoCompany
from demo.links import signer
from demo.seeding import fill
from escalation.models import ContactRule, Exercise
from incidents.models import (
    Category,
    Incident,
    IncidentEvent,
    LocationFix,
    Message,
    RetentionSettings,
)
from jobs.models import Job
from notifications.links import acknowledge_path, personal_path
from notifications.models import Notice, NoticeText, PushSubscription, Receipt
from operations.dispatching import send_responder
from operations.granting import ask_break_glass
from operations.models import Case, Centre, Responder
from operations.selectors import actor_for
from operations.services import accept_handover, claim, offer_handover
from operations.shifts import start_shift
from people.devices import create_device, issue_code, issue_tap_token
from people.models import (
    AppSettings,
    Department,
    Device,
    Employee,
    EnrolmentCode,
    Exclusion,
    Holiday,
    ImportRun,
    Leave,
    OpeningHours,
    PlannedChange,
    Post,
    ProvisionedEmployee,
    ProvisioningToken,
    Site,
    SiteManagement,
    SupervisorAssignment,
    Upload,
    WorkPattern,
)
from people.provisioning_tokens import issue_token
from people.selectors import actor_for_device
from portal.platform.recovery_notice import path_of as recovery_path
from portal.supervisor.watching import COOKIE, ticket_for
from recordings import ingest
from recordings.models import PlayReview, PlaySession, Purpose, Recording
from tenants.context import run_in
from tenants.models import NOTICE, Company, Contact, Contract, Domain, Recovery
from tenants.provisioning import create_company
from tests.recordings.conftest import call, run
from tests.recordings.sounds import digest_header, unit
from wellbeing.models import (
    CareTask,
    CheckIn,
    FollowUpChoice,
    RuleSetting,
    SupportLine,
    WellbeingSettings,
)

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOBODY = "nobody"
LONG_AGO = "2026-01-01"
STAFF = ("olga", "otto", "lena", "rosa", "platform")
PEOPLE = ("boris", "second", "carla", "hanna", "anna", "daisuke")

# What a refused or harmless request must leave as it was.
WATCHED = (
    Incident, IncidentEvent, Message, LocationFix, Notice, Receipt, PushSubscription, Device,
    EnrolmentCode, Recording, PlaySession, PlayReview, User, CheckIn, CareTask, FollowUpChoice,
    SingleSignOn, SocialAccount, Upload, PlannedChange, SavedView, ProvisionedEmployee,
    ProvisioningToken,
)  # fmt: skip


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
    "incident", "recording", "session", "notice", "told", "tap", "button", "tap_token", "care",
    "reminder", "invitation", "upload", "plan", "place", "phone", "check", "recovery",
    "recovery_token", "provisioned",
)  # fmt: skip
NO_KEY = "999999999"
DESK_THINGS = ("case", "dispatch", "offer", "glass")
"""What the desk calls its own; they exist in the tests that need them."""


def missing(side: Side) -> Side:
    """The same company with ids that nobody has: what "does not exist" looks like."""
    unknown = {name: str(uuid.uuid4()) for name in (*OWN, *DESK_THINGS)}
    unknown |= {"code": "0000-0000-0000", "demo": "x:y:z", "link": "t=AAAA:BBBB", "reset": "1-a-b"}
    unknown |= {"tap_token": f"tap1.{uuid.uuid4().hex}.{'x' * 43}"}
    unknown |= dict.fromkeys(("reminder_link", "check_link"), "t=AAAA:BBBB")
    unknown |= {name: NO_KEY for name in side.names if name.endswith("_pk")}
    return Side(side.company, side.mark, side.names | unknown, side.keys, side.credentials)


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
    answer = send(url, **({"data": body or {}} if method != "GET" else {}), **kind,
                  headers={"Host": host, **credential.headers})  # fmt: skip
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


def alike(reply: Reply, url: str, *asked: Side) -> Reply:
    """The reply without what any two replies differ in: what was asked for, CSRF tokens, times."""

    def plain(text: str) -> str:
        for written in (url, quote(url), escape(url)):
            text = text.replace(written, "#")
        for side in asked:
            for name in ("link", "reminder_link", "check_link", "demo", "reset", "code"):
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


# Furnishing


def twins() -> tuple[Side, Side]:
    acme, globex = (_furnish(mark, demo) for mark, demo in (("acme", ACME), ("globex", GLOBEX)))
    _same_secrets_inside(acme, globex)
    for side in (acme, globex):
        run_in(side.company, _sign_in_everybody, side)
        record(side)
    desks(acme)
    globex.credentials |= {name: acme.credentials[name] for name in STAFF}
    _platform(acme, globex)
    Job.objects.filter(company_id__in=[acme.company.pk, globex.company.pk]).delete()
    return acme, globex


def _furnish(mark: str, demo: DemoCompany) -> Side:
    schema = f"{mark}{uuid.uuid4().hex[:8]}"
    company = create_company(
        name=demo.name, schema=schema, domain=f"{schema}.localhost", support=True
    )
    run_in(company, fill, demo)
    side = Side(company, f"{mark}のことば")
    side.names |= {"mark": side.mark, "site": demo.sites[0][0]}
    side.names["department"] = demo.departments[0][1]
    side.names["department_json"] = json.dumps(side.names["department"])[1:-1]
    side.names |= {"longitude": "139.5", "peaks": "0.039"}
    if mark == "globex":
        side.names |= {"longitude": "140.5", "peaks": "0.118"}
    run_in(company, _devices, side)
    alarm(side)
    run_in(company, _names, side)
    return side


def _devices(side: Side) -> None:
    anna, colleague = (Employee.objects.get(number=number) for number in ("020182", "020187"))
    anna.user = User.objects.create_user(
        "anna", "demo-sobani-2026", family_name="髙橋", given_name="美咲",
        given_kana=side.mark, roles=[],
    )  # fmt: skip
    anna.save()
    holders: dict[str, tuple[Employee | None, Post | None]] = {
        "anna's phone": (anna, None),
        "colleague's phone": (colleague, None),
        "post's phone": (None, Post.objects.order_by("pk").first()),
        "revoked phone": (anna, None),
    }
    for name, (employee, post) in holders.items():
        device, token = create_device(employee=employee, post=post, kind="iphone", name=side.mark)
        side.credentials[name] = Credential({"Authorization": f"Bearer {token}"})
        side.keys[name] = device.pk
        side.names[name] = token
        side.names.setdefault("phone", str(device.public_id))
    Device.objects.filter(pk=side.keys["revoked phone"]).update(revoked_at="2026-01-01T00:00:00Z")
    side.names["code"] = issue_code(holder=anna)
    button, side.names["tap_token"] = issue_tap_token(holder=anna, name=side.mark)
    append(ADMIN_STREAM, "tap_token.issued", actor_for_device(button), device=button.public_id)
    side.names["button"], side.keys["button"] = str(button.public_id), button.pk
    side.credentials[NOBODY] = Credential()
    _provider(side, colleague)


def _provider(side: Side, kept: Employee) -> None:
    """The company's identity provider keeps a colleague of anna's."""
    token, text = issue_token(name=side.mark, by=User.objects.get(username="hanna"))
    side.credentials["provider"] = Credential({"Authorization": f"Bearer {text}"})
    side.keys["token"] = token.pk
    ProvisionedEmployee.objects.create(employee=kept, user_name=side.mark)
    side.names["provisioned"] = str(kept.public_id)


def alarm(side: Side) -> None:
    """Through the public door: a tap with a position, words from her, a recording."""
    phone = side.credentials["anna's phone"]
    side.names["tap"] = str(uuid.uuid4())
    body: dict[str, Any] = {
        "tap_id": side.names["tap"],
        "location": {"latitude": 35.5, "longitude": float(side.names["longitude"])},
    }
    raised = ask(phone, side.host, "POST", "/api/v1/incidents", body)
    assert raised.status == 201, raised
    side.names["incident"] = json.loads(raised.text)["id"]
    said = {"client_id": str(uuid.uuid4()), "text": side.mark}
    path = f"/api/v1/incidents/{side.names['incident']}/messages"
    assert ask(phone, side.host, "POST", path, said).status == 201
    wish = {"client_id": str(uuid.uuid4()), "tap_id": side.names["tap"], "sample_rate": 48000}
    wish |= {"frames_per_unit": 47}
    recorded = ask(phone, side.host, "POST", "/api/v1/recordings", wish)
    assert recorded.status == 201, recorded
    side.names["recording"] = json.loads(recorded.text)["id"]


def _names(side: Side) -> None:
    call_to_boris = Notice.objects.get(recipient_user__username="boris")
    told = Notice.objects.create(
        recipient_device_id=side.keys["anna's phone"], kind="answer", title=side.mark,
        path="/app/", incident_id=side.names["incident"], dedupe="told",
    )  # fmt: skip
    recording, incident = Recording.objects.get(), Incident.objects.get()
    side.keys["incident"] = incident.pk
    anna = Employee.objects.get(number="020182")
    reminder = Notice.objects.create(
        recipient_employee=anna, kind="check_in", title=side.mark, path="/portal/check-in/",
        dedupe="reminder",
    )  # fmt: skip
    side.names["sso"] = _single_sign_on(side)
    check = Notice.objects.create(
        recipient_user=call_to_boris.recipient_user, kind=Notice.CHECK, title=side.mark,
        path="/portal/reach/", dedupe="check",
    )  # fmt: skip
    side.names |= {"check": str(check.public_id)}
    side.names |= {"check_link": urlsplit(personal_path(check)).query}
    side.keys |= _condition_settings(anna, side.mark)
    side.names |= {
        "care": str(CareTask.objects.create(employee=anna, due_on="2026-11-24").public_id),
        "reminder": str(reminder.public_id),
        "reminder_link": urlsplit(personal_path(reminder)).query,
    }
    side.names |= {
        "upload": str(_upload(side.mark).public_id),
        "plan": str(_plan().public_id),
        "place": str(anna.site.public_id),
        "notice": str(call_to_boris.public_id),
        "told": str(told.public_id),
        "link": urlsplit(acknowledge_path(call_to_boris)).query,
        "demo": signer().sign(f"{side.company.schema}:boris"),
    }
    side.keys |= {
        "recording": recording.pk, "notice": call_to_boris.pk, "told": told.pk,
        "log": LogEntry.objects.filter(object_repr=side.names["department"]).earliest("pk").pk,
        "site": Site.objects.get(name=side.names["site"]).pk,
        "department": Department.objects.get(name=side.names["department"]).pk,
        "post": Post.objects.filter(site__name=side.names["site"]).earliest("pk").pk,
        "assignment": SupervisorAssignment.objects.earliest("pk").pk,
        "management": SiteManagement.objects.get().pk,
        **{name: User.objects.get(username=name).pk for name in PEOPLE},
        **{f"employee {e.number}": e.pk for e in Employee.objects.all()},
    }  # fmt: skip
    side.names |= {f"{name}_pk": str(key) for name, key in side.keys.items()}


def _single_sign_on(side: Side) -> str:
    """Switched on; its provider is never reached from here."""
    issuer = f"https://127.0.0.1/{side.company.schema}"
    row = SingleSignOn(is_on=True, issuer=issuer, client_id="x", email_domains=["same.example"])
    keep(row, secret=side.mark)
    return issuer


def _upload(mark: str) -> Upload:
    return Upload.objects.create(
        by=User.objects.get(username="hanna"), file_name=mark, state=Upload.State.CHECKED,
        kept_until="2036-01-01T00:00:00Z", looked_at="2036-01-01T00:00:00Z",
        wrong_rows=mark.encode(), outcome={"name": "errors.csv", "kind": "text/csv"},
    )  # fmt: skip


def _plan() -> PlannedChange:
    return PlannedChange.objects.create(
        employee=Employee.objects.get(number="020187"), on="2036-01-01", job_title="店長",
        due_at="2036-01-01T00:00:00Z", fields=["job_title"], run=ImportRun.objects.earliest("pk"),
        by=User.objects.get(username="hanna"),
    )  # fmt: skip


def _condition_settings(anna: Employee, mark: str) -> dict[str, int]:
    hours = {"starts_at": time(9), "ends_at": time(18)}
    long_ago, boris = f"{LONG_AGO}T00:00:00Z", User.objects.get(username="boris")
    rows = {
        "settings": WellbeingSettings.objects.create(pk=1, exports_reason=mark),
        "rule": RuleSetting.objects.create(rule="silence", count=4),
        "line": SupportLine.objects.create(name=mark),
        "pattern": WorkPattern.objects.create(employee=anna, weekdays=[0], **hours),
        "leave": Leave.objects.create(employee=anna, starts_on=LONG_AGO, ends_on=LONG_AGO),
        "holiday": Holiday.objects.create(on=LONG_AGO, name=mark),
        "exclusion": Exclusion.objects.create(
            user=User.objects.get(username="carla"),
            incident_id=uuid.uuid4(),
            reason=mark,
            decided_by=User.objects.get(username="hanna"),
        ),
        "purpose": Purpose.objects.create(text=mark, published_by=boris),
        "exercise": Exercise.objects.create(
            site=anna.site, starts_at=long_ago, ends_at=long_ago, announced_by=boris
        ),
        "contact rule": ContactRule.objects.create(site=anna.site),
        "opening": OpeningHours.objects.create(weekdays=[0], opens_at=time(10), closes_at=time(20)),
        "app settings": AppSettings.objects.create(pk=1),
        "text": NoticeText.objects.create(language="ja", title=f"{mark}{{number}}", body=mark),
        "category": Category.objects.create(name=mark),
        "retention": RetentionSettings.objects.create(pk=1),
        "single sign-on": SingleSignOn.objects.get(),
        "view": SavedView.objects.create(
            owner=User.objects.get(username="hanna"),
            list="people.employee",
            name=mark,
            query="enrolled=no",
            is_shared=True,
        ),
        "refused": RefusedSignIn.objects.create(
            hour=long_ago, last_at=long_ago, method="code", reason="code", network=mark, times=1
        ),
        "import": ImportRun.objects.create(file_name=mark, by=User.objects.get(username="hanna")),
    }
    return {name: row.pk for name, row in rows.items()}


def _same_secrets_inside(acme: Side, globex: Side) -> None:
    """Even the stored hashes are equal: whatever is signed with them fits on both."""
    assert acme.keys == globex.keys, "the companies must hold rows with equal internal keys"
    hashes = run_in(acme.company, lambda: dict(User.objects.values_list("username", "password")))
    for username, password in hashes.items():
        for side in (acme, globex):
            same = {"password": password, "last_login": None, "email": f"{username}@same.example"}
            run_in(
                side.company,
                lambda name=username, to=same: User.objects.filter(username=name).update(**to),
            )


def _sign_in_everybody(side: Side) -> None:
    for username in PEOPLE:
        side.credentials[username] = signed_in(User.objects.get(username=username))
    boris = User.objects.get(username="boris")
    side.names["reset"] = f"{user_pk_to_url_str(boris)}-{default_token_generator.make_token(boris)}"
    promise_invitation(boris)
    side.names["invitation"] = path_of(boris.invitations.get()).split("/")[-2]
    side.credentials["watcher"] = Credential(cookies={COOKIE: ticket_for(boris)})
    _recovery(side)


def _recovery(side: Side) -> None:
    """Somebody wants hanna's sign-in reset, and the company is being told."""
    contact = Contact.objects.create(
        company=side.company, name="x", email="x@same.example", phone="1"
    )
    begun = Recovery.objects.create(
        company=side.company, person=User.objects.get(username="hanna").public_id, contact=contact,
        verified_how="x", reason=side.mark, state=Recovery.State.RUNNING, asked_by=uuid.uuid4(),
        approved_by=uuid.uuid4(), approved_at=timezone.now(), due_at=timezone.now() + NOTICE,
    )  # fmt: skip
    side.names |= {"recovery": str(begun.public_id), "recovery_pk": str(begun.pk)}
    side.names["recovery_token"] = recovery_path(begun).split("/")[-2]


def signed_in(user: User) -> Credential:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    second_factor.vouch(session, "test")
    session.create()
    return Credential(cookies={settings.SESSION_COOKIE_NAME: session.session_key})


def record(side: Side, listener: str = "boris") -> None:
    """One second of sound, and somebody listens."""
    sound = unit(fill=side.mark.encode()[:4])
    headers = {
        "Host": side.host, "Content-Type": "audio/aac", "Content-Digest": digest_header(sound),
        "Unit-Peak": "10,20" if side.mark[0] == "a" else "30,40",
        **side.credentials["anna's phone"].headers,
    }  # fmt: skip
    path = f"/ingest/{side.names['recording']}/units/0"
    assert run(call(ingest.application, "PUT", path, headers, sound)).status == 201
    listen = f"/portal/recordings/{side.names['recording']}/listen"
    wish = {"mode": "live", "reason": side.mark}
    opened = ask(side.credentials[listener], side.host, "POST", listen, wish)
    assert opened.status == 201, opened
    heard = PlaySession.objects.filter(recording__public_id=side.names["recording"])
    session = run_in(side.company, heard.get)
    side.names["session"] = str(session.public_id)
    side.keys["session"] = session.pk
    side.names["session_pk"] = str(session.pk)


def _platform(*sides: Side) -> None:
    """What the platform has of everybody, named by the same keys from both."""
    ops, demo = (Company.objects.get(schema_name=name) for name in ("ops", "acme"))
    kept, _new = Job.objects.get_or_create(
        company=demo, kind="once.kept", key="once.kept", state=Job.State.CANCELLED
    )
    for side in sides:
        side.names |= {
            "ops company_pk": str(ops.pk),
            "ops host_pk": str(Domain.objects.get(tenant=ops).pk),
            "demo contract_pk": str(Contract.objects.get(company=demo).pk),
            "job_pk": str(kept.pk),
            "demo company_pk": str(demo.pk),
            "recovery_pk": sides[-1].names["recovery_pk"],
        }


def desks(side: Side) -> None:
    for username in STAFF:
        schema = "platform" if username == "platform" else "ops"
        company = Company.objects.get(schema_name=schema)
        side.credentials[username] = run_in(
            company, lambda name=username: signed_in(User.objects.get(username=name))
        )


def take_case(side: Side, username: str) -> dict[str, str]:
    """At the desk: the case is claimed, M-14 was sent to it, a colleague asks for break-glass and
    for nothing else."""
    ops = Company.objects.get(schema_name="ops")
    staff = {
        name: run_in(ops, lambda name=name: actor_for(User.objects.get(username=name)))
        for name in ("olga", "otto", "lena")
    }
    for actor in staff.values():
        start_shift(operator=actor, centre=Centre.objects.earliest("pk"))
    case = Case.objects.get(company=side.company)
    claim(case_id=case.public_id, operator=staff["lena"])
    offer = offer_handover(
        case_id=case.public_id, operator=staff["lena"], to=UUID(staff[username].id)
    )
    accept_handover(handover_id=offer.public_id, operator=staff[username])
    unit = Responder.objects.get(call_sign="M-14" if username == "olga" else "B-07")
    dispatch = send_responder(
        case_id=case.public_id, responder_id=unit.public_id, operator=staff[username]
    )
    glass = ask_break_glass(case_id=case.public_id, operator=staff["lena"], reason="review")
    return {
        "case": str(case.public_id),
        "dispatch": str(dispatch.public_id),
        "offer": str(offer.public_id),
        "glass": str(glass.public_id),
    }
