"""What import-linter cannot see: the walls between companies and between floors."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from auditlog.registry import auditlog
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey, Model, signals
from django.urls import get_resolver

from escalation.rows import COLUMNS
from incidents.access_log import WORDS as LOOKS
from incidents.events import KINDS
from operations.models import Dispatch
from people.provisioning.services import Deed
from portal.hr.admin_log import WORDS
from tenants.middleware import URLCONFS
from web.busy import failed

ROOT = Path(settings.BASE_DIR)
FLOORS = [
    "launcher",
    "web",
    "tenants",
    "jobs",
    "audit",
    "accounts",
    "people",
    "notifications",
    "operations",
    "incidents",
    "recordings",
    "wellbeing",
    "escalation",
    "companies",
    "readiness",
    "gateways",
    "portal",
    "demo",
    "config",
]


def our_models() -> Iterator[type[Model]]:
    for model in apps.get_models():
        if model._meta.app_label in FLOORS:
            yield model


def our_modules() -> Iterator[tuple[Path, ast.Module]]:
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT), ast.parse(path.read_text())


def test_every_app_is_shared_or_a_companys_never_both() -> None:
    shared, own = set(settings.SHARED_APPS), set(settings.TENANT_APPS)
    assert not shared & own
    assert {model._meta.app_config.name for model in our_models()} <= shared | own


def test_no_foreign_key_crosses_the_wall_between_companies() -> None:
    shared = set(settings.SHARED_APPS)
    for model in our_models():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey):
                here = model._meta.app_config.name in shared
                there = field.related_model._meta.app_config.name in shared
                assert here == there, field


def test_foreign_keys_point_down() -> None:
    for model in our_models():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and field.related_model._meta.app_label in FLOORS:
                below = FLOORS.index(field.related_model._meta.app_label)
                assert below <= FLOORS.index(model._meta.app_label), field


def test_nobody_listens_to_model_signals() -> None:
    for signal in (signals.pre_save, signals.post_save, signals.pre_delete, signals.post_delete):
        receivers = [str(weak) for _key, weak, *_rest in signal.receivers]
        assert not [one for one in receivers if any(f" {floor}." in one for floor in FLOORS)]


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{path}:{node.lineno}"
        for path, tree in our_modules()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_no_screen_opens_a_transaction() -> None:
    """What belongs together is a verb of a room below, which anybody may call."""
    opened = [
        f"{path}:{node.lineno}"
        for path, tree in our_modules()
        if path.parts[0] == "portal"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "django.db"
        and any(name.name == "transaction" for name in node.names)
    ]
    assert not opened


def test_no_orm_call_in_an_async_function() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in our_modules()
        for function in ast.walk(tree)
        if isinstance(function, ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert found == []


def test_the_unsafe_ways_into_a_schema_are_not_used() -> None:
    for path, tree in our_modules():
        for node in ast.walk(tree):
            for decorator in getattr(node, "decorator_list", []):
                assert "schema_context" not in ast.dump(decorator), path


# Deadlines are made here: a web host's clock that is wrong must not call everybody at once.
MAKE_DEADLINES = ("escalation/", "jobs/", "operations/ladder.py")
TELLS_HOW_WRONG_IT_IS = "jobs/clock.py"
PROCESS_CLOCKS = {"now", "utcnow", "today", "localtime", "localdate", "time"}


def reads_of_the_process_clock(tree: ast.AST) -> Iterator[ast.Call]:
    """`timezone.now()`, `localtime()` and their like, without the database's moment in them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            clock = ast.unparse(node.func.value) in {"timezone", "datetime", "date", "time"}
            if clock and node.func.attr in PROCESS_CLOCKS and not node.args:
                yield node


def test_only_the_databases_clock_counts_where_deadlines_are_made() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, tree in our_modules()
        if str(path).startswith(MAKE_DEADLINES) and str(path) != TELLS_HOW_WRONG_IT_IS
        for call in reads_of_the_process_clock(tree)
    ]
    assert found == []
    bad = "timezone.now() - due; timezone.localtime(); datetime.now(); timezone.localdate(moment)"
    assert len(list(reads_of_the_process_clock(ast.parse(bad)))) == 3


