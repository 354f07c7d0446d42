"""Each address: who has the right to it gets what is theirs, everybody else what somebody gets who
asks for what does not exist.

Eleven actors (actors.py), five kinds of thing (own, of another department, of another company,
closed, erased), and the people whom the row names. `PROVE=1` asks about all five everywhere, the
suite where the address names something. The console's rows need cases at the desk and are asked in
test_console_matrix.py.
"""

import sys
from collections.abc import Iterator

import pytest

from tests.isolation.actors import ACTORS, AT_THE_DESK, SUBJECTS
from tests.isolation.expectations import Judge, World, asked_about
from tests.isolation.pairs import Pair
from tests.isolation.requests import TALLY
from tests.isolation.rights import rightful
from tests.isolation.routes import all_routes
from tests.isolation.rows import ROWS, Row
from tests.isolation.socket_rows import SOCKETS
from tests.isolation.twin_company import Side, ask, footprint

HERE = [row for row in ROWS if not row.needs_cases]

every_row = pytest.mark.parametrize("row", HERE, ids=str)


@pytest.fixture(scope="module", autouse=True)
def tally() -> Iterator[None]:
    before = TALLY.copy()
    yield
    answered, refused = (TALLY[how] - before[how] for how in ("answered", "refused"))
    sys.stdout.write(f"\n{len(HERE)} addresses: {answered} requests answered, {refused} refused\n")


def test_every_address_has_a_row() -> None:
    """A new one fails here until tests/isolation/*_rows.py say who has the right to it."""
    listed = {row.route for row in ROWS} | {f"socket {path}" for path in SOCKETS}
    unlisted, gone = all_routes() - listed, listed - all_routes()
    assert not unlisted, f"add a Row to tests/isolation/*_rows.py for each of {sorted(unlisted)}"
    assert not gone, f"remove their rows from tests/isolation/*_rows.py: {sorted(gone)}"


@every_row
def test_only_who_has_the_right_gets_an_answer(
    row: Row, db: None, acme_side: Side, world: World
) -> None:
    wrong = Judge(row, acme_side, world).wrong()
    assert not wrong, "\n".join(wrong)


def test_every_actor_is_rightful_somewhere_and_every_subject_is_asked_about() -> None:
    """A cast of which one is refused everywhere would prove nothing of that one's refusals."""
    served = set().union(*(rightful(row) or set() for row in ROWS))
    assert served == set(ACTORS | AT_THE_DESK) - {"anonymous"}
    assert set().union(*map(asked_about, ROWS)) == set(SUBJECTS)


@pytest.mark.parametrize(
    "button",
    ["acknowledge", "head-out", "still-on-way", "cannot-come", "arrive", "ask-on-site", "close"],
)
def test_annas_own_sign_in_sees_her_alarm_and_answers_nothing(
    button: str, db: None, pair: Pair
) -> None:
    _acme, globex = pair
    before = footprint(globex)
    page = f"/portal/incidents/{globex.names['incident']}/"
    form = {"outcome": "resolved", "presses": 0}
    pressed = ask(globex.credentials["anna"], globex.host, "POST", f"{page}{button}/", form, True)
    assert (pressed.status, pressed.location) == (302, page)
    assert footprint(globex) == before
