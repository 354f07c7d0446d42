"""記録: who saw, heard and did what, as HR and the reviewer of the playback history read it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from audit.actors import Actor
from audit.services import ADMIN_STREAM, append
from incidents.models import Incident
from people.models import Employee
from readiness.enrolment import issue_sheets
from recordings.models import PlayRange, Recording
from recordings.selectors import heard_of
from recordings.services import start_listening
from tests.conftest import person, signed_in
from tests.support.records import alarm, recording, reviewer

__all__ = ["alarm", "recording", "reviewer"]

TRAIL = "/portal/hr/trail/"


def test_hanna_reads_who_made_a_sheet_for_whom(hanna: User, anna: Employee):
    issue_sheets(actor=hanna.as_actor(), holders=[anna], revoke_older=False)
    page = signed_in(hanna).get(TRAIL).content.decode()
    for words in ("登録用紙を作りました", str(hanna), anna.full_name):
        assert words in page


def test_the_reviewer_reads_it_too_and_boris_does_not(reviewer: User, boris: User):
    assert signed_in(reviewer).get(TRAIL).status_code == 200
    assert signed_in(boris).get(TRAIL).status_code == 403


def test_older_entries_are_on_the_next_page(hanna: User):
    for version in range(60):
        append(ADMIN_STREAM, "purpose.published", hanna.as_actor(), version=version)
    browser = signed_in(hanna)
    newest = browser.get(TRAIL).context
    older = browser.get(TRAIL, {"before": newest["older"]}).context
    seen = [line.seq for line in (*newest["lines"], *older["lines"])]
    assert len(newest["lines"]) == 50
    assert seen == list(range(seen[0], seen[0] - len(seen), -1))
    assert seen[-1] == 1
    assert older["older"] is None


@pytest.mark.parametrize("before", ["", "x", "-1", "９", "9" * 19, "9" * 5000], ids=len)
def test_a_wrong_page_is_the_newest_page(hanna: User, before: str):
    append(ADMIN_STREAM, "purpose.published", hanna.as_actor(), version=1)
    browser = signed_in(hanna)
    newest = browser.get(TRAIL).context["lines"]
    assert newest
    assert browser.get(TRAIL, {"before": before}).context["lines"] == newest


def test_a_verb_without_words_is_shown_rather_than_hidden(hanna: User):
    append(ADMIN_STREAM, "something.new", hanna.as_actor(), user="no id")
    assert "something.new" in signed_in(hanna).get(TRAIL).content.decode()


def test_what_concerns_several_says_how_many_and_who_stopped_it(hanna: User, boris: User):
    append(ADMIN_STREAM, "reach_check.sent", hanna.as_actor(), to=[str(boris.public_id), "x"])
    contact = Actor(kind="contact", id="")
    append(ADMIN_STREAM, "recovery.stopped", contact, person=str(boris.public_id), by="contact")
    lines = signed_in(hanna).get(TRAIL).context["lines"]
    assert [(line.who, line.what, line.whom) for line in lines[:2]] == [
        ("契約の担当者", "サインインの復旧を止めました", str(boris)),
        (str(hanna), "確認メッセージを送りました", "2名"),
    ]


def test_what_was_heard_lease_by_lease_is_one_part(hanna: User, recording: Recording):
    play = start_listening(
        user=hanna, recording=recording, mode="dvr", reason="事実の確認", session_key="x"
    )
    for first, last in ((0, 9), (10, 19), (40, 49), (15, 20)):
        PlayRange.objects.create(session=play, first_seq=first, last_seq=last)
    parts = [(a.seconds, b.seconds) for a, b in heard_of(play)]
    unit = recording.unit_seconds
    assert parts == [(0, int(21 * unit)), (int(40 * unit), int(50 * unit))]
    address = reverse("admin:recordings_recording_change", args=[recording.pk])
    page = signed_in(hanna).get(address).content.decode()
    assert "事実の確認" in page
    assert str(hanna) in page


def test_a_recording_says_how_long_it_is_and_what_never_arrived(hanna: User, recording: Recording):
    recording.last_seq, recording.gaps = 99, [[10, 19], [40, 40]]
    recording.save()
    unit = recording.unit_seconds
    ends = [timedelta(seconds=int(at * unit)) for at in (100, 10, 20, 40, 41)]
    address = reverse("admin:recordings_recording_change", args=[recording.pk])
    page = signed_in(hanna).get(address).content.decode()
    assert str(ends[0]) in page
    assert f"{ends[1]}–{ends[2]}、{ends[3]}–{ends[4]}" in page


def test_an_alarms_page_leads_to_its_course(hanna: User, alarm: Incident):
    browser = signed_in(hanna)
    page = browser.get(reverse("admin:incidents_incident_change", args=[alarm.pk]))
    course = f"/portal/incidents/{alarm.public_id}/"
    assert f'href="{course}"' in page.content.decode()
    assert browser.get(course).status_code == 200


def test_an_alarm_says_that_the_security_company_looked(hanna: User, alarm: Incident):
    address = reverse("admin:incidents_incident_change", args=[alarm.pk])
    browser = signed_in(hanna)
    assert "警備会社はこの通報を見ていません" in browser.get(address).content.decode()
    # No matter who it was: the page names the company, not the person.
    olga = person("hanna").as_actor()
    for _again in range(3):
        append(str(alarm.public_id), "case.positions", olga)
    append(str(alarm.public_id), "case.viewed", olga)
    page = browser.get(address).content.decode()
    assert "位置を見ました（3回）" in page
    assert "案件を見ました" in page
