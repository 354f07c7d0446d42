"""Mails that are no notices: each is one job's, under one name, by the one way that mail leaves."""

import re

import pytest

from accounts.invitations import schedule_invitation
from jobs.models import Job, SettledJob
from jobs.runs import run_next
from notifications.channels.breaker import IN_A_ROW
from tests.conftest import Phone
from tests.jobs.by_hand import promised_still, state_of
from tests.notifications.conftest import let_time_pass

DONE = SettledJob.State.DONE
INVITE, DESK = "accounts.invite", "escalation.tell_operators"


@pytest.fixture
def invited(boris) -> None:
    only(INVITE)
    schedule_invitation(boris)


def only(kind: str) -> None:
    Job.objects.exclude(kind=kind).delete()


def run(kind: str = INVITE) -> Job:
    """What timekeeper or worker would do now with the newest of its kind, and how it was before."""
    job = Job.objects.filter(kind=kind).latest("pk")
    run_next(job.lane, "test")
    return job


def test_a_crash_after_sending_repeats_under_the_same_name(invited, mail):
    for _ in range(2):
        promised_still(run())
    assert len(mail.received) == 2
    assert len({message["Message-ID"] for message in mail.received}) == 1
    assert re.fullmatch(r"<[0-9a-f]{32}@[a-z.]+>", mail.received[0]["Message-ID"])


def test_two_jobs_have_two_names(invited, boris, mail):
    run()
    schedule_invitation(boris)
    run()
    assert len({message["Message-ID"] for message in mail.received}) == 2


def test_an_address_that_is_refused_for_good_is_tried_once(invited, mail, caplog):
    mail.recipient = "550 no such user"
    assert state_of(run()) == DONE
    ours = [one.message for one in caplog.records if one.name == "notifications"]
    assert ours == ["notifications.mail_refused"]


def test_one_that_is_refused_for_now_is_tried_again(invited, mail):
    mail.recipient = "451 later"
    assert state_of(run()) == Job.State.PENDING
    mail.recipient = "250 OK"
    let_time_pass()
    assert state_of(run()) == DONE
    assert len(mail.received) == 1


def test_a_server_that_rests_is_not_called(invited, boris, mailbox):
    mailbox.hangs_up_at = b"EHLO"
    for _ in range(IN_A_ROW + 3):
        run()
        let_time_pass()
    job = run()
    job.refresh_from_db()
    assert mailbox.connects < IN_A_ROW + 3
    assert job.state == Job.State.PENDING
    assert "rests" in job.last_error


@pytest.fixture
def support_asked(annas_phone: Phone) -> str:
    return annas_phone.tap(level="support").json()["id"]


def test_the_desk_is_told_once_by_the_channels_own_way(support_asked, mail, settings):
    only(DESK)
    mail.recipient = f"550 {settings.OPERATORS_EMAIL} is unknown"
    job = run(DESK)
    assert state_of(job) == DONE
    promised_still(job)
    mail.recipient = "250 OK"
    run(DESK)
    (message,) = mail.received
    assert message["To"] == settings.OPERATORS_EMAIL


def test_none_is_sent_where_nobody_is_left_to_read_it(invited, boris, mail):
    type(boris).objects.filter(pk=boris.pk).update(is_active=False)
    assert state_of(run()) == DONE
    assert mail.received == []
