"""Browsers at the machine that runs the demo, and a mail server of its own."""

import os
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

ELSEWHERE: tuple[dict[str, Any], ...] = (
    {"REMOTE_ADDR": "192.0.2.7"},
    {"REMOTE_ADDR": "::ffff:192.0.2.7"},
    {"headers": {"X-Forwarded-For": "192.0.2.7"}},
    {"headers": {"X-Forwarded-For": "127.0.0.1"}},
    {"headers": {"Forwarded": "for=192.0.2.7"}},
    {"headers": {"X-Forwarded-Proto": "https"}},
    {"headers": {"Via": "1.1 proxy"}},
)
"""Of a request: what shows that nobody sits at the machine who sent it."""


def browser(host: str) -> Client:
    return Client(headers={"Host": host})


@pytest.fixture
def visitor(db: None) -> Client:
    """Somebody who has opened the address that `make run` printed."""
    return browser("localhost")


@dataclass(frozen=True)
class DemoMail:
    """The mail server, as `make run` starts it."""

    port: int

    def send(self, to: str, subject: str = "題", text: str = "本文", html: str = "") -> None:
        message = EmailMessage()
        message["Subject"], message["To"], message["From"] = subject, to, "no-reply@localhost"
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
        with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as line:
            line.send_message(message)


@pytest.fixture
def demo_mail(tmp_path: Path, settings: Any) -> Iterator[DemoMail]:
    settings.DATA_DIR = tmp_path
    with socket.create_server(("127.0.0.1", 0)) as listening:
        process = subprocess.Popen(
            [sys.executable, "-m", "demo.mail_server"],
            stdin=listening.fileno(),
            env=os.environ | {"DATA_DIR": str(tmp_path)},
        )
        yield DemoMail(listening.getsockname()[1])
        process.terminate()
        process.wait(10)
