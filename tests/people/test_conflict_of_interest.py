"""Boris has a conflict of interest about anna: for him her alarms do not exist."""

import uuid

import pytest

from accounts.models import User
from incidents.models import Incident
from notifications.links import acknowledge_path
from notifications.models import Notice
from people.models import Employee, Exclusion
from recordings.models import Recording
from recordings.permissions import may_listen
from tests.conftest import Phone, signed_in


def exclude(user: User, hanna: User, **scope: object) -> None:
    Exclusion.objects.create(user=user, decided_by=hanna, reason="当事者", **scope)


def test_he_is_not_called_and_the_next_is_called_instead(
    annas_phone: Phone, anna: Employee, boris: User, second: User, hanna: User
) -> None:
    exclude(boris, hanna, employee=anna)
    incident = annas_phone.tap().json()["id"]
    called = Notice.objects.filter(incident_id=incident, recipient_user__isnull=False)
    assert [notice.recipient_user for notice in called] == [second]
    assert annas_phone.get("device").json()["reachable"] == [{"name": second.get_full_name()}]


@pytest.fixture
def kept_from_boris(annas_phone: Phone, boris: User, hanna: User) -> Incident:
    """He was called, and only then the conflict was seen."""
    incident = Incident.objects.get(public_id=annas_phone.tap().json()["id"])
    annas_phone.post(
        "recordings",
        {
            "client_id": str(uuid.uuid4()),
            "tap_id": str(incident.taps.get().tap_id),
            "sample_rate": 48000,
            "frames_per_unit": 47,
        },
    )
    assert "髙橋" in signed_in(boris).get("/portal/").content.decode()
    exclude(boris, hanna, incident_id=incident.public_id)
    return incident


def test_nothing_of_the_incident_is_left_for_him(kept_from_boris: Incident, boris: User) -> None:
    portal, page = signed_in(boris), f"/portal/incidents/{kept_from_boris.public_id}/"
    for path in (page, f"{page}parts/", f"{page}positions"):
        assert portal.get(path).status_code == 404
    assert portal.post(f"{page}acknowledge/").status_code == 404
    assert "髙橋" not in portal.get("/portal/").content.decode()
    polled = portal.get("/portal/poll?since=1").json()
    assert (polled["ringing"], polled["events"], polled["follow"]) == ([], [], [])


def test_the_link_in_his_mail_opens_nothing(kept_from_boris: Incident, boris: User, client) -> None:
    notice = Notice.objects.get(incident_id=kept_from_boris.public_id, recipient_user=boris)
    answer = client.post(acknowledge_path(notice), headers={"Host": "acme.localhost"})
    assert answer.status_code == 404
    kept_from_boris.refresh_from_db()
    assert kept_from_boris.acknowledged_at is None


def test_he_cannot_listen_but_the_next_can(
    kept_from_boris: Incident, boris: User, second: User, hanna: User
) -> None:
    recording = Recording.objects.get(tap_id=kept_from_boris.taps.get().tap_id)
    recording.incident = kept_from_boris
    assert may_listen(boris, recording) == "no"
    assert may_listen(second, recording) != "no"


def test_hr_can_be_kept_out_too(kept_from_boris: Incident, hanna: User, boris: User) -> None:
    page = f"/portal/incidents/{kept_from_boris.public_id}/"
    assert signed_in(hanna).get(page).status_code == 200
    exclude(hanna, boris, incident_id=kept_from_boris.public_id)
    assert signed_in(hanna).get(page).status_code == 404
