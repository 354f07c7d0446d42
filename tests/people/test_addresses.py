"""Addresses that the frame of the administration would bring along."""

from django.contrib.contenttypes.models import ContentType

from tests.conftest import signed_in


def test_no_address_leads_to_just_any_row_of_any_table(hanna):
    browser = signed_in(hanna)
    assert browser.get("/admin/").status_code == 200
    for kind in ContentType.objects.filter(model__in=["seenincident", "employee", "session"]):
        for pk in ("1", "x", "7f3c2b9e-5d0a-4d1e-9a51-0c8f4be0a001"):
            assert browser.get(f"/admin/r/{kind.pk}/{pk}/").status_code == 404, kind
