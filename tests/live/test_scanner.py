"""Mail scanners, previews and crawlers open every link that is sent, and run its scripts. None of
that answers an alarm, for it is the button that counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page

from escalation.models import Rung
from incidents.models import Incident, IncidentEvent, Message
from jobs.models import Job
from jobs.runs import run_next
from notifications.models import Notice, Receipt
from operations.models import Case
from tenants.context import run_in
from tests.clock import put_back
from tests.live.browsers import chromium
from tests.live.conftest import Live, LivePhone, Server
from tests.notifications.conftest import Browser as Subscriber
from tests.notifications.conftest import MailServer, PushService, mail, push_service

__all__ = ["mail", "push_service"]
pytestmark = pytest.mark.browser

LINK = re.compile(r"https?://\S+")
MOST_PAGES = 40


@pytest.fixture
def by_hand(server: Server, live: Live, settings: Any) -> Iterator[None]:
    """The test is the timekeeper, so that what is sent goes to its own mail and push servers."""
    settings.PORT = server.port
    server.kill("timekeeper")
    # What other tests' companies still had to send would land on this one's servers.
    Job.objects.exclude(company_id=live.company.pk).delete()
    yield
    Job.objects.filter(company_id=live.company.pk).delete()
    server.start()


def run_due(live: Live, seconds: int = 0) -> None:
    """Everything that is due after so many seconds."""
    run_in(live.company, put_back, timedelta(seconds=seconds))
    while run_next(0, "the scanner's timekeeper") or run_next(1, "the scanner's timekeeper"):
        pass


@dataclass
class Sent:
    """Everything that left the house, and the links in it."""

    live: Live
    mail: MailServer
    push: PushService
    people: dict[str, Subscriber] = field(default_factory=dict)

    def subscribe(self, name: str) -> dict[str, Any]:
        one = Subscriber(f"{self.push.url}/push/{name}")
        self.people[f"/push/{name}"] = one
        return {"endpoint": one.endpoint, "keys": {"p256dh": one.p256dh, "auth": one.auth}}

    def recipients(self) -> set[str]:
        return {str(message["To"]) for message in self.mail.received} | set(self.pushed_to())

    def pushed_to(self) -> list[str]:
        return [push.path for push in self.push.received]

    def links(self) -> set[str]:
        texts = [str(message.get_content()) for message in self.mail.received]
        found = {link for text in texts for link in LINK.findall(text)}
        payloads = [self.people[push.path].read(push) for push in self.push.received]
        found |= {urljoin(self.live.page("/"), payload["path"]) for payload in payloads}
        return {link for link in found if urlsplit(link).netloc == self.live.host}


@pytest.fixture
def sent(live: Live, by_hand: None, mail: MailServer, push_service: PushService) -> Sent:
    return Sent(live, mail, push_service)


def record(live: Live) -> dict[str, Any]:
    """All that an answer could have changed."""

    def look() -> dict[str, Any]:
        models = (Incident, IncidentEvent, Message, Notice, Receipt, Rung)
        rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
        jobs = Job.objects.filter(company_id=live.company.pk).order_by("pk")
        cases = Case.objects.filter(company_id=live.company.pk)
        return rows | {"jobs": list(jobs.values()), "cases": list(cases.values())}

    return run_in(live.company, look)


def scan(live: Live, links: set[str], cookie: str = "") -> set[str]:
    """GET, HEAD and render each, and everything that it links to. Returns what was visited."""
    with chromium() as browser:
        return visit(live, links, browser, cookie)


def visit(live: Live, links: set[str], browser: Browser, cookie: str) -> set[str]:
    context = browser.new_context(locale="ja")
    if cookie:
        context.add_cookies([{"name": "sid", "value": cookie, "url": live.page("/")}])
    page = context.new_page()
    waiting = sorted(links)
    visited: set[str] = set()
    while waiting and len(visited) < MOST_PAGES:
        link = waiting.pop()
        if link in visited or urlsplit(link).netloc != live.host:
            continue
        visited.add(link)
        fetch(live, link, cookie)
        waiting += render(page, link)
    context.close()
    return visited


def fetch(live: Live, link: str, cookie: str) -> None:
    path = link.split(live.host, 1)[1]
    headers = {"Host": live.host, "Cookie": f"sid={cookie}", "Accept": "*/*"}
    for method in ("HEAD", "GET", "OPTIONS"):
        answer = requests.request(
            method, live.url + path, headers=headers, allow_redirects=False, timeout=10
        )
        assert answer.status_code < 500, (method, link)


def render(page: Page, link: str) -> list[str]:
    if urlsplit(link).path.endswith(".csv"):
        return []  # a file has no links, and no page to open; it was fetched
    page.goto(link, wait_until="load")
    page.evaluate("new Promise((done) => requestIdleCallback(done, {timeout: 2000}))")
    hrefs: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    return hrefs


@pytest.fixture
def boris(live: Live, sent: Sent) -> requests.Session:
    """Signed in, and told by push besides his mail."""
    browser = live.browser("boris")
    answer = send(browser, live, "/portal/push/", json=sent.subscribe("boris"))
    assert answer.status_code == 204, answer.text
    return browser


@pytest.fixture
def incident(live: Live, phone: LivePhone, sent: Sent, boris: requests.Session) -> str:
    """Nobody has seen it yet. Boris and the next were called, by mail and push."""
    body = sent.subscribe("anna")
    assert phone.send("PUT", "/api/v1/device/web-push", json=body).status_code == 204
    incident: str = phone.tap()["id"]
    run_due(live)
    run_due(live, 31)
    assert len(sent.recipients()) == 3, sent.recipients()
    return incident


def scanned(live: Live, sent: Sent, boris: requests.Session) -> set[str]:
    """By a stranger's machine, and by a preview in the browser in which he is signed in."""
    before = record(live)
    links = sent.links()
    visited = scan(live, links) | scan(live, links, cookie_of(boris))
    assert links <= visited
    assert record(live) == before
    return visited


