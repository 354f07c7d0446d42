"""What belongs to acme does not exist on globex, though the keys there are the same."""

import pytest
from django.test import Client

from accounts.models import User
from incidents.models import Incident
from people.models import Employee
from tenants.context import run_in
from tenants.models import Company
from tests.conftest import Phone, phone_of, signed_in


@pytest.fixture
def incident(annas_phone: Phone, globex: Company) -> Incident:
    """Anna's incident; globex has one under the same internal key."""
    mine = Incident.objects.get(public_id=annas_phone.tap().json()["id"])

    def theirs() -> None:
        phone = phone_of(Employee.objects.get(number="020182"), host="globex.localhost")
        device = phone.device
        Incident.objects.create(
            pk=mine.pk, number=1, reporter=device.employee, device=device, level="alarm"
        )

    run_in(globex, theirs)
    return mine


@pytest.mark.parametrize("path", ["incidents/{id}", "device", "me/incidents"])
def test_annas_token_is_unknown_on_globex(
    annas_phone: Phone, incident: Incident, path: str
) -> None:
    path = path.format(id=incident.public_id)
    assert annas_phone.get(path).status_code == 200
    elsewhere = Phone(annas_phone.device, annas_phone.token, "globex.localhost")
    assert elsewhere.get(path).status_code == 401
    assert elsewhere.tap().status_code == 401


@pytest.mark.parametrize("path", ["/portal/incidents/{id}/", "/portal/incidents/{id}/positions"])
def test_boris_is_nobody_on_globex(boris: User, incident: Incident, path: str) -> None:
    path = path.format(id=incident.public_id)
    assert signed_in(boris).get(path).status_code == 200
    replayed = signed_in(boris)
    replayed.defaults["HTTP_HOST"] = "globex.localhost"
    assert replayed.get(path).status_code == 302


def test_another_employee_of_the_same_company_finds_nothing(incident: Incident) -> None:
    colleague = phone_of(Employee.objects.get(number="020187"))
    for call in ("raise", "answer", "messages", "close", "locations"):
        assert colleague.post(f"incidents/{incident.public_id}/{call}").status_code in {400, 404}
    assert colleague.get(f"incidents/{incident.public_id}").status_code == 404


@pytest.mark.parametrize("host", ["nobody.localhost", "public", "", "acme.localhost.evil.example"])
def test_an_unknown_host_is_404_before_anything_else(db: None, host: str) -> None:
    assert Client(headers={"Host": host}).get("/portal/").status_code == 404
