"""Whatever is written down has words on the page that shows it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from incidents.access_log import WORDS as LOOKS
from incidents.events import KINDS
from operations.models import Dispatch
from people.provisioning.services import Change
from portal.hr.admin_log import WORDS
from tests.architecture.modules import ROOT, called, literals_in, our_modules


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
    return not passed_on and not ast.unparse(verb).startswith(("f'desk.", "f'provisioning.{kind}"))


def test_what_was_done_is_told_in_words() -> None:
    found = [(path, verb) for path, tree in our_modules() for verb in told_to_the_company(tree)]
    assert {ast.unparse(verb) for _path, verb in found} > {"'recovery.done'", "'device.revoked'"}
    assert [f"{path}:{verb.lineno}" for path, verb in found if unreadable(path, verb)] == []
    assert {f"provisioning.{change}" for change in get_args(Change)} <= WORDS.keys()


KIND_AT = {"record_event": None, "append_event": None, "line": 0, "Line": 0}
"""Calls that write a line of an incident's record, and where its kind stands if not in `kind=`."""


def kinds_written(tree: ast.Module) -> Iterator[ast.Constant]:
    """The literal ones; what is computed is refused when it is written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in KIND_AT:
            yield from literals_in(kind_of_line(node, KIND_AT[called(node)]))


def kind_of_line(node: ast.Call, position: int | None) -> ast.expr | None:
    named = [keyword.value for keyword in node.keywords if keyword.arg == "kind"]
    standing = [] if position is None else node.args[position : position + 1]
    return next(iter(named + standing), None)


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


CHANGES = {"case_changed", "_changed", "return_to_queue"}
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
