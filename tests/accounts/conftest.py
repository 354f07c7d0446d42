"""The company's own sign-in, as the browsers of its people go through it."""

import http.client
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import SingleSignOn, User
from accounts.sso.policy import keep
from tenants.context import run_in
from tenants.models import Company
from tests.accounts.oidc_peer import Peer, serving
from tests.peers import free_port

DOMAIN = "acme.example"
CALLBACK = "/accounts/sso/callback/"


@pytest.fixture
def peer(settings: Any) -> Iterator[Peer]:
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    made = Peer(person={"sub": "8a3f", "email": f"boris@{DOMAIN}", "email_verified": True})
    server = serving(made, free_port())
    yield made
    server.shutdown()
    server.server_close()


def connected(peer: Peer) -> None:
    """In the company that has been entered: HR has set its sign-in up."""
    row = SingleSignOn(
        is_on=True, issuer=peer.url, client_id=peer.client_id, email_domains=[DOMAIN]
    )
    keep(row, secret=peer.secret)


@pytest.fixture
def sso(acme: Company, peer: Peer) -> Iterator[Peer]:
    """Switched on at acme, where boris has an address that it may speak for."""
    connected(peer)
    User.objects.filter(username="boris").update(email=f"boris@{DOMAIN}", language="ja")
    run_in(acme, cache.clear)
    yield peer
    run_in(acme, cache.clear)


def browser(host: str = "acme.localhost") -> Client:
    return Client(headers={"Host": host})


def leave(client: Client, **form: str) -> str:
    """Where the press leads."""
    page = client.post("/accounts/sso/", form)
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())
    assert found, (page.status_code, page.content.decode())
    return unescape(found[1])


def at_provider(address: str) -> str:
    """What the provider's page sends the browser back with: path and query of our own address."""
    there = urlsplit(address)
    assert there.hostname, there.port
    line = http.client.HTTPConnection(there.hostname, there.port, timeout=5)
    line.request("GET", f"{there.path}?{there.query}")
    back = urlsplit(line.getresponse().headers["Location"])
    line.close()
    return f"{back.path}?{back.query}"


def come_in(client: Client, **form: str) -> Any:
    return client.get(at_provider(leave(client, **form)))


def is_in(client: Client) -> bool:
    return client.get("/accounts/sessions/").status_code == 200
