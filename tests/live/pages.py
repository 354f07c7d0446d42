"""What is asked of every page, wherever it is: nothing that axe finds, nothing wider than a phone,
one heading, Japanese words and a quiet console.

The pages come from the table of addresses (tests/isolation), so a new one is visited by itself.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.isolation.requests import HOSTS
from tests.isolation.row import Row
from tests.isolation.rows import ROWS
from tests.isolation.twin_company import (
    NOBODY,
    Credential,
    Side,
    filled,
)

AXE = (Path(__file__).parent / "vendor" / "axe" / "axe.min.js").read_text()
PHONE = {"width": 375, "height": 812}
DESK = {"width": 1440, "height": 900}

# Parts that a page of ours fetches into itself: they are looked at where they are shown.
PARTS = (
    "/portal/open/",
    "/portal/closed/",
    "/portal/incidents/{incident}/parts/",
    "/console/queue/",
    "/console/idle/",
    "/console/cases/{case}/parts/",
    "/field/part/",
    "/admin/search/",
    "/admin/search/?s=notice",
    "/console/handovers/",
)
# The description of the device API, for programmers, by Swagger; and what programs ask.
FOREIGN = ("/api/", "/scim/")
FILES = (
    "/admin/people/employee/template/",
    "/admin/people/employee/import/{upload}/refused/",
    "/desk/figures.csv",
    "/desk/dispatches.csv",
    "/portal/closed.csv",
    "/portal/conditions/sheet.xlsx",
)

# Words that are the same in Japanese, and what only these tests call so.
SAME_IN_JAPANESE = re.compile(
    r"iPhone|Android|Chrome|Safari|Apple Watch|Web|GPS|SNS|JavaScript|English|Enter|Excel|CSV"
    r"|XLSX|PDF|PIN|aac-lc|Microsoft Authenticator|Google (Authenticator|Play)|App Store"
    r"|UTF-8|SCIM|Entra ID|Okta|Shift_JIS|Asia/Tokyo|[0-9A-Z]{4}(-[0-9A-Z]{4}){2}"
    r"|\{\w+\}|https?://\S+|\S+@[\w.-]+|\S*localhost\S*|\S+\.example\S*|[0-9a-f]{8}-[0-9a-f-]{27}"
    r"|(acme|globex)(のことば|\w{8})?|anna|boris|carla|hanna|second|keiko|daisuke|once\.kept|ops|platform"
    # The changes of a rule name it as it is stored.
    r"|silence"
    # A job's name and how it ended, on the platform: for those who run the service.
    r"|[a-z]+\.[a-z_]+|\w+Error: .+"
    # Browsers and companies of the other tests.
    r"|Linux Chromium|live[0-9a-f]{8}"
    # Said by a script inside Unfold, to screen readers only.
    r"|scrollable content"
    # On the list of devices at a desk's width; where it comes from is not known yet.
    r"|off off",
    re.IGNORECASE,
)

# axe: the rules of WCAG 2.2 AA. What it calls best practice is advice, and not asked for.
LOOK = """async () => {
  const wish = {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    resultTypes: ['violations'],
    preload: false,
  };
  const found = [];
  const run = async (root) => {
    for (const { id, nodes } of (await axe.run(root, wish)).violations)
      for (const { target, html } of nodes) found.push([id, target.flat().join(' '), html]);
  };
  await run(document);
  for (const dialog of document.querySelectorAll('dialog:not([open])')) {
    dialog.showModal();
    await run(dialog);
    dialog.close();
  }
  const quiet = 'script, style, noscript, template, code, kbd, .secret, .material-symbols-outlined';
  const words = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode())
    if (!walk.currentNode.parentElement.closest(quiet)) words.push(walk.currentNode.data);
  for (const name of ['aria-label', 'placeholder', 'title', 'alt'])
    for (const one of document.querySelectorAll(`[${name}]`)) words.push(one.getAttribute(name));
  return {
    found,
    words,
    lang: document.documentElement.lang,
    headings: [...document.querySelectorAll('h1')].filter((one) => one.checkVisibility()).length,
    seen: [...document.querySelectorAll('dialog:not([open])')]
      .filter((one) => one.checkVisibility()).map((one) => one.id),
  };
}"""
DARK = """async () => {
  const wish = { runOnly: { type: 'rule', values: ['color-contrast'] }, preload: false };
  const found = [];
  for (const { nodes } of (await axe.run(document, wish)).violations)
    for (const { target, html } of nodes) found.push([target.flat().join(' '), html]);
  return found;
}"""
WIDER = """() => document.scrollingElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => `${one.localName}#${one.id}.${one.getAttribute('class')}`).slice(0, 5)"""


@dataclass(frozen=True)
class Address:
    """A page and who opens it."""

    kind: str
    who: str
    path: str
    status: int = 200
    or_status: int = 0

    def __str__(self) -> str:
        return f"{self.kind} {self.path} ({self.who})"


def addresses(side: Side) -> list[Address]:
    """Every page that the table of addresses knows, each as its rightful actor. The console first:
    who looks elsewhere for long loses the case."""
    rows = [row for row in ROWS if _page(row)]
    found = {Address(r.kind, r.who, filled(r.address, side), r.status, r.or_status) for r in rows}
    return sorted(found, key=lambda one: not one.path.startswith("/console/"))


def _page(row: Row) -> bool:
    apart = row.address in (*PARTS, *FILES) or row.address.startswith((*FOREIGN, PARTS[-1]))
    return row.verb == "GET" and row.status != 302 and not apart


@dataclass
class Visitor:
    """Somebody's browser on one host, and what its console said."""

    page: Page
    said: list[str] = field(default_factory=list)

    @classmethod
    def at(cls, browser: Browser, credential: Credential, host: str) -> "Visitor":
        context = browser.new_context(locale="ja", timezone_id="Asia/Tokyo", viewport=PHONE)
        for name, value in credential.cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": f"http://{host}"}])
        visitor = cls(context.new_page())
        visitor.page.on("console", visitor.hears)
        visitor.page.on("pageerror", lambda error: visitor.said.append(str(error)))
        return visitor

    def hears(self, message: ConsoleMessage) -> None:
        # That the page itself is refused is said by its address; the icon is the browser's idea.
        asked = message.location.get("url", "")
        own = asked.endswith("/favicon.ico") or asked == self.page.url
        if message.type == "error" and not (own and "Failed to load" in message.text):
            self.said.append(message.text)

    def faults(self, *, wide: bool = False) -> Iterator[str]:
        """Of the page as it is now, on a phone, or looked at by axe on a desk's screen; in the dark
        its contrast once more."""
        yield from (f"wider than a phone: {one}" for one in self.page.evaluate(WIDER))
        if wide:
            narrow = self.page.viewport_size
            self.page.set_viewport_size(DESK)
        self.page.evaluate(AXE)
        seen = self.page.evaluate(LOOK)
        self.page.emulate_media(color_scheme="dark")
        dim = self.page.evaluate(DARK)
        self.page.emulate_media(color_scheme="light")
        if wide:
            self.page.set_viewport_size(narrow)
        yield from (f"in the dark: {target} {html[:300]}" for target, html in dim)
        yield from (f"axe: {rule} {target} {html[:300]}" for rule, target, html in seen["found"])
        yield from (f"dialog seen although it is closed: {one}" for one in seen["seen"])
        yield from (f"in English: {one}" for one in sorted(set(filter(_english, seen["words"]))))
        if (seen["lang"], seen["headings"]) != ("ja", 1):
            yield f"lang={seen['lang']}, {seen['headings']} headings"
        yield from (f"console: {one}" for one in self.said)
        self.said.clear()


