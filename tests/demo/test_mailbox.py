"""What each person got can be read in the demo, and shows nothing that it should not."""

import re
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import Client

from accounts.models import User
from demo import mail_server
from tests.conftest import Phone
from tests.demo.conftest import ELSEWHERE, DemoMail, browser
from tests.notifications.conftest import mail_goes_to, run_due
from tests.peers import free_port

KEYS = re.compile(r'href="(/demo/mail/[^"?]+/)"')


def opened(visitor: Client) -> str:
    """The newest mail."""
    return visitor.get(KEYS.findall(visitor.get("/demo/mail/").text)[0]).text


def test_it_says_who_got_what_and_the_newest_stands_first(
    visitor: Client, demo_mail: DemoMail
) -> None:
    for to, subject in (
        ("boris@acme.example", "一通目"),
        ("olga@ops.example", "二通目"),
        ("boris@globex.example", "三通目"),
    ):
        demo_mail.send(to, subject)
    page = visitor.get("/demo/mail/").text
    assert page.index("三通目") < page.index("二通目") < page.index("一通目")
    for name in (
        "佐藤 健一（東都百貨店株式会社）",
        "大野 玲子（警備会社オペレーションセンター）",
        "佐藤 健一（みどり訪問看護株式会社）",
    ):
        assert name in page
    his = visitor.get("/demo/mail/?to=boris@acme.example").text
    assert "一通目" in his
    assert "二通目" not in his


def test_a_mail_is_new_until_it_is_opened(visitor: Client, demo_mail: DemoMail) -> None:
    demo_mail.send("boris@acme.example", text="訓練のお知らせです")
    assert "新着 1通" in visitor.get("/demo/mail/").text
    assert "訓練のお知らせです" in opened(visitor)
    assert "新着 0通" in visitor.get("/demo/mail/").text
    assert "訓練のお知らせです" in opened(visitor)


def test_only_links_into_the_demo_can_be_pressed(
    visitor: Client, demo_mail: DemoMail, settings: Any
) -> None:
    text = """http://acme.localhost:8000/portal/n/1/?t=a
https://evil.example/ http://evil.example/?acme.localhost:8000 http://localhost.evil.example:8000/
http://acme.localhost:22/ http://acme.localhost:8000@evil.example/ <a href="http://x/">x</a>
http://[acme.localhost:8000/"""
    settings.PORT = 8000
    demo_mail.send("boris@acme.example", text=text)
    body = opened(visitor).partition('class="demo-text"')[2]
    assert re.findall(r'href="([^"]+)"', body) == ["http://acme.localhost:8000/portal/n/1/?t=a"]
    assert "evil.example" in body


def test_a_mail_that_is_a_page_is_shown_in_a_frame_that_may_nothing(
    visitor: Client, demo_mail: DemoMail
) -> None:
    html = """<script>alert(1)</script><img src="https://evil.example/seen.gif">"></iframe>"""
    demo_mail.send("boris@acme.example", html=html)
    page = opened(visitor)
    (frame,) = re.findall(r"<iframe[^>]*>", page)
    assert " sandbox " in frame
    assert "&lt;script&gt;alert(1)" in frame
    assert "<script>alert" not in page
    answer = visitor.get("/demo/mail/")
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_a_mail_that_is_no_longer_there_is_not_found(visitor: Client, demo_mail: DemoMail) -> None:
    for key in ("1.M1P1Q1.vm", "..", "%2e%2e%2fkeys", "new"):
        assert visitor.get(f"/demo/mail/{key}/").status_code == 404, key


def test_only_the_newest_are_kept(
    visitor: Client, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(mail_server, "NEWEST", 3)
    port = free_port()
    here = Controller(mail_server.NewestMails(tmp_path / "mail"), "127.0.0.1", port)
    here.start()
    try:
        for number in range(5):
            DemoMail(port).send("boris@acme.example", f"題{number}")
    finally:
        here.stop()
    page = visitor.get("/demo/mail/").text
    assert [number for number in range(5) if f"題{number}" in page] == [2, 3, 4]


@pytest.mark.parametrize("how", ELSEWHERE, ids=str)
def test_nobody_reads_it_from_elsewhere(visitor: Client, demo_mail: DemoMail, how: Any) -> None:
    demo_mail.send("boris@acme.example", "一通目")
    answer = visitor.get("/demo/mail/", **how)
    assert answer.status_code == 403
    assert "デモを動かしている端末でだけ使えます" in answer.text
    assert "一通目" not in answer.text


def test_a_notice_is_really_delivered_and_its_link_acknowledges(
    visitor: Client, demo_mail: DemoMail, boris: User, annas_phone: Phone, settings: Any
) -> None:
    mail_goes_to(settings, demo_mail.port)
    annas_phone.tap()
    run_due()
    text = opened(visitor)
    assert "助けを求めています" in text
    link = re.findall(r'href="http://acme\.localhost:\d+(/portal/n/[^"]+)"', text)[0]
    assert browser("acme.localhost").get(link.replace("&amp;", "&")).status_code == 200