def test_opening_every_link_answers_nothing_and_pressing_the_button_does(
    live: Live, phone: LivePhone, sent: Sent, boris: requests.Session, incident: str
) -> None:
    visited = scanned(live, sent, boris)
    paths = {urlsplit(link).path for link in visited}
    assert len([path for path in paths if path.startswith("/portal/n/")]) == 2
    assert f"/portal/incidents/{incident}/" in paths

    # So the ladder goes on, to the security company's desk.
    run_due(live, 31)
    assert Case.objects.filter(incident_id=incident).count() == 1
    assert "desk@ops.localhost" in sent.recipients()

    called = next(link for link in sorted(sent.links()) if "/portal/n/" in link)
    with chromium() as browser:
        page = browser.new_page(locale="ja")
        page.goto(called)
        page.get_by_role("button", name="確認しました").click()
        page.wait_for_load_state()
    seen = phone.send("GET", f"/api/v1/incidents/{incident}").json()
    assert seen["acknowledged_by"] in {"佐藤さん", "田中さん"}


def test_opening_what_is_sent_after_the_close_reopens_and_answers_nothing(
    live: Live, phone: LivePhone, sent: Sent, boris: requests.Session, incident: str
) -> None:
    """The answers to anna and, as she says nothing, the call to somebody else to look."""
    for button in ("acknowledge", "head-out"):
        send(boris, live, f"/portal/incidents/{incident}/{button}/")
    form = {"outcome": "resolved", "presses": "0"}
    send(boris, live, f"/portal/incidents/{incident}/close/", data=form)
    phone.send("POST", "/api/v1/device/test-notice")
    run_due(live, 301)
    kinds = run_in(live.company, lambda: set(Notice.objects.values_list("kind", flat=True)))
    assert kinds == {"alarm", "answer", "news", "test"}
    assert "/push/anna" in sent.pushed_to()
    scanned(live, sent, boris)
    seen = phone.send("GET", f"/api/v1/incidents/{incident}").json()
    assert (seen["state"], seen["answer_wanted"]) == ("closed", True)


def cookie_of(browser: requests.Session) -> str:
    return str(browser.headers["Cookie"]).removeprefix("sid=")


def send(browser: requests.Session, live: Live, path: str, **request: Any) -> requests.Response:
    """As a page of the portal sends a form, with its token."""
    token = browser.get(f"{live.url}/portal/", timeout=10).cookies.get("csrf") or ""
    headers = {"X-CSRFToken": token, "Cookie": f"sid={cookie_of(browser)}; csrf={token}"}
    return browser.post(
        live.url + path, headers=headers, allow_redirects=False, timeout=10, **request
    )
