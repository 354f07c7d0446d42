"""What the application can do with the audit: append, in the transaction of the act."""

import json
import threading
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import AuditEvent, AuditHead
from audit.selectors import problems_of
from audit.services import append, payload_of
from audit.verify import verify_stream
from tenants.context import run_in

APPEND = "SELECT public.audit_append('acme', %s, %s::jsonb)"


def test_entries_count_up_within_their_stream(acme, supervisor):
    one, other = str(uuid.uuid4()), str(uuid.uuid4())
    assert [append(one, "recording.played", supervisor) for _ in range(3)] == [1, 2, 3]
    assert append(other, "recording.played", supervisor) == 1


def test_an_entry_says_who_did_what_and_no_name(acme, supervisor):
    stream, device = str(uuid.uuid4()), uuid.uuid4()
    append(stream, "playback.range", supervisor, first=0, last=12.5, device=device)
    entry = AuditEvent.objects.of(stream).get()
    assert entry.payload == {
        "verb": "playback.range",
        "actor": {"kind": "user", "id": supervisor.id, "roles": ["supervisor"]},
        "first": 0,
        "last": 12.5,
        "device": str(device),
    }
    assert "佐藤" not in entry.canon


def test_facts_cannot_pass_for_the_actor(acme, supervisor):
    payload = json.loads(payload_of("viewed", supervisor, actor={"id": "somebody else"}))
    assert payload["actor"]["id"] == supervisor.id


def test_a_whole_stream_verifies(acme, supervisor):
    stream = str(uuid.uuid4())
    for number in range(20):
        append(stream, "見た", supervisor, number=number, share=number / 7, text='"\\ \t é 😀')
    assert problems_of(stream) == []


def test_a_stream_nobody_wrote_to_is_whole(acme):
    assert problems_of("nothing") == []


def test_an_act_that_is_rolled_back_leaves_no_entry(acme, supervisor):
    stream = str(uuid.uuid4())
    with transaction.atomic():
        append(stream, "viewed", supervisor)
        transaction.set_rollback(True)
    assert not AuditEvent.objects.of(stream).exists()
    assert not AuditHead.objects.filter(stream=stream).exists()


def test_each_company_has_its_own_streams(acme, globex, supervisor):
    append("admin-test", "viewed", supervisor)
    assert run_in(globex, lambda: list(AuditEvent.objects.of("admin-test"))) == []
    assert run_in(globex, append, "admin-test", "viewed", supervisor) == 1


@pytest.mark.parametrize(
    "schema",
    ["public", "pg_catalog", "zz_template_7f3a", "nowhere", '"acme"', "acme.x", "ACME", "", None],
)
def test_nothing_but_a_company_can_be_named(acme, schema):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT public.audit_append(%s, 's', '{}')", [schema])


@pytest.mark.parametrize(("stream", "payload"), [("", "{}"), (None, "{}"), ("s", None)])
def test_an_entry_needs_a_stream_and_a_payload(acme, stream, payload):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(APPEND, [stream, payload])


def test_writers_at_the_same_time_share_one_chain(application):
    """Committed rows: the audit cannot be cleaned, so the stream is this test's alone."""
    stream = str(uuid.uuid4())

    def write(own_connection):
        for number in range(15):
            own_connection.execute(APPEND, [stream, json.dumps({"number": number})])
            own_connection.commit()

    writers = [threading.Thread(target=write, args=[application()]) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    events = list(AuditEvent.objects.of(stream))
    assert [event.seq for event in events] == list(range(1, 91))
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert verify_stream(events, AuditHead.objects.get(stream=stream)) == []
