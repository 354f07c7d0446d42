"""How many statements a tap sends. One more is a decision, not an accident: each is planned anew.

The savepoint of the test and its end are among them; the company's own are not.
"""

from collections.abc import Callable
from functools import partial

from accounts.models import User
from tests.conftest import Phone
from tests.support.queries import queries_of

PLACE = {"latitude": 35.68, "longitude": 139.76, "accuracy_m": 12.5}


def sent(phone: Phone, **fields: object) -> int:
    return queries_of(partial(phone.tap, **fields))


def test_a_tap_that_opens_one_that_joins_and_a_poll(annas_phone: Phone, boris: User) -> None:
    opens, joins = sent(annas_phone), sent(annas_phone)
    incident = annas_phone.tap().json()["id"]
    poll: Callable[[], object] = partial(annas_phone.get, f"incidents/{incident}")
    assert (opens, joins, queries_of(poll)) == (22, 14, 4)


def test_a_position_costs_the_clock_and_one_insert(annas_phone: Phone) -> None:
    annas_phone.tap()
    assert sent(annas_phone, location=PLACE) - sent(annas_phone) == 2
