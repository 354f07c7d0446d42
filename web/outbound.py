"""Calling hosts that somebody typed in: an identity provider's, a browser's push service.

Anyone who may type an address could otherwise reach everything this machine reaches. So only https,
only addresses of the public internet, and the address that was looked at is the one that is called:
a name is resolved once for each connection. Redirects are not followed, answers are short.
"""

import contextlib
import ipaddress
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from threading import Timer
from typing import Any

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

TIMEOUT = 5.0
"""Seconds for a whole call, unless the caller has less: to connect, to be answered, to read it."""
LONGEST = 64 * 1024
# One pattern for the whole address, so that nothing is left for two parsers to disagree on.
PATTERN = re.compile(
    r"(https?)://(?:([a-z0-9.-]+)|\[([0-9a-f:.]+)\])(?::(\d{1,5}))?((?:[/?][!-\[\]-~]*)?)"
)
PORTS = {443, 8443}
INTERNET_6 = ipaddress.ip_network("2000::/3")


class OutboundRefused(requests.RequestException):
    """This address is not called; or what it answers is not read to the end."""


class NotOnTheInternet(Exception):
    """A name leads to an address that is not public."""


@dataclass(frozen=True, slots=True)
class Address:
    scheme: str
    host: str
    port: int
    path: str


def parsed(url: str) -> Address | None:
    """A plain URL's parts; None for everything but scheme, host, port and path."""
    match = PATTERN.fullmatch(url)
    if match is None:
        return None
    scheme, name, number, port, path = match.groups()
    return Address(scheme, name or number, int(port or {"https": 443}.get(scheme, 80)), path)


def check(url: str) -> None:
    """Raises OutboundRefused for what is never called, whatever its name resolves to."""
    there = parsed(url)
    if there is None:
        raise OutboundRefused("not a plain address")
    if _is_listed(there.host):
        if there.scheme != "https" and settings.SOBANI_ENV != "demo":
            raise OutboundRefused("not https")
    elif there.scheme != "https":
        raise OutboundRefused("not https")
    elif there.port not in PORTS:
        raise OutboundRefused(f"port {there.port}")


def vet(url: str) -> None:
    """For an address that is kept or handed on, as if it were called now.

    Raises OutboundRefused.
    """
    check(url)
    there = parsed(url)
    assert there is not None
    try:
        address_of(there.host, there.port)
    except NotOnTheInternet as error:
        raise OutboundRefused(str(error)) from error


def address_of(host: str, port: int) -> str:
    """The address to call; every one the name has must be public. Raises NotOnTheInternet."""
    try:
        resolved = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotOnTheInternet(f"{host} is not known") from error
    # The older protocol first: not every network that has addresses of the newer one leads out.
    addresses = [str(where[0]) for *_kind, where in sorted(resolved, key=lambda one: one[0])]
    if not _is_listed(host.lower()) and not all(map(is_public, addresses)):
        raise NotOnTheInternet(f"{host} is not on the internet")
    return addresses[0]


def is_public(text: str) -> bool:
    """Whether it is public. Of IPv6 only global unicast: forms that carry an address of
    the older one (mapped, compatible, translated, tunnelled) lie outside or are named here."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and (
        address not in INTERNET_6 or address.sixtofour or address.teredo
    ):
        return False
    return address.is_global and not address.is_multicast


def _is_listed(host: str) -> bool:
    """Whether the servers' operator allows the host, wherever it is."""
    return host in settings.OUTBOUND_PRIVATE_HOSTS


def session() -> requests.Session:
    """A requests session with the guard before every call."""
    made = requests.Session()
    made.trust_env = False  # no proxy and no .netrc of the machine
    made.max_redirects = 0
    made.verify = settings.OUTBOUND_CA_FILE or True
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    guard = Guard()
    for scheme in ("https://", "http://"):
        made.mount(scheme, guard)
    return made


class Guard(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": Pool}

    def send(self, request: requests.PreparedRequest, *_: Any, **how: Any) -> requests.Response:
        check(request.url or "")
        # What is packed could unfold to any size.
        request.headers["Accept-Encoding"] = "identity"
        within = how.get("timeout") or TIMEOUT
        how |= {"stream": True, "timeout": Timeout(total=within)}
        end = time.monotonic() + within
        try:
            answer = super().send(request, **how)
            answer._content = _read(answer, end)
        except NotOnTheInternet as error:
            raise OutboundRefused(str(error)) from error
        except HTTPError as error:
            raise requests.ConnectionError(error) from error
        return answer


def _read(answer: requests.Response, end: float) -> bytes:
    """Read an answer in the time left, by its own socket: its connection may have ended."""
    body, line = b"", answer.raw.line
    line.settimeout(max(0.001, end - time.monotonic()))
    while piece := answer.raw.read1(8192, decode_content=False):
        body += piece
        left = end - time.monotonic()
        if len(body) > LONGEST or left <= 0:
            answer.close()
            raise OutboundRefused("an answer without end")
        line.settimeout(left)
    return body


class Checked(HTTPConnection):
    """Connection to the very address that was checked, with a deadline for the whole call."""

    _line: socket.socket | None = None
    _is_cut = False

    def _new_conn(self) -> socket.socket:
        self._is_cut = False
        name = self._dns_host
        self._dns_host = address_of(name, self.port or 0)
        try:
            line = super()._new_conn()
        finally:
            self._dns_host = name  # a certificate is for the name
        self._line = line.dup()
        return line

    def connect(self) -> None:
        with self._in_time():
            super().connect()

    def getresponse(self) -> Any:
        line = self.sock
        with self._in_time():
            answer: Any = super().getresponse()
        answer.line = line  # which the connection lets go of where it ends with this answer
        return answer

    def close(self) -> None:
        super().close()
        line, self._line = self._line, None
        if line:
            line.close()

    @contextlib.contextmanager
    def _in_time(self) -> Iterator[None]:
        """Set the timeout to what the call has left: a socket's own begins anew with every byte."""
        clock = Timer(float(self.timeout or 0), self._hang_up)
        clock.daemon = True
        clock.start()
        try:
            yield
        finally:
            clock.cancel()
        if self._is_cut:  # half a head reads like a whole one
            raise TimeoutError

    def _hang_up(self) -> None:
        line, self._is_cut = self._line, True
        with contextlib.suppress(OSError):
            if line:
                line.shutdown(socket.SHUT_RDWR)


class CheckedSecurely(Checked, HTTPSConnection):
    pass


class PlainPool(HTTPConnectionPool):
    ConnectionCls = Checked


class Pool(HTTPSConnectionPool):
    ConnectionCls = CheckedSecurely
