"""What the desk's database role can reach: one incident per grant, and nothing else at all."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import OperationalError, ProgrammingError
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from audit.models import AuditEvent
from incidents.models import Incident, Message
from incidents.selectors import timeline
from notifications.models import Notice
from operations import errors
from operations.cases import close_case
from operations.company_access import door
from operations.company_access.entries import add_note, post_message
from operations.company_access.views import case_view
from operations.grants import approve_break_glass, ask_break_glass
from operations.models import AccessGrant, Case, SeenIncident
from people.models import Exclusion
from tenants.context import run_in
from tenants.models import Company
from tests.conftest import Phone
from tests.operations.conftest import asked, kinds, run_jobs
from tests.support.console import console, page

VIEWS = {
    "ops_incident",
    "ops_contact",
    "ops_fix",
    "ops_device",
    "ops_message",
    "ops_event",
    "ops_recording",
    "ops_loudness",
    "ops_mark",
    "ops_spoken",
}

WRITES = {
    "ops_append",
    "ops_event",
    "ops_message",
    "ops_report",
    "ops_listen",
    "ops_mark",
    "ops_withdraw_mark",
}

REFUSALS = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.ObjectNotInPrerequisiteState,  # a view that cannot be written by anybody
)


def look(grant: AccessGrant, operator: Actor, query: Callable[[], Any] = case_view) -> Any:
    return door.read(grant_id=grant.public_id, operator=operator, verb="case.viewed", query=query)


class AsDesk:
    """Statements as sobani_ops, each in a savepoint of its own."""

    def __init__(self, grant: AccessGrant | None = None, operator: str = "") -> None:
        self.names = {
            "sobani.grant": str(grant.public_id) if grant else "",
            "sobani.operator": operator or (str(grant.operator_id) if grant else ""),
        }

    def run(self, sql: str, values: list[object] | None = None) -> list[tuple[Any, ...]]:
        with transaction.atomic(), connection.cursor() as cursor:
            for name, value in self.names.items():
                cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
            cursor.execute("SET LOCAL ROLE sobani_ops")
            cursor.execute(sql, values)
            rows = cursor.fetchall() if cursor.description else []
            cursor.execute("SET LOCAL ROLE NONE")
            return rows

    def is_refused(self, sql: str) -> bool:
        try:
            self.run(sql)
        except (ProgrammingError, OperationalError) as error:
            return isinstance(error.__cause__, REFUSALS)
        return False


def relations(schema: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace"
            " AND relkind IN ('r', 'v', 'm', 'p') ORDER BY 1",
            [schema],
        )
        yield from (name for (name,) in cursor.fetchall())


def test_olga_sees_who_and_where_and_how_to_get_there(
    grant: AccessGrant, olga: Actor, annas_phone: Phone
) -> None:
    annas_phone.post(
        f"incidents/{grant.incident_id}/locations",
        {
            "fixes": [
                {
                    "latitude": 35.6,
                    "longitude": 139.7,
                    "accuracy_m": 8,
                    "recorded_at": timezone.now().isoformat(),
                }
            ]
        },
    )
    view = look(grant, olga)
    assert (view.incident.person, view.incident.site) == ("髙橋 美咲", "日本橋本店")
    assert view.incident.code_word == "青い傘"
    assert [contact.name for contact in view.contacts][:1] == ["佐藤 健一"]
    assert len(view.fixes) == 1
    assert "opened" in {event.kind for event in view.events}


def test_after_the_case_the_rest_of_the_grant_is_for_notes(
    grant: AccessGrant, olga: Actor, annas_phone: Phone
) -> None:
    annas_phone.post(
        f"incidents/{grant.incident_id}/locations",
        {"fixes": [{"latitude": 35.6, "longitude": 139.7, "recorded_at": "2026-11-30T03:00:00Z"}]},
    )
    close_case(case_id=grant.case.public_id, operator=olga, result="calmed")
    view = look(grant, olga)
    assert (view.fixes, view.recordings, view.incident.camera_url) == ([], [], "")
    assert view.incident.person == "髙橋 美咲"
    shown = console("olga").get(page(grant.case)).content.decode()
    assert "案件の終了後は、音声と位置を表示しません" in shown
    assert "出動候補" not in shown
    add_note(grant_id=grant.public_id, operator=olga, text="相手は退店")


def test_break_glass_shows_them_after_the_case(
    grant: AccessGrant, olga: Actor, otto: Actor, lena: Actor, annas_phone: Phone
) -> None:
    annas_phone.post(
        f"incidents/{grant.incident_id}/locations",
        {"fixes": [{"latitude": 35.6, "longitude": 139.7, "recorded_at": "2026-11-30T03:00:00Z"}]},
    )
    close_case(case_id=grant.case.public_id, operator=olga, result="calmed")
    glass = ask_break_glass(case_id=grant.case.public_id, operator=otto, reason="police_ask")
    approve_break_glass(grant_id=glass.public_id, approver=lena)
    assert len(look(glass, otto).fixes) == 1


def test_every_look_is_in_the_companys_audit_before_the_data_is_returned(
    grant: AccessGrant, olga: Actor
) -> None:
    look(grant, olga)
    entry = AuditEvent.objects.of(str(grant.incident_id)).last()
    assert entry is not None
    assert entry.payload["verb"] == "case.viewed"
    assert entry.payload["actor"] == {"kind": "operator", "id": olga.id}
    assert entry.payload["grant"] == str(grant.public_id)


def test_without_an_entry_in_the_audit_there_is_no_data(grant: AccessGrant, olga: Actor) -> None:
    def reached() -> list[str]:
        looked.append("data")
        return looked

    looked: list[str] = []
    with psycopg.connect(settings.DATABASE_OWNER_URL) as owner:
        # Somebody else holds the stream and does not let go: the append fails.
        owner.execute(
            "INSERT INTO acme.audit_head (stream, seq, hash) VALUES (%s, 0, '')",
            [str(grant.incident_id)],
        )
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '100ms'")
        with pytest.raises(OperationalError), transaction.atomic():
            look(grant, olga, reached)
        owner.rollback()
    assert looked == []
    assert look(grant, olga, reached) == ["data"]


def test_another_operator_cannot_use_olgas_grant(grant: AccessGrant, otto: Actor) -> None:
    with pytest.raises(errors.NoGrant):
        look(grant, otto)


def test_after_the_grants_end_there_is_nothing(grant: AccessGrant, olga: Actor, case: Case) -> None:
    assert look(grant, olga).incident
    close_case(case_id=case.public_id, operator=olga, result="calmed")
    assert look(grant, olga).incident
    AccessGrant.objects.filter(pk=grant.pk).update(expires_at=timezone.now())
    with pytest.raises(errors.NoGrant):
        look(grant, olga)
    assert AsDesk(grant).run("SELECT * FROM acme.ops_incident") == []


def test_the_role_reads_no_table_of_the_company(grant: AccessGrant) -> None:
    as_desk = AsDesk(grant)
    tables = set(relations("acme"))
    assert {"people_employee", "audit_event", "recordings_unit"} <= tables
    for name in sorted(tables - VIEWS):
        assert as_desk.is_refused(f'SELECT * FROM acme."{name}" LIMIT 1'), name
        assert as_desk.is_refused(f'DELETE FROM acme."{name}"'), name
    for name in sorted(VIEWS):
        as_desk.run(f'SELECT * FROM acme."{name}"')
        assert as_desk.is_refused(f'DELETE FROM acme."{name}"'), name
    assert len(as_desk.run("SELECT * FROM acme.ops_incident")) == 1


def test_the_role_reads_no_shared_table(grant: AccessGrant) -> None:
    for name in relations("public"):
        assert AsDesk(grant).is_refused(f'SELECT * FROM public."{name}" LIMIT 1'), name


def test_the_role_writes_the_audit_only_through_a_grant(grant: AccessGrant) -> None:
    direct = "SELECT public.audit_append('acme', 'admin', '{}')"
    assert AsDesk(grant).is_refused(direct)
    appended = "SELECT acme.ops_append('case.viewed', '{}')"
    assert AsDesk().is_refused(appended)
    assert AsDesk(grant).run(appended) == [(1,)]
    assert AsDesk(grant).is_refused("UPDATE acme.audit_event SET payload = '{}'")
    assert AsDesk(grant).is_refused("TRUNCATE acme.audit_event")
    assert AsDesk(grant).is_refused("SELECT acme.ops_event('opened', '{}')")


def test_a_grant_cannot_be_made_up(grant: AccessGrant, otto: Actor) -> None:
    for held in (AsDesk(), AsDesk(grant, operator=otto.id), AsDesk(None, operator=olga_of(grant))):
        assert held.run("SELECT * FROM acme.ops_incident") == []
        assert held.is_refused("SELECT acme.ops_append('case.viewed', '{}')")


def olga_of(grant: AccessGrant) -> str:
    return str(grant.operator_id)


def test_a_grant_shows_one_incident_of_one_company(
    grant: AccessGrant, olga: Actor, annas_phone: Phone, globex: Company
) -> None:
    annas_phone.post(f"incidents/{grant.incident_id}/close", {"outcome": "safe"})
    other = asked(annas_phone)
    seen = look(grant, olga, lambda: list(SeenIncident.objects.values_list("public_id", flat=True)))
    assert seen == [grant.incident_id]
    assert other.incident_id not in seen
    assert AsDesk(grant).run("SELECT * FROM globex.ops_incident") == []


def test_a_responder_gets_the_place_but_no_sound_messages_or_numbers(
    grant: AccessGrant, annas_phone: Phone
) -> None:
    AccessGrant.objects.filter(pk=grant.pk).update(source="dispatch")
    as_rosa = AsDesk(grant)
    assert as_rosa.run("SELECT site, person_phone FROM acme.ops_incident") == [("日本橋本店", "")]
    for view in sorted(VIEWS - {"ops_incident", "ops_fix", "ops_device"}):
        assert as_rosa.run(f"SELECT * FROM acme.{view}") == []
    assert as_rosa.is_refused("SELECT acme.ops_event('desk_note', '{}')")


def test_olgas_message_reaches_anna_and_her_name_cannot_be_chosen(
    grant: AccessGrant, olga: Actor, annas_phone: Phone, incident: Incident
) -> None:
    words = {"grant_id": grant.public_id, "operator": olga, "client_id": uuid.uuid4()}
    post_message(**words, text="聞こえています")
    post_message(**words, text="聞こえています")
    message = Message.objects.get(incident=incident)
    assert (message.author_kind, message.author_name) == ("operator", "大野 玲子")
    run_jobs()
    seen = annas_phone.get(f"incidents/{incident.public_id}").json()["messages"]
    assert [one["text"] for one in seen] == ["聞こえています"]
    assert kinds(incident).count("message") == 1


def test_notes_of_the_desk_are_read_by_grant_holders_only(
    grant: AccessGrant, olga: Actor, incident: Incident
) -> None:
    add_note(grant_id=grant.public_id, operator=olga, text="家族が興奮")
    assert [note.payload["text"] for note in look(grant, olga).notes] == ["家族が興奮"]
    assert not any("家族が興奮" in entry.text for entry in timeline(incident))


def test_anyone_who_has_a_conflict_of_interest_is_neither_told_nor_telephoned(
    grant: AccessGrant, olga: Actor, incident: Incident, boris: User, hanna: User
) -> None:
    assert "佐藤 健一" in [contact.name for contact in look(grant, olga).contacts]
    Exclusion.objects.create(
        user=boris, incident_id=incident.public_id, reason="当事者", decided_by=hanna
    )
    assert "佐藤 健一" not in [contact.name for contact in look(grant, olga).contacts]
    run_jobs()
    assert not Notice.objects.filter(kind="desk", recipient_user=boris).exists()


def test_afterwards_the_connection_is_the_applications_again(
    grant: AccessGrant, olga: Actor
) -> None:
    look(grant, olga)
    assert Incident.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('sobani.grant')")
        assert cursor.fetchone() == ("sobani_app", "")


def test_a_cloned_company_has_the_same_views_and_grants(acme: Company) -> None:
    def rights(schema: str) -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, COALESCE(relacl, acldefault('r', relowner))::text FROM pg_class"
                " WHERE relnamespace = %s::regnamespace"
                " AND relname LIKE 'ops\\_%%' ORDER BY 1",
                [schema],
            )
            return list(cursor.fetchall())

    assert rights("acme") == rights("zz_template_7f3a")
    assert len(rights("acme")) == len(VIEWS) + 1
    assert run_in(acme, SeenIncident.objects.count) == 0


RELATIONS = """
SELECT c.relname FROM pg_class c WHERE c.relnamespace = %s::regnamespace
AND c.relkind IN ('r', 'v', 'm', 'p', 'f', 'S') AND CASE c.relkind
  WHEN 'S' THEN has_sequence_privilege(%s, c.oid, 'USAGE, SELECT, UPDATE')
  ELSE has_table_privilege(%s, c.oid,
      'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
    OR has_any_column_privilege(%s, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES') END"""

CALLABLE = """
SELECT p.proname FROM pg_proc p WHERE p.pronamespace = %s::regnamespace
AND p.prorettype <> 'trigger'::regtype AND has_function_privilege(%s, p.oid, 'EXECUTE')"""


def held(query: str, schema: str, role: str) -> set[str]:
    """Asked of PostgreSQL's own catalogue, so that a table of tomorrow is in it by itself."""
    with connection.cursor() as cursor:
        cursor.execute(query, [schema, *[role] * (query.count("%s") - 1)])
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize("schema", ["acme", "globex", "ops", "platform", "zz_template_7f3a"])
def test_in_every_schema_the_role_holds_the_views_and_nothing_else(
    acme: Company, schema: str
) -> None:
    assert held(RELATIONS, schema, "sobani_ops") == VIEWS
    assert held(CALLABLE, schema, "sobani_ops") == WRITES
    # The same question about the application finds the tables: the catalogue is read rightly.
    tables = held(RELATIONS, schema, "sobani_app")
    assert {"people_employee", "accounts_user", "mfa_authenticator", "audit_event"} <= tables


def test_of_what_companies_share_the_role_holds_nothing(acme: Company) -> None:
    assert held(RELATIONS, "public", "sobani_ops") == set()
    # Trigger functions cannot be called by anybody.
    assert held(CALLABLE, "public", "sobani_ops") == set()
    assert {"operations_case", "operations_accessgrant"} <= held(RELATIONS, "public", "sobani_app")
    assert "audit_append" in held(CALLABLE, "public", "sobani_app")
