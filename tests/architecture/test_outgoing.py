"""Who knows the network, and who sends."""

import ast
from collections.abc import Iterator

from tests.architecture.modules import called, imported, in_rooms

SENDS = "notifications/channels/"
NETWORK = {"smtplib", "socket", "http.client", "urllib.request", "requests", "httpx", "urllib3"}
CALLS_OUT = {
    "web/outbound.py": "the guard before every call",
    "accounts/sso/discovery.py": "signing in at a provider; HR presses to test the connection",
    "accounts/adapter.py": "the same",
    "accounts/sso/views.py": "the same; three at a time",
    "demo/mail_server.py": "takes mails on this machine, and calls nobody",
    "jobs/worker.py": "the name of this host",
    "jobs/management/commands/timekeeper.py": "the name of this host",
}
"""Who else knows the network, and why somebody may wait for it."""


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
