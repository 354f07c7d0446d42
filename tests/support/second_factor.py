"""Sign-in with a second factor."""

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from demo.seed import PASSWORD

HOST = "ops.localhost"


SET_UP, SHOW = "/accounts/2fa/totp/activate/", "/accounts/2fa/reauthenticate/"


def browser(host: str = HOST) -> Client:
    return Client(headers={"Host": host})


def with_password(username: str = "olga", host: str = HOST) -> Client:
    client = browser(host)
    form = {"login": username, "password": PASSWORD}
    answer = client.post("/accounts/login/", form)
    assert answer.status_code == 302, answer.content
    return client


def code_of(secret: str) -> str:
    """What the phone shows, with at least five seconds left to enter it."""
    while time.time() % 30 > 25:
        time.sleep(0.2)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up(client: Client) -> tuple[str, list[str]]:
    """The secret that olga's phone now holds, and the recovery codes that she was shown."""
    asked = client.get(SET_UP, follow=True)  # a fresh password is asked for first
    if "reauthenticate" in asked.request["PATH_INFO"]:
        asked = client.post(
            asked.request["PATH_INFO"] + f"?next={SET_UP}",
            {"password": PASSWORD, "next": SET_UP},
            follow=True,
        )
    found = re.search(r'class="secret">([A-Z2-7]+)<', asked.content.decode())
    assert found, asked.content.decode()
    shown = client.post(SET_UP, {"code": code_of(found[1])}, follow=True)
    codes = re.findall(r"<li>(\d{8})</li>", shown.content.decode())
    assert len(codes) == 10
    return found[1], codes
