"""緊急閲覧: lena reads who looked, with whose consent and why; the company reads the same."""

from audit.actors import Actor
from audit.models import AuditEvent
from incidents.models import Incident
from incidents.selectors import timeline
from operations.grants import approve_break_glass, ask_break_glass, end_break_glass
from operations.models import AccessGrant, Case
from tests.operations.conftest import lena, run_jobs
from tests.responder.conftest import case, desk_browser, grant, olga, otto

__all__ = ["case", "grant", "lena", "olga", "otto"]


def test_lena_reads_who_looked_with_whose_consent_why_and_until_when(
    grant: AccessGrant, case: Case, otto: Actor, lena: Actor
) -> None:
    asked = ask_break_glass(case_id=case.public_id, operator=otto, reason="police_ask")
    page = desk_browser("lena").get("/desk/break-glass/").content.decode()
    assert ("岸本 悠" in page, "もう1人の承認待ち" in page) == (True, True)
    opened = approve_break_glass(grant_id=asked.public_id, approver=lena)
    page = desk_browser("lena").get("/desk/break-glass/").content.decode()
    for text in ("岸本 悠", "三宅", "警察・消防からの照会", "閲覧中"):
        assert text in page, text
    end_break_glass(grant_id=opened.public_id, operator=otto)
    page = desk_browser("lena").get("/desk/break-glass/").content.decode()
    assert "閲覧中" not in page
    assert desk_browser("olga").get("/desk/break-glass/").status_code == 403


def test_the_company_reads_it_in_its_audit_and_on_the_timeline_with_the_reason(
    grant: AccessGrant, case: Case, otto: Actor, lena: Actor
) -> None:
    asked = ask_break_glass(case_id=case.public_id, operator=otto, reason="police_ask")
    stream = AuditEvent.objects.of(str(case.incident_id))
    assert not stream.filter(payload__verb="break_glass.opened").exists()
    approve_break_glass(grant_id=asked.public_id, approver=lena)
    end_break_glass(grant_id=asked.public_id, operator=otto)
    opened = stream.get(payload__verb="break_glass.opened").payload
    assert (opened["reason"], opened["approved_by"], opened["actor"]["id"]) == (
        "police_ask",
        lena.id,
        otto.id,
    )
    assert stream.filter(payload__verb="break_glass.ended").exists()
    run_jobs()
    texts = [one.text for one in timeline(Incident.objects.get(public_id=case.incident_id))]
    assert any("緊急閲覧" in text and "警察" in text for text in texts), texts