def writes_of_the_response(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls on incidents that set a column of the response."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        names = {inner.id for inner in ast.walk(node.func) if isinstance(inner, ast.Name)}
        columns = {keyword.arg for keyword in node.keywords} & {
            *COLUMNS,
            "turn",
            "next_move",
            "state",
        }
        if node.func.attr in {"update", "create"} and "Incident" in names and columns:
            yield node


def test_only_apply_writes_the_response_of_an_incident() -> None:
    """`alarms` inserts the row; from then on `escalation.rows.store`, for `next_move.apply`."""
    allowed = {Path("escalation/alarms.py"), Path("escalation/rows.py")}
    found = [
        f"{path}:{call.lineno}"
        for path, tree in our_modules()
        if path not in allowed
        for call in writes_of_the_response(tree)
    ]
    assert found == []
    bad = "Incident.objects.filter(pk=1).update(coming_at=Now())"
    assert len(list(writes_of_the_response(ast.parse(bad)))) == 1


OPENERS = ("connect", "ConnectionPool", "AsyncConnectionPool", "NullConnectionPool")
LIBRARIES = ("psycopg", "psycopg_pool")


def opened_connections(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls that open a connection to PostgreSQL, or a pool of them, without the time limits."""
    ours = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (getattr(node, "module", None) or alias.name).partition(".")[0] in LIBRARIES
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in OPENERS and names_in(node.func) & ours:
            given = ast.unparse(node.args[0]) if node.args else ""
            if not given.startswith("conninfo("):
                yield node


def names_in(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_no_connection_is_opened_without_an_end_for_what_hangs() -> None:
    """Django's own come from one function of config.environment, all others from conninfo()."""
    found = [
        f"{path}:{call.lineno}" for path, tree in our_modules() for call in opened_connections(tree)
    ]
    assert found == []
    settings_file = ast.parse((ROOT / "config/settings.py").read_text())
    (databases,) = (
        node.value
        for node in ast.walk(settings_file)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DATABASES"
    )
    assert ast.unparse(databases) == "{'default': env.database(_url)}"


def test_a_connection_without_an_end_would_be_found() -> None:
    tree = ast.parse(
        "import psycopg\nfrom psycopg import AsyncConnection as Line\n"
        "from psycopg_pool import AsyncConnectionPool\npsycopg.connect(url)\nLine.connect(url)\n"
        "AsyncConnectionPool(url)\npsycopg.connect(conninfo('x'))\nsocket.connect(url)"
    )
    assert [call.lineno for call in opened_connections(tree)] == [4, 5, 6]


def test_every_kind_of_host_says_politely_that_the_database_is_busy() -> None:
    assert {get_resolver(one).resolve_error_handler(500) for one in URLCONFS.values()} == {failed}


def tracked() -> dict[str, set[str]]:
    """Models whose changes are logged, and their fields that are not."""
    return {
        model.__name__: set(auditlog.get_model_fields(model)["exclude_fields"])
        for model in auditlog.get_models()
    }


PAST_SAVE = {"update", "bulk_create", "bulk_update", "_raw_delete"}


def silent_changes(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls on ``Model.objects…`` of a tracked model that go past save() and so past the log."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in PAST_SAVE:
            continue
        names = {inner.id for inner in ast.walk(node.func) if isinstance(inner, ast.Name)}
        for model in names & set(tracked()):
            fields = {keyword.arg for keyword in node.keywords}
            if node.func.attr != "update" or not fields or not fields <= tracked()[model]:
                yield node


def test_what_is_logged_is_changed_by_save() -> None:
    """django-auditlog hears save() and delete() only: update() and bulk_* would be silent."""
    found = [
        f"{path}:{node.lineno}" for path, tree in our_modules() for node in silent_changes(tree)
    ]
    assert found == []


def test_a_silent_change_would_be_found() -> None:
    bad = "Device.objects.filter(employee=anna).update(revoked_at=now)"
    worse = "Employee.objects.bulk_create(rows)"
    good = "Device.objects.filter(pk=1).update(last_seen_at=now)"
    found = [len(list(silent_changes(ast.parse(text)))) for text in (bad, worse, good)]
    assert found == [1, 1, 0]


def test_only_one_place_gives_out_enrolment_codes() -> None:
    """It asks first whether the purpose of recording was published; demo is for trying out."""
    allowed = {Path("people/devices/services.py"), Path("readiness/enrolment.py")}
    issuing = {"issue", "issue_code", "issue_codes"}
    for path, module in our_modules():
        if path in allowed or path.parts[0] == "demo":
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.ImportFrom) and node.module == "people.devices.services":
                assert not issuing & {name.name for name in node.names}, path


def told_to_the_company(tree: ast.Module) -> Iterator[ast.expr]:
    """The verbs that are appended to the company's own stream, by whichever of the two ways."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) > 1:
            first, verb = node.args[:2]
            admin = node.func.id == "append" and ast.unparse(first) == "ADMIN_STREAM"
            if admin or (node.func.id == "note" and "company" in ast.unparse(first)):
                yield verb


def unreadable(path: Path, verb: ast.expr) -> bool:
    """Without words on the page of what was done. The desk has a page of its own."""
    if isinstance(verb, ast.Constant):
        return verb.value not in WORDS
    passed_on = path == Path("companies/services.py") and ast.unparse(verb) == "verb"
    return not passed_on and not ast.unparse(verb).startswith(("f'desk.", "f'provisioning.{deed}"))


def test_what_was_done_is_told_in_words() -> None:
    found = [(path, verb) for path, tree in our_modules() for verb in told_to_the_company(tree)]
    assert {ast.unparse(verb) for _path, verb in found} > {"'recovery.done'", "'device.revoked'"}
    assert [f"{path}:{verb.lineno}" for path, verb in found if unreadable(path, verb)] == []
    assert {f"provisioning.{deed}" for deed in get_args(Deed)} <= WORDS.keys()


KIND_AT = {"record_event": None, "line": 0, "Line": 0}
"""Calls that write a line of an incident's record, and where its kind stands if not in `kind=`."""


def kinds_written(tree: ast.Module) -> Iterator[ast.Constant]:
    """The literal ones; what is computed is refused when it is written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in KIND_AT:
            yield from literals_in(kind_of_line(node, KIND_AT[called(node)]))


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)


def kind_of_line(node: ast.Call, position: int | None) -> ast.expr | None:
    named = [keyword.value for keyword in node.keywords if keyword.arg == "kind"]
    standing = [] if position is None else node.args[position : position + 1]
    return next(iter(named + standing), None)


def literals_in(value: ast.expr | None) -> Iterator[ast.Constant]:
    """`"a" if again else "b"` holds two; a part of an f-string is none."""
    if isinstance(value, ast.IfExp):
        yield from literals_in(value.body)
        yield from literals_in(value.orelse)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value


def test_no_line_is_written_whose_kind_the_table_does_not_know() -> None:
    found = [(path, kind) for path, tree in our_modules() for kind in kinds_written(tree)]
    assert {kind.value for _path, kind in found} > {"opened", "support_requested", "classified"}
    assert [f"{path}:{kind.lineno}" for path, kind in found if kind.value not in KINDS] == []


def test_an_unknown_kind_would_be_found() -> None:
    tree = ast.parse(
        'record_event(incident=one, kind="a" if again else "b", actor=CLOCK)\n'
        't.line("c", by_clock=True)\nservices.record_event(kind="d")\nLine(kind=f"e_{what}")'
    )
    assert [kind.value for kind in kinds_written(tree)] == ["a", "b", "c", "d"]


def test_the_desk_writes_no_line_and_appends_no_entry_without_words() -> None:
    functions = (ROOT / "operations/sql/company.sql").read_text()
    allowed = re.search(r"p_kind NOT IN \(([^)]+)\)", functions)
    assert allowed
    by_operators = set(re.findall(r"'(\w+)'", allowed[1]))
    inserted = set(re.findall(r"incident_pk, '(\w+)', 'operator'", functions))
    assert (by_operators > {"desk_note"}, inserted) == (True, {"message", "responder_note"})
    assert by_operators | inserted <= KINDS.keys()
    verbs = set(re.findall(r"ops_append\('(\w+\.\w+)'", functions))
    assert verbs == {"incident.message", "dispatch.report"}
    assert verbs | {f"incident.{kind}" for kind in by_operators} <= LOOKS.keys()


def changes_of_cases(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in CHANGES:
            for argument in node.args:
                yield from literals_in(argument)


CHANGES = {"case_changed", "changed", "return_to_queue"}
UNWRITTEN = {"break_glass_asked"}
"""A first person has asked: nothing is opened yet."""


def test_whatever_the_desk_changes_is_a_line_of_the_record() -> None:
    """`operations.case_changed` names the kind, or what comes after `desk_`."""
    desk = [tree for path, tree in our_modules() if path.parts[0] == "operations"]
    found = {str(one.value) for tree in desk for one in changes_of_cases(tree)}
    found |= {f"dispatch_{state}" for state in Dispatch.State.values}
    assert found > {"claimed", "closed", "dispatch_late", "break_glass_asked"}
    unknown = {what for what in found if not {what, f"desk_{what}"} & KINDS.keys()}
    assert unknown == UNWRITTEN


def looks_taken(tree: ast.Module) -> Iterator[ast.Constant]:
    """Verbs under which the desk reads what is inside a company."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in ("read", "_screen", "screen_for"):
            verbs = [keyword.value for keyword in node.keywords if keyword.arg == "verb"]
            yield from literals_in(next(iter(verbs + node.args[2:3]), None))


def test_what_the_desk_looked_at_is_told_in_words() -> None:
    found = {verb.value for _path, tree in our_modules() for verb in looks_taken(tree)}
    assert found > {"case.viewed", "case.searched", "recording.waveform", "dispatch.viewed"}
    assert found <= LOOKS.keys()


SENDS = "notifications/channels/"
NETWORK = {"smtplib", "socket", "http.client", "urllib.request", "requests", "httpx", "urllib3"}
CALLS_OUT = {
    "web/outbound.py": "the guard before every call",
    "accounts/sso/discovery.py": "signing in at a provider; HR presses to test the connection",
    "accounts/adapter.py": "the same",
    "accounts/sso/views.py": "the same; three at a time",
    "jobs/worker.py": "the name of this host",
    "jobs/management/commands/timekeeper.py": "the name of this host",
}
"""Who else knows the network, and why somebody may wait for it."""


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def in_rooms() -> Iterator[tuple[str, ast.Module]]:
    return ((str(path), tree) for path, tree in our_modules() if path.parts[0] != "launcher")


def test_nobody_else_knows_the_network() -> None:
    found = {path for path, tree in in_rooms() if NETWORK & set(imported(tree))}
    assert {path for path in found if not path.startswith(SENDS)} <= CALLS_OUT.keys()
    assert f"{SENDS}smtp.py" in found


def ways_round_the_sender(tree: ast.AST) -> Iterator[str]:
    """Of django.core.mail only what a message is; and `message.send()` would be sent at once."""
    for name in imported(tree):
        if name.startswith("django.core.mail.") and not name.endswith(".EmailMessage"):
            yield name
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) == "send" and not node.args + node.keywords:
            yield ast.unparse(node)


def test_mail_leaves_by_the_one_sender() -> None:
    found = {
        path: list(ways_round_the_sender(tree))
        for path, tree in in_rooms()
        if not path.startswith(SENDS)
    }
    assert [path for path, ways in found.items() if ways] == []
    bad = "from django.core.mail import EmailMessage, send_mail\nEmailMessage().send()"
    assert len(list(ways_round_the_sender(ast.parse(bad)))) == 2


SENDERS = ("notifications.mail", "notifications.delivery", "notifications.channels")
MAY_SEND = {"notifications/mail.py", "notifications/delivery.py"}


def test_only_jobs_send() -> None:
    """No page, socket or API call: whoever asks for one never waits for a peer."""
    for path, tree in in_rooms():
        sends = {name for name in imported(tree) if name.startswith(SENDERS)}
        if path in MAY_SEND or path.startswith(SENDS) or path.endswith("/tasks.py"):
            continue
        assert {name.rpartition(".")[2] for name in sends} <= {"webpush", "is_allowed"}, path


def handlers_that_send(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            calls = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
            if {"mail.send", "deliver"} & calls:
                yield node.name, " ".join(map(ast.unparse, node.decorator_list))


def test_who_sends_holds_no_transaction() -> None:
    found = [
        (path, name, how)
        for path, tree in in_rooms()
        if path.endswith("/tasks.py")
        for name, how in handlers_that_send(tree)
    ]
    assert {name for _path, name, _how in found} > {"call_backup", "tell_operators", "invite"}
    assert [(path, name) for path, name, how in found if "calls_out=True" not in how] == []
