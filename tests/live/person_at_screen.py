"""Somebody at a screen who can only press what is there, and the server that takes their mail."""

import email
import os
import re
import time
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

STILLS = os.environ.get("STILLS", "")


@dataclass
class Sink:
    """The mail server."""

    mails: list[tuple[str, Message]] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append((envelope.rcpt_tos[0], email.message_from_bytes(envelope.content)))
        return "250 OK"

    def link_to(self, who: str, page: str = "/accounts/invitation/") -> str:
        latest = time.monotonic() + 30
        while time.monotonic() < latest:
            for to, mail in reversed(self.mails):
                body = mail.get_payload(decode=True)
                assert isinstance(body, bytes)
                found = re.search(rf"http://\S+{page}\S+", body.decode())
                if to == who and found:
                    return found[0]
            time.sleep(0.1)
        raise AssertionError(f"no mail to {who}: {[to for to, _mail in self.mails]}")


@dataclass
class PersonAtScreen:
    """One person at one screen, who can only press what is there. Presses are counted."""

    page: Page
    presses: int = 0

    def press(self, text: str, role: str = "button") -> None:
        self.touch(self.page.get_by_role(role, name=text, exact=True).first)

    def follow(self, text: str) -> None:
        self.press(text, "link")

    def touch(self, what: Any) -> None:
        expect(what).to_be_visible()
        what.click()
        self.presses += 1

    def write(self, name: str, text: str) -> None:
        self.page.locator(f"[name={name}]").fill(text)

    def choose(self, name: str, text: str) -> None:
        """From a list that is searched as one types."""
        self.touch(self.page.locator(f"select[name={name}] + .select2"))
        self.page.locator(".select2-search__field").last.fill(text)
        self.touch(self.page.locator(".select2-results__option", has_text=text).first)

    def save(self) -> None:
        self.touch(self.page.locator("button[name=_save], input[name=_save]").first)
        expect(self.page.locator(".errornote, .errorlist")).to_have_count(0)

    def menu(self, text: str) -> None:
        self.touch(self.page.locator("#nav-sidebar-inner, nav").get_by_text(text, exact=True).first)

    def tick(self, text: str) -> None:
        self.touch(self.page.locator("tr", has_text=text).locator("[name=_selected_action]"))

    def run(self, action: str) -> None:
        self.page.locator("select[name=action]").select_option(label=action)
        self.touch(self.page.locator("button[name=index]").first)

    def still(self, name: str) -> None:
        if STILLS:
            self.page.screenshot(path=Path(STILLS) / name)
