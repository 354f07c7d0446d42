"""The table: for each address who has the right to it, and what that person then sees.

An address without a row fails `test_every_address_has_a_row`. To add one to the `*_rows.py` of
its kind: the route as the test prints it, an address with {names} of a Side, who may, and a text
that only that company's answer can contain (or "" where the answer has no content). `others` are
people of the same company.
"""

from tests.isolation.account_rows import accounts
from tests.isolation.admin_rows import company_admin
from tests.isolation.api_rows import device_api, provider_api
from tests.isolation.condition_rows import conditions
from tests.isolation.desk_rows import desks
from tests.isolation.portal_rows import devices, portal, sheets, shells
from tests.isolation.row import Row

__all__ = ["ROWS", "Row"]

ROWS = [
    *device_api(),
    *provider_api(),
    *portal(),
    *sheets(),
    *devices(),
    *conditions(),
    *company_admin(),
    *shells(),
    *desks(),
    *accounts(),
]