def _english(text: str) -> bool:
    return bool(re.search("[A-Za-z]{3}", SAME_IN_JAPANESE.sub("", text)))


@dataclass
class Round:
    """Goes to pages with one browser; keeps a visitor for each person and host."""

    browser: Browser
    side: Side
    port: int
    visitors: dict[tuple[str, str], Visitor] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def visitor(self, kind: str, who: str) -> Visitor:
        if (kind, who) not in self.visitors:
            host = HOSTS.get(kind, self.side.host)
            credential = self.side.credentials[who]
            self.visitors[kind, who] = Visitor.at(self.browser, credential, host)
        return self.visitors[kind, who]

    def url(self, kind: str, path: str) -> str:
        return f"http://{HOSTS.get(kind, self.side.host)}:{self.port}{path}"

    def go(self, one: Address, *, wide: bool = False) -> Page:
        visitor = self.visitor(one.kind, one.who)
        answer = visitor.page.goto(self.url(one.kind, one.path))
        if answer is None or "html" not in answer.headers["content-type"]:
            return visitor.page
        good = answer.status in (one.status, one.or_status)
        if not good or answer.url != self.url(one.kind, one.path):
            self.faults.append(f"{one}: status {answer.status} at {answer.url}")
        self.look(str(one), visitor, wide=wide)
        return visitor.page

    def look(self, name: str, visitor: Visitor, *, wide: bool = False) -> None:
        self.faults += [f"{name}: {fault}" for fault in visitor.faults(wide=wide)]

    def look_after(self, kind: str, who: str, path: str, act: Callable[[Page], None]) -> None:
        """At what a press on that page brings."""
        visitor = self.visitor(kind, who)
        visitor.page.goto(self.url(kind, path))
        act(visitor.page)
        self.look(f"{path} and then {act.__name__}", visitor)
        if who == NOBODY:
            del self.visitors[kind, who]  # perhaps somebody by now

    def ends(self) -> None:
        found, self.faults = "\n".join(self.faults), []
        assert not found, f"\n{found}"
