"""E-mail over a real SMTP connection."""

import contextlib
import time
import uuid
from datetime import timedelta

import pytest
import time_machine
from aiosmtpd.controller import Controller

from notifications.channels import email
from notifications.channels.breaker import Breaker
from notifications.channels.errors import DeliveryError, NoAnswer
from notifications.channels.sender import Sender
from notifications.links import acknowledge_path, read_token
from notifications.models import Delivery
from notifications.services import notice_for_link
from tenants.context import run_in
from tests.notifications.conftest import MailServer, mail_goes_to, page, run_due
from tests.peers import Peer, certificate, drip, free_port, silence


def text_of(message) -> str:
    return str(message.get_content())


def test_an_alarm_reads_as_one(boris, mail):
    boris.language = "ja"
    boris.save()
    notice = page(boris, incident_id=uuid.uuid4(), title="応援要請があります")
    run_due()
    (message,) = mail.received
    assert message["Subject"] == "【通報】応援要請があります"
    assert message["To"] == "boris@acme.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert f"http://acme.localhost:8000/portal/n/{notice.public_id}/?t=" in text_of(message)


def test_a_drill_reads_as_one(boris, mail):
    boris.language = "ja"
    boris.save()
    page(boris, incident_id=uuid.uuid4(), drill=True, title="応援要請")
    run_due()
    assert mail.received[0]["Subject"] == "【訓練】応援要請"


def test_it_is_written_in_the_recipients_language(boris, mail):
    page(boris, incident_id=uuid.uuid4())
    run_due()
    assert mail.received[0]["Subject"] == "[Alarm] Somebody asks for help"


def test_another_notice_names_the_product_and_opens_its_page(boris, mail, settings):
    page(boris, path="/portal/watching/")
    run_due()
    assert mail.received[0]["Subject"] == f"[{settings.BRAND_NAME}] Somebody asks for help"
    assert "http://acme.localhost:8000/portal/watching/" in text_of(mail.received[0])


def test_a_title_cannot_add_headers(boris, mail):
    page(boris, title="Help\r\nBcc: everybody@example.com")
    run_due()
    assert mail.received[0]["Bcc"] is None


REFUSALS = [("550 no such user", True), ("451 later", False), ("421 busy", False)]


@pytest.mark.parametrize(("answer", "permanent"), REFUSALS)
def test_an_address_that_is_refused(boris, mail, answer, permanent):
    mail.recipient = answer
    with pytest.raises(DeliveryError) as refusal:
        email.deliver(page(boris).deliveries.get())
    assert refusal.value.permanent is permanent


@pytest.mark.parametrize(("answer", "permanent"), [("554 spam", True), ("452 disk full", False)])
def test_a_message_that_is_refused(boris, mail, answer, permanent):
    mail.answers = [answer]
    with pytest.raises(DeliveryError) as refusal:
        email.deliver(page(boris).deliveries.get())
    assert refusal.value.permanent is permanent


def test_a_burst_of_messages_goes_over_one_connection(boris, second, mail):
    for number in range(3):
        page(boris, dedupe=f"boris {number}")
        page(second, dedupe=f"second {number}")
    run_due()
    assert len(mail.received) == 6
    assert len(mail.connections) == 1


def test_a_server_that_hung_up_meanwhile_is_called_again(boris, mail):
    mail.hangs_up = True
    for number in range(2):
        page(boris, dedupe=f"boris {number}")
        run_due()
        assert mail.hung_up.wait(5)
        mail.hung_up.clear()
    assert len(mail.received) == 2
    assert len(mail.connections) == 2
    assert Delivery.objects.filter(attempts=1).count() == 2


def test_a_server_that_is_away_is_a_passing_fault(boris, settings):
    mail_goes_to(settings, free_port())
    with pytest.raises(NoAnswer) as fault:
        email.deliver(page(boris).deliveries.get())
    assert not fault.value.permanent


def impatient() -> Sender:
    return Sender(within=0.3, breaker=Breaker())


ENDLESS = {
    "silence": silence,
    "one byte of an answer at a time": drip(b"220 ", b"x"),
    "one line of an answer at a time": drip(b"", b"220-x\r\n"),
}


