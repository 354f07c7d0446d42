"""At least once, under one name, with waits that grow, until it would come too late."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from jobs.models import Job, SettledJob
from notifications.delivery import wait_after
from notifications.models import Delivery, Notice
from tests.notifications.conftest import let_time_pass, page, run_due

WAITS = [
    (1, 0, 0),
    (2, 0, 1),
    (3, 0, 2),
    (4, 0, 4),
    (5, 0, 8),
    (9, 0, 30),
    (30, 0, 30),
    (30, 1, 300),
]


@pytest.mark.parametrize(("attempts", "lane", "seconds"), WAITS)
def test_waits_grow_to_the_lanes_limit(attempts, lane, seconds):
    for _ in range(20):
        wait = wait_after(attempts, lane).total_seconds()
        assert seconds * 0.8 <= wait <= seconds * 1.2


@pytest.mark.parametrize(("asked", "seconds"), [(7, 7), (3600, 30)])
def test_the_provider_may_ask_for_patience_but_not_for_much(asked, seconds):
    assert wait_after(1, 0, asked).total_seconds() == pytest.approx(seconds, rel=0.21)


def test_the_first_retry_is_at_once(mute_boris, browser, push_service):
    push_service.statuses = [503]
    browser.subscribe(mute_boris)
    page(mute_boris)
    assert run_due() == 2
    assert Delivery.objects.get(notice__dedupe="one").state == "handed_over"


def test_it_is_tried_until_it_works(mute_boris, browser, push_service):
    push_service.statuses = [500, 502, 503, 429, 500]
    browser.subscribe(mute_boris)
    page(mute_boris)
    for _ in range(6):
        run_due()
        let_time_pass()
    delivery = Delivery.objects.get(notice__dedupe="one")
    assert (delivery.state, delivery.attempts) == ("handed_over", 6)


def test_a_page_that_would_come_too_late_is_given_up(mute_boris, browser, push_service):
    push_service.statuses = [500]
    browser.subscribe(mute_boris)
    page(mute_boris)
    Notice.objects.update(created_at=Now() - timedelta(minutes=10))
    run_due()
    assert Delivery.objects.get(notice__dedupe="one").state == "failed"
    assert not Job.objects.filter(kind="notifications.deliver", state="pending").exists()


def test_a_refusal_for_good_is_not_repeated(mute_boris, browser, push_service):
    push_service.statuses = [403]
    browser.subscribe(mute_boris)
    page(mute_boris)
    assert run_due() == 1
    delivery = Delivery.objects.get(notice__dedupe="one")
    assert (delivery.state, delivery.last_error) == ("failed", "push service answered 403")


def promised_still() -> None:
    for job in SettledJob.objects.filter(kind="notifications.deliver"):
        delivery = job.key.rpartition(":")[2]
        Job.objects.create(
            company=job.company,
            kind=job.kind,
            key=job.key,
            lane=0,
            crew="email",
            payload={"delivery": delivery},
        )
        job.delete()


def test_a_crash_after_sending_repeats_under_the_same_name(boris, browser, mail, push_service):
    browser.subscribe(boris)
    page(boris)
    run_due()
    # As if the process had died between the provider's answer and the commit.
    Delivery.objects.update(state="pending")
    promised_still()
    run_due()
    assert len({message["Message-ID"] for message in mail.received}) == 1
    assert len({push.headers["Topic"] for push in push_service.received}) == 1
    assert (len(mail.received), len(push_service.received)) == (2, 2)


def test_what_was_sent_is_not_sent_again(boris, mail):
    page(boris)
    run_due()
    promised_still()
    run_due()
    assert len(mail.received) == 1
