"""Lena keeps centres, bases, units and steps; nobody else does; each change is in the audit."""

import pytest
from django.test import Client

from accounts.models import User
from audit.actors import Actor
from audit.models import AuditEvent
from operations.cases import do_step
from operations.models import AccessGrant, Base, Case, Centre, ProtocolStep, Responder
from operations.protocol import checklist
from people.models import Site, SiteGuide
from tenants.context import run_in
from tenants.models import Company
from tests.conftest import signed_in
from tests.responder.conftest import case, desk_browser, grant, olga

__all__ = ["case", "grant", "olga"]

BASE = {"name": "横浜待機所", "prefecture": "神奈川県", "latitude": "35.4", "longitude": "139.6"}


@pytest.fixture
def lenas(acme: Company) -> Client:
    return desk_browser("lena")


def test_lena_adds_a_base_a_unit_and_a_centre(lenas: Client) -> None:
    assert lenas.post("/desk/setup/bases/add/", BASE).status_code == 302
    base = Base.objects.get(name="横浜待機所")
    ops = Company.objects.get(schema_name="ops")
    Responder.objects.filter(call_sign="B-07").delete()
    rudi = run_in(ops, lambda: User.objects.get(username="rudi").public_id)
    unit = {
        "call_sign": "Y-01",
        "user_id": str(rudi),
        "base": base.pk,
        "travel": "foot",
        "on_duty": "on",
    }
    assert lenas.post("/desk/setup/responders/add/", unit).status_code == 302
    assert Responder.objects.get(call_sign="Y-01").user_id == rudi
    centre = {"name": "横浜管制センター", "prefecture": "神奈川県", "phone": "045-0"}
    lenas.post("/desk/setup/centres/add/", centre)
    assert Centre.objects.filter(name="横浜管制センター").exists()
    page = lenas.get("/desk/setup/").content.decode()
    assert all(name in page for name in ("横浜待機所", "Y-01", "横浜管制センター"))
    verbs = run_in(ops, lambda: [one.payload["verb"] for one in AuditEvent.objects.of("admin")])
    assert verbs[-3:] == ["desk.bases", "desk.responders", "desk.centres"]


@pytest.mark.parametrize("wrong", [{"latitude": "91"}, {"name": ""}, {"longitude": "nan"}])
def test_what_is_not_a_place_is_refused(lenas: Client, wrong: dict[str, str]) -> None:
    assert lenas.post("/desk/setup/bases/add/", BASE | wrong).status_code == 400
    assert not Base.objects.filter(prefecture="神奈川県").exists()


def test_only_the_lead_sets_up(lenas: Client) -> None:
    for username in ("olga", "rosa"):
        browser = desk_browser(username)
        assert browser.get("/desk/setup/").status_code == 403
        assert browser.post("/desk/setup/bases/add/", BASE).status_code == 403
    assert lenas.get("/desk/setup/nothing/add/").status_code == 404


def test_a_ticked_step_keeps_its_words_when_lena_changes_it(
    lenas: Client, grant: AccessGrant, case: Case, olga: Actor
) -> None:
    case.refresh_from_db()
    first = checklist(case)[0]
    do_step(case_id=case.public_id, operator=olga, step_id=first.step_id)
    step = ProtocolStep.objects.get(pk=first.step_id)
    fresh = {"company": step.company_id, "order": 1, "text": "新しい手順", "within_seconds": 30}
    assert lenas.post(f"/desk/setup/protocol/{step.pk}/", fresh).status_code == 302
    texts = [(line.text, line.is_done) for line in checklist(case)]
    assert (first.text, True) in texts
    assert ("新しい手順", False) in texts


def test_lena_names_the_fact_that_ticks_a_step(
    lenas: Client, grant: AccessGrant, case: Case
) -> None:
    fresh = {"company": case.company_id, "order": 1, "text": "現着を確認する", "fact": "arrived"}
    assert "現着" in lenas.get("/desk/setup/protocol/add/").content.decode()
    assert lenas.post("/desk/setup/protocol/add/", fresh).status_code == 302
    assert ProtocolStep.objects.get(text="現着を確認する").fact == "arrived"
    assert "自動：現着" in lenas.get("/desk/setup/").content.decode()
    wrong = fresh | {"fact": "police_called_at"}
    assert lenas.post("/desk/setup/protocol/add/", wrong).status_code == 400


def test_hanna_writes_how_to_reach_a_site_in_the_companys_own_pages(
    acme: Company, hanna: User
) -> None:
    site = Site.objects.get(name="新宿店")
    browser = signed_in(hanna)
    page = f"/admin/people/site/{site.pk}/change/"
    text = browser.get(page).content.decode()
    assert "白い帽子" in text
    assert SiteGuide.objects.filter(site=site).count() == 1