@pytest.mark.timeout(20, func_only=True)
@pytest.mark.parametrize("talk", ENDLESS.values(), ids=ENDLESS)
def test_an_answer_without_end_is_cut_at_the_deadline(boris, settings, talk):
    with Peer(talk).listening() as peer:
        mail_goes_to(settings, peer.port)
        with pytest.raises(NoAnswer):
            email.deliver(page(boris).deliveries.get(), impatient())
    assert peer.connects == 1


@pytest.mark.parametrize("how", [{"waits": 0.1}, {"drips": True}], ids=["slow", "byte by byte"])
def test_one_deadline_holds_for_all_answers_together(boris, mailbox, how):
    """Each of the six comes in time, and the first alone would not be cut."""
    vars(mailbox).update(how)
    with pytest.raises(NoAnswer):
        email.deliver(page(boris).deliveries.get(), impatient())
    assert mailbox.received == []


def test_a_slow_server_gets_a_mail_once(boris, mailbox):
    mailbox.waits = 0.1
    page(boris)
    run_due()
    assert len(mailbox.received) == 1
    assert Delivery.objects.get(notice__dedupe="one").state == "handed_over"


def test_a_kept_connection_gets_a_deadline_of_its_own_for_each_message(boris, mailbox):
    sender = Sender(within=3.0, breaker=Breaker())
    email.deliver(page(boris).deliveries.get(), sender)
    time.sleep(3.0)
    email.deliver(page(boris, dedupe="two").deliveries.get(), sender)
    assert (len(mailbox.received), mailbox.connects) == (2, 1)


@pytest.mark.parametrize("command", [b"EHLO", b"MAIL", b"RCPT", b"DATA"])
def test_a_server_that_hangs_up_in_the_middle_is_a_passing_fault(boris, mailbox, command):
    mailbox.hangs_up_at = command
    with pytest.raises(NoAnswer) as fault:
        email.deliver(page(boris).deliveries.get(), impatient())
    assert not fault.value.permanent


def test_an_address_that_no_mail_can_have_is_refused_for_good(boris, mailbox):
    delivery = page(boris).deliveries.get()
    delivery.address = "boris@acme.example\r\nBcc: everybody@example.com"
    with pytest.raises(DeliveryError) as refusal:
        email.deliver(delivery, impatient())
    assert refusal.value.permanent


@pytest.mark.parametrize("is_trusted", [True, False])
def test_mail_goes_encrypted_to_whom_the_certificate_names(
    boris, settings, monkeypatch, tmp_path, is_trusted
):
    server = MailServer()
    context = certificate(tmp_path, "localhost")
    controller = Controller(
        server, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True
    )
    controller.start()
    mail_goes_to(settings, controller.port)
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "localhost", True
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.pem"))
    try:
        with contextlib.nullcontext() if is_trusted else pytest.raises(NoAnswer):
            email.deliver(page(boris).deliveries.get())
    finally:
        controller.stop()
    assert len(server.received) == int(is_trusted)


def token_of(notice) -> str:
    return acknowledge_path(notice).partition("?t=")[2].replace("%3A", ":")


def test_a_link_opens_its_notice(boris):
    notice = page(boris)
    assert notice_for_link(notice.public_id, token_of(notice)) == notice


def test_a_link_opens_no_other_notice(boris):
    token, other = token_of(page(boris)), page(boris, dedupe="other")
    assert notice_for_link(other.public_id, token) is None


@pytest.mark.parametrize("token", ["", ":", "x:y", "1uABC:" + "A" * 43])
def test_an_invented_link_opens_nothing(boris, token):
    assert notice_for_link(page(boris).public_id, token) is None


def test_a_link_opens_nothing_in_another_company(boris, globex):
    notice = page(boris)
    token = token_of(notice)
    assert read_token(notice.public_id, token)
    assert not run_in(globex, read_token, notice.public_id, token)


def test_a_link_is_good_for_a_day(boris):
    notice = page(boris)
    with time_machine.travel(0, tick=False) as clock:
        token = token_of(notice)
        clock.shift(timedelta(hours=23, minutes=59))
        assert read_token(notice.public_id, token)
        clock.shift(timedelta(minutes=2))
        assert not read_token(notice.public_id, token)
