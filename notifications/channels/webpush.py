"""Web Push (RFC 8030, 8291, 8292). The payload is encrypted for the one browser it goes to."""

import json
import threading
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import requests
from django.conf import settings
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException

from notifications.channels.breaker import BREAKER, Breaker
from notifications.channels.errors import DeliveryError, NoAnswer
from notifications.delivery_reads import read_browser
from notifications.links import check_path, receipts_path
from notifications.messages import render_for_recipient
from notifications.models import Delivery, Notice, PushSubscription
from web import outbound

WITHIN = 5.0
"""Seconds for a whole call: name, connection, answer."""
LOOPBACK = {"localhost", "127.0.0.1"}
GONE = {404, 410}
REFUSED = {400, 401, 403}
TAKEN = {200, 201, 202, 204}
BUSY = {408, 425, 429}

_kept = threading.local()


def deliver(delivery: Delivery, within: float = WITHIN, breaker: Breaker = BREAKER) -> str:
    """Hand over to the browser's push service, and return the name it gave the message."""
    subscription = read_browser(delivery.address)
    if subscription is None or not is_allowed(subscription.endpoint):
        raise DeliveryError("no such subscription", permanent=True)
    if not settings.VAPID_PRIVATE_KEY:
        raise DeliveryError("web push is not set up", permanent=True)
    call = _request(subscription, delivery)
    with breaker.call(_peer(subscription.endpoint)):
        status, headers = _post(call, within)
        if status in GONE:
            subscription.note_gone()
        if status in REFUSED:
            subscription.note_refused()
        if status not in TAKEN:
            raise _refusal(status, headers.get("Retry-After", ""))
    subscription.note_works()
    return headers.get("Location", "")


def _peer(endpoint: str) -> str:
    there = outbound.parsed(endpoint)
    assert there is not None
    return f"{there.host}:{there.port}"


def is_allowed(endpoint: str) -> bool:
    """Whether it is a push service's own host. Endpoints come from browsers; no other is called."""
    there = outbound.parsed(endpoint)
    if there is None or not there.path.startswith("/"):
        return False
    host = there.host
    if not any(host == name or host.endswith(f".{name}") for name in settings.WEBPUSH_HOSTS):
        return False
    if host in LOOPBACK:
        return bool(settings.SOBANI_ENV == "demo")
    return there.scheme == "https" and there.port == 443


def _request(subscription: PushSubscription, delivery: Delivery) -> requests.Request:
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    try:
        pusher = WebPusher({"endpoint": subscription.endpoint, "keys": keys})
        body = pusher.encode(payload_of(delivery))["body"]
    except (WebPushException, ValueError, IndexError) as error:  # whatever a client sent as keys
        raise DeliveryError(f"unusable keys: {error}", permanent=True) from error
    headers = _headers(subscription.endpoint, delivery)
    return requests.Request("POST", subscription.endpoint, headers, data=body)


def _post(call: requests.Request, within: float) -> tuple[int, Mapping[str, str]]:
    session = _session()
    try:
        prepared = session.prepare_request(call)
        answer = session.send(prepared, timeout=within, allow_redirects=False)
    except (requests.RequestException, OSError) as error:
        raise NoAnswer(type(error).__name__) from error
    return answer.status_code, answer.headers


def _headers(endpoint: str, delivery: Delivery) -> dict[str, str]:
    urgent = delivery.notice.incident_id is not None
    claims = {
        "sub": settings.VAPID_SUBJECT,
        "aud": "/".join(endpoint.split("/", 3)[:3]),
        "exp": int(time.time()) + 3600,
    }
    return {
        **vapid_key(settings.VAPID_PRIVATE_KEY).sign(claims),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": "300" if urgent else "86400",
        "Urgency": "high" if urgent else "normal",
        # A repeated attempt replaces the first one instead of ringing twice.
        "Topic": delivery.public_id.hex,
    }


def payload_of(delivery: Delivery) -> bytes:
    notice = delivery.notice
    words = render_for_recipient(notice)
    content = {
        "id": str(notice.public_id),
        "kind": notice.kind,
        "title": words.title,
        "body": words.body,
        "path": notice.path,
        "tag": str(notice.incident_id or notice.public_id),
    }
    if notice.kind == Notice.CHECK:
        content |= {"path": check_path(delivery), "receipts": receipts_path(delivery)}
    return json.dumps(content, ensure_ascii=False).encode()


def _refusal(status: int, retry_after: str) -> DeliveryError:
    transient = status >= 500 or status in BUSY
    wait = float(retry_after) if retry_after.isdecimal() else None
    reason = f"push service answered {status}"
    return DeliveryError(reason, permanent=not transient, retry_after=wait)


def _session() -> requests.Session:
    """The thread's session, so that a burst does not shake hands for every message."""
    if not hasattr(_kept, "session"):
        _kept.session = outbound.session()
    return _kept.session  # type: ignore[no-any-return]  # a thread's local is Any


@lru_cache(maxsize=4)
def vapid_key(text_or_path: str) -> Vapid02:
    text = text_or_path
    if "-----BEGIN" not in text:
        text = Path(text).read_text()
    return Vapid02.from_pem(text.strip().encode())
