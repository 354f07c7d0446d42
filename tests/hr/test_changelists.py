"""Every list of the administration costs the same queries for five thousand people as for three."""

from accounts.models import User
from people.models import Device, Employee
from tenants.admin_sites import company_site
from tenants.schemas import enter_schema
from tests.conftest import signed_in
from tests.hr.many_rows import fill
from tests.support.queries import queries_of

MOST = 16


def costs(hanna: User) -> dict[str, int]:
    browser = signed_in(hanna)
    return {model._meta.label_lower: cost(browser, model) for model in company_site._registry}


def cost(browser, model) -> int:
    enter_schema("acme")
    address = f"/admin/{model._meta.label_lower.replace('.', '/')}/"

    def look() -> None:
        assert browser.get(address).status_code in {200, 302}, address

    return queries_of(look)


def crowd(people: int, rows: int) -> None:
    enter_schema("acme")
    fill(Employee, people)
    fill(Device, people)
    for model in company_site._registry:
        fill(model, rows)


def test_no_list_costs_more_queries_the_more_rows_it_has(hanna):
    crowd(3, 3)
    few = costs(hanna)
    crowd(5000, 120)
    many = costs(hanna)
    assert Employee.objects.count() >= 5000
    grown = {label: (few[label], n) for label, n in many.items() if n > few[label]}
    assert not grown
    assert max(many.values()) <= MOST, many
