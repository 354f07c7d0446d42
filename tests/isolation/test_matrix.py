"""Each address three ways: by who has the right to it, from the other company, and by others of
the same company. A refusal says no more than that there is no such thing."""

import pytest

from tests.isolation.routes import all_routes
from tests.isolation.rows import ROWS, Row
from tests.isolation.world import (
    NOBODY,
    Credential,
    Reply,
    Side,
    alike,
    ask,
    filled,
    footprint,
    invented,
    missing,
)

Pair = tuple[Side, Side]
HOSTS = {"ops": "ops.localhost", "platform": "localhost"}
# "socket /": every other path, refused in test_sockets.py.
SOCKETS = {
    "socket /ws/app/", "socket /ws/console/", "socket /ws/portal/", "socket /ws/portal/watching/",
    "socket /",
}  # fmt: skip

# The console's rows need two cases at the desk: test_console_matrix.py asks the same of them.
CONSOLE = [row for row in ROWS if row.route.startswith("ops /console/")]
HERE = [row for row in ROWS if row not in CONSOLE]

every_row = pytest.mark.parametrize("row", HERE, ids=str)


def test_every_address_has_a_row() -> None:
    """A new one fails here until tests/isolation/rows.py says who has the right to it."""
    listed = {row.route for row in ROWS} | SOCKETS
    unlisted, gone = all_routes() - listed, listed - all_routes()
    assert not unlisted, f"add a Row to tests/isolation/rows.py for each of {sorted(unlisted)}"
    assert not gone, f"remove their rows from tests/isolation/rows.py: {sorted(gone)}"


def send(row: Row, host_of: Side, credential: Credential, names: Side) -> Reply:
    host = HOSTS.get(row.kind, host_of.host)
    body = filled(row.body, names)
    return ask(credential, host, row.verb, filled(row.address, names), body, row.form)


def changes(row: Row) -> bool:
    quiet = row.idempotent or row.desk_only or "logout" in row.address
    return row.verb != "GET" and not quiet


@every_row
def test_who_has_the_right_gets_what_is_theirs(row: Row, db: None, pair: Pair) -> None:
    acme, globex = pair
    before = footprint(acme), footprint(globex)
    reply = send(row, globex, globex.credentials[row.who], globex)
    assert reply.status in {row.status, row.or_status}, reply
    assert reply.location.startswith(filled(row.to, globex))
    assert filled(row.shows, globex) in reply.text
    if row.own and "{" in row.shows:
        assert filled(row.shows, acme) not in reply.text
    if row.kind != "ops":
        assert not [secret for secret in acme.secrets() if secret in reply.text]
    if changes(row):
        assert footprint(globex) != before[1]
    assert footprint(acme) == before[0]


@every_row
def test_what_acme_has_is_worth_nothing_on_globex(row: Row, db: None, pair: Pair) -> None:
    acme, globex = pair
    before = footprint(acme), footprint(globex)
    for credential in strangers(row, acme, globex):
        made_up = send(row, globex, invented(credential), missing(globex))
        for names in (globex, acme) if row.names_something else (globex,):
            reply = send(row, globex, credential, names)
            if not row.public:
                assert reply.is_refusal, reply
            assert alike(reply, names) == alike(made_up, missing(globex))
            assert not [s for s in acme.secrets() | globex.secrets() if s in shown(reply, names)]
    assert (footprint(acme), footprint(globex)) == before


def strangers(row: Row, acme: Side, globex: Side) -> list[Credential]:
    """Everybody whose sign-in is good on some other host."""
    if row.who == NOBODY and row.names_something:
        return []  # what is named is the credential: see the next test
    if row.kind == "company":
        return [acme.credentials[name] for name in {row.who, "olga"} - {NOBODY}]
    at_home = {"ops": "olga", "platform": "platform"}[row.kind]
    return [acme.credentials[name] for name in {"boris", "olga", "platform"} - {at_home}]


def shown(reply: Reply, names: Side) -> str:
    """The answer without the address that was asked for, which a sign-in page may repeat."""
    text = reply.text
    for name in names.names.values():
        text = text.replace(f"/{name}", "")
    return text


# Keys inside are equal in both companies, and the same press again is never refused.
NAMED = [r for r in ROWS if r.names_something and not r.by_key]
NAMED = [r for r in NAMED if not r.idempotent and not r.desk_wide]


@pytest.mark.parametrize("row", [row for row in NAMED if row in HERE], ids=str)
def test_a_name_from_acme_is_unknown_on_globex(row: Row, db: None, pair: Pair) -> None:
    """Asked by globex's own rightful person: no other answer than to a name nobody has."""
    acme, globex = pair
    before = footprint(acme), footprint(globex)
    foreign, unknown = named_by(acme, globex), missing(globex)
    reply = send(row, globex, globex.credentials[row.who], foreign)
    nothing = send(row, globex, globex.credentials[row.who], unknown)
    assert alike(reply, foreign) == alike(nothing, unknown)
    assert reply.status == 404 or row.public or "reset" in row.address
    assert (footprint(acme), footprint(globex)) == before


def named_by(acme: Side, globex: Side) -> Side:
    return Side(globex.company, acme.mark, acme.names, acme.keys, globex.credentials)


def inside(rows: list[Row]) -> list[tuple[Row, str]]:
    return [(row, who) for row in rows for who in row.others]


@pytest.mark.parametrize(("row", "who"), inside(HERE), ids=str)
def test_others_of_the_same_company_get_what_the_table_says(
    row: Row, who: str, db: None, pair: Pair
) -> None:
    _acme, globex = pair
    before = footprint(globex)
    reply = send(row, globex, globex.credentials[who], globex)
    assert reply.status == row.others[who], reply
    refused = reply.is_refusal
    if refused:
        assert footprint(globex) == before
    if refused and reply.status != 403 and row.names_something and not row.by_key:
        unknown = missing(globex)
        nothing = send(row, globex, globex.credentials[who], unknown)
        assert alike(reply, globex) == alike(nothing, unknown)


@pytest.mark.parametrize("button", ["acknowledge", "head-out", "ask-on-site", "close"])
def test_annas_own_sign_in_sees_her_alarm_and_answers_nothing(
    button: str, db: None, pair: Pair
) -> None:
    _acme, globex = pair
    before = footprint(globex)
    page = f"/portal/incidents/{globex.names['incident']}/"
    form = {"outcome": "resolved"}
    pressed = ask(globex.credentials["anna"], globex.host, "POST", f"{page}{button}/", form, True)
    assert (pressed.status, pressed.location) == (302, page)
    assert footprint(globex) == before
