"""Live hints to open pages. A hint says that something changed; the page reads it again by HTTP.

Losing a hint costs seconds, never an alarm, so a broker that is away may cost a request at most
100 ms once: after a failure nothing is tried for two seconds.
"""

import logging
import time
from functools import cache, partial
from typing import Any
from uuid import UUID

import redis
from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger("notifications")

PATIENCE = 0.1
REST_AFTER_FAILURE = 2.0


def user_group(company_id: int, user_id: int) -> str:
    return f"c{company_id}.user.{user_id}"


def incident_group(company_id: int, incident_id: UUID) -> str:
    return f"c{company_id}.incident.{incident_id}"


def device_group(company_id: int, device_id: int) -> str:
    return f"c{company_id}.device.{device_id}"


def company_group(company_id: int) -> str:
    return f"c{company_id}.company"


def hint(company_id: int, group: str, message: dict[str, Any]) -> None:
    """Publish once the transaction has committed. Never raises."""
    if not group.startswith(f"c{company_id}."):
        logger.error("notifications.hint_to_foreign_group", extra={"company": company_id})
        return
    transaction.on_commit(partial(_publish_quietly, group, message), robust=True)


def as_published(group: str, message: dict[str, Any]) -> tuple[str, bytes]:
    """A hint's channel and bytes, for those who publish many at once."""
    layer = _layer()
    event = {"type": "live.message", "data": message}
    return _naming(layer)._get_group_channel_name(group), layer.serialize(event)


def broker_answers() -> bool:
    """Ask the broker now, whatever was found before: for the health page."""
    try:
        naming = _naming(_layer())
        return bool(_client(naming, 0).ping())
    except (redis.RedisError, OSError):
        return False


def _publish_quietly(group: str, message: dict[str, Any]) -> None:
    if _broker.is_resting():
        return
    try:
        _publish(*as_published(group, message))
    except (redis.RedisError, OSError):
        _broker.rest()
        logger.warning("notifications.broker_unreachable")
    except Exception:  # a hint is a courtesy: whatever is wrong with it, the alarm stands
        logger.exception("notifications.hint_lost")


def _publish(channel: str, event: bytes) -> None:
    naming = _naming(_layer())
    client = _client(naming, naming._shards.index(naming._get_shard(channel)))
    client.publish(channel, event)


def _layer() -> RedisPubSubChannelLayer:
    layer = get_channel_layer()
    if not isinstance(layer, RedisPubSubChannelLayer):
        raise TypeError("CHANNEL_LAYERS must be channels_redis.pubsub.RedisPubSubChannelLayer")
    return layer


@cache
def _naming(layer: RedisPubSubChannelLayer) -> RedisPubSubLoopLayer:
    """The layer's own half that knows names and hosts; only its connections would need a loop."""
    return RedisPubSubLoopLayer(*layer._args, **layer._kwargs, channel_layer=layer)


@cache
def _client(naming: RedisPubSubLoopLayer, shard: int) -> "redis.Redis":
    """A plain client with our patience: the layer's own waits and retries for seconds."""
    options = {**naming._shards[shard].host}
    patience = {
        "socket_timeout": PATIENCE,
        "socket_connect_timeout": PATIENCE,
        "retry": Retry(NoBackoff(), 0),
        "driver_info": None,
    }
    address = options.pop("address", None)
    if address is None:
        return redis.Redis(**{**options, **patience})
    return redis.Redis.from_url(address, **{**options, **patience})


class _Broker:
    """Remembers a failure for a moment, so that it is paid for once and not by every request."""

    def __init__(self) -> None:
        self._resting_until = 0.0

    def is_resting(self) -> bool:
        return time.monotonic() < self._resting_until

    def rest(self) -> None:
        self._resting_until = time.monotonic() + REST_AFTER_FAILURE


_broker = _Broker()
