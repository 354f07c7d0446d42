"""A notice and the promises to deliver it are one transaction; every way is tried at once."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from jobs.models import Job, SettledJob
from notifications.models import Delivery, Notice
from notifications.services import job_key, save_push_subscription, send_notice, stop_paging
from tests.notifications.conftest import let_time_pass, page, run_due


def states(notice: Notice) -> dict[str, str]:
    return {one.channel: one.state for one in notice.deliveries.all()}


def test_a_notice_goes_out_by_every_way(boris, browser, mail, push_service):
    browser.subscribe(boris)
    notice = page(boris)
    assert states(notice) == {"webpush": "pending", "email": "pending"}
    assert run_due() == 2
    assert states(notice) == {"webpush": "handed_over", "email": "handed_over"}
    assert (len(mail.received), len(push_service.received)) == (1, 1)


def test_the_same_is_told_once(boris, mail):
    assert page(boris).pk == page(boris, title="again").pk
    run_due()
    assert len(mail.received) == 1


def test_without_its_cause_nothing_is_sent(boris, mail):
    with transaction.atomic():
        page(boris)
        transaction.set_rollback(True)
    assert run_due() == 0
    assert not Notice.objects.filter(dedupe="one").exists()


def test_a_way_that_fails_does_not_hold_up_another(boris, browser, mail, push_service):
    push_service.statuses = [500] * 9
    browser.subscribe(boris)
    notice = page(boris)
    run_due()
    assert states(notice) == {"webpush": "pending", "email": "handed_over"}


def test_anyone_who_has_seen_it_is_told_no_more(boris, second, browser, mail, push_service):
    browser.subscribe(boris)
    incident, other = uuid.uuid4(), uuid.uuid4()
    seen = page(boris, incident_id=incident)
    page(boris, incident_id=other, dedupe="other incident")
    page(second, incident_id=incident, dedupe="other person")
    stop_paging(incident_id=incident, user=boris)
    run_due()
    seen.refresh_from_db()
    assert seen.cancelled_at is not None
    assert states(seen) == {"webpush": "cancelled", "email": "cancelled"}
    keys = [job_key(one.public_id) for one in seen.deliveries.all()]
    jobs = SettledJob.objects.filter(key__in=keys)
    assert [job.state for job in jobs] == [SettledJob.State.CANCELLED] * 2
    assert Notice.objects.filter(cancelled_at__isnull=True, deliveries__state="handed_over")


def test_after_the_acknowledgement_nothing_is_tried_again(mute_boris, browser, push_service):
    push_service.statuses = [500] * 9
    browser.subscribe(mute_boris)
    incident = uuid.uuid4()
    page(mute_boris, incident_id=incident)
    run_due()
    tried = len(push_service.received)
    stop_paging(incident, mute_boris)
    let_time_pass()
    run_due()
    assert len(push_service.received) == tried


def test_a_message_already_on_its_way_counts_as_sent(boris):
    incident = uuid.uuid4()
    delivery = page(boris, incident_id=incident).deliveries.get()
    stop_paging(incident, boris)
    word = delivery.handed_over("taken")
    with connection.cursor() as cursor:
        cursor.execute(word.sql, word.values)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.provider_id) == ("handed_over", "taken")


def test_anyone_who_has_left_is_not_told(boris, mail):
    notice = page(boris)
    type(boris).objects.filter(pk=boris.pk).update(is_active=False)
    run_due()
    assert mail.received == []
    assert states(notice) == {"email": "cancelled"}


def test_a_device_without_push_has_no_deliveries(annas_phone):
    notice = send_notice(
        recipient=annas_phone.device, kind="answer", title="seen", path="/app/", dedupe="d"
    )
    assert not notice.deliveries.exists()


def test_a_devices_browser_is_told(annas_phone, browser, push_service):
    save_push_subscription(annas_phone.device, browser.endpoint, browser.p256dh, browser.auth)
    send_notice(recipient=annas_phone.device, kind="answer", title="seen", path="/", dedupe="d")
    run_due()
    assert browser.read(push_service.received[0])["title"] == "seen"


def test_a_notice_has_one_recipient(boris, annas_phone):
    both = {"recipient_user": boris, "recipient_device": annas_phone.device}
    for recipients in (both, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Notice.objects.create(kind="k", title="t", dedupe="d", **recipients)


def test_one_delivery_for_each_address(boris):
    notice = page(boris)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(notice=notice, channel="email", address=boris.email)


def test_lane_1_waits_for_the_worker(boris, mail):
    page(boris, lane=1)
    assert run_due() == 0
    assert Job.objects.get(kind="notifications.deliver", state="pending").lane == 1
