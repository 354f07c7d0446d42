"""Hints travel through the real channel layer, after the commit, and can hurt nobody."""

import asyncio
import socket
import time
import uuid

import pytest
import redis
from asgiref.sync import async_to_sync
from channels.layers import channel_layers, get_channel_layer
from django.db import transaction

from notifications import live
from notifications.live import company_group, device_group, hint, incident_group, user_group
from tests.notifications.conftest import page
from tests.peers import free_port

LIVE = "channels_redis.pubsub.RedisPubSubChannelLayer"


@pytest.fixture(autouse=True)
def _rested(monkeypatch):
    monkeypatch.setattr(live, "_broker", live._Broker())


async def heard(group: str, act) -> list[dict]:
    """What a socket in the group receives while ``act`` runs in another thread."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    await asyncio.sleep(0.1)
    await asyncio.to_thread(act)
    messages = []
    try:
        while True:
            async with asyncio.timeout(0.5):
                messages.append(await layer.receive(channel))
    except TimeoutError:
        await layer.flush()
        return messages


def test_a_hint_arrives_as_the_consumers_expect_it():
    group = incident_group(7, uuid.uuid4())
    message = {"t": "changed", "k": "incident", "pk": "x", "言葉": "日本語", "n": 1.5}
    received = async_to_sync(heard)(group, lambda: live._publish_quietly(group, message))
    assert received == [{"type": "live.message", "data": message}]


def test_a_hint_goes_out_after_the_commit(acme, django_capture_on_commit_callbacks, monkeypatch):
    sent = []
    monkeypatch.setattr(live, "_publish_quietly", lambda *hint: sent.append(hint))
    with django_capture_on_commit_callbacks(execute=True):
        hint(7, user_group(7, 3), {"t": "x"})
        assert sent == []
    assert sent == [("c7.user.3", {"t": "x"})]


def test_what_is_rolled_back_hints_at_nothing(acme, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        hint(7, company_group(7), {"t": "x"})
        transaction.set_rollback(True)
    assert callbacks == []


def test_a_notice_hints_to_its_recipient(
    boris, acme, django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr(live, "_publish_quietly", lambda *hint: sent.append(hint))
    with django_capture_on_commit_callbacks(execute=True):
        notice = page(boris)
    message = {"t": "notice", "id": str(notice.public_id), "kind": "alarm"}
    assert sent == [(user_group(acme.id, boris.pk), message)]


@pytest.mark.parametrize("group", ["c71.user.3", "c1.user.3", "user.3", "c7", ""])
def test_another_companys_group_is_refused(
    acme, django_capture_on_commit_callbacks, monkeypatch, group
):
    monkeypatch.setattr(live, "_publish", lambda *_: pytest.fail("published"))
    with django_capture_on_commit_callbacks(execute=True):
        hint(7, group, {"t": "x"})


def test_groups_are_apart():
    one = incident_group(1, uuid.uuid4())
    groups = {user_group(1, 2), device_group(1, 2), company_group(1), one}
    assert len(groups) == 4


def test_a_message_that_cannot_be_written_harms_nobody():
    live._publish_quietly("c7.company", {"t": object()})
    assert not live._broker.is_resting()


@pytest.fixture
def layer_at(settings):
    """A channel layer whose broker is somewhere else."""

    def move(host: str, port: int) -> None:
        address = {"address": f"redis://{host}:{port}/0"}
        settings.CHANNEL_LAYERS = {
            "default": {"BACKEND": LIVE, "CONFIG": {"hosts": [address], "prefix": "elsewhere"}}
        }
        channel_layers.backends.clear()

    yield move
    channel_layers.backends.clear()


def cost_of(count: int) -> float:
    started = time.monotonic()
    for _ in range(count):
        live._publish_quietly("c7.company", {})
    return time.monotonic() - started


def test_a_dead_broker_costs_next_to_nothing(layer_at):
    layer_at("127.0.0.1", free_port())
    assert cost_of(1000) < 0.3
    assert live._broker.is_resting()


def test_a_broker_that_hangs_costs_100_ms_once(layer_at):
    with socket.create_server(("127.0.0.1", free_port()), backlog=50) as silent:
        layer_at(*silent.getsockname())
        assert 0.09 < cost_of(1000) < 0.3


def test_a_broker_that_hangs_later_costs_100_ms_once(layer_at, monkeypatch):
    """The connection stands already, and then nothing is answered any more."""
    with socket.create_server(("127.0.0.1", free_port()), backlog=50) as silent:
        layer_at(*silent.getsockname())
        live._publish_quietly("c7.company", {})
        monkeypatch.setattr(live, "_broker", live._Broker())
        assert 0.09 < cost_of(1000) < 0.3


def test_a_broker_that_cannot_be_routed_to_costs_100_ms_once(layer_at, monkeypatch):
    def unroutable(self):
        time.sleep(self.socket_connect_timeout)
        raise TimeoutError

    monkeypatch.setattr(redis.Connection, "_connect", unroutable)
    layer_at("192.0.2.1", 6379)
    assert 0.09 < cost_of(1000) < 0.3


def test_after_a_rest_the_broker_is_tried_again(monkeypatch):
    calls = []

    def publish(group, _event):
        calls.append(group)
        if len(calls) == 1:
            raise redis.ConnectionError

    monkeypatch.setattr(live, "_publish", publish)
    monkeypatch.setattr(live, "REST_AFTER_FAILURE", 0.05)
    cost_of(3)
    time.sleep(0.06)
    cost_of(1)
    assert len(calls) == 2
