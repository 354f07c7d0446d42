"""HR looks at what was told to whom, and changes nothing of it."""

from tenants.schemas import enter_schema
from tests.conftest import signed_in
from tests.notifications.conftest import page


def test_hr_reads_notices_and_their_deliveries(boris, hanna):
    notice = page(boris)
    browser = signed_in(hanna)
    assert b"Somebody asks for help" in browser.get("/admin/notifications/notice/").content
    assert b"email" in browser.get(f"/admin/notifications/notice/{notice.pk}/change/").content


def test_hr_changes_nothing_of_them(boris, hanna):
    notice = page(boris)
    browser = signed_in(hanna)
    for path in ("add/", f"{notice.pk}/delete/"):
        assert browser.post(f"/admin/notifications/notice/{path}", {}).status_code == 403
    browser.post(f"/admin/notifications/notice/{notice.pk}/change/", {"title": "other"})
    enter_schema("acme")
    notice.refresh_from_db()
    assert notice.title == "Somebody asks for help"
