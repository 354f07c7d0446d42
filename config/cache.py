"""The cache holds nothing that must be right: without Valkey it forgets, and nobody sees an error.

What counts on it (limits on guessing, files of an import between two pages) then counts anew.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger("cache")

T = TypeVar("T")


class ForgivingCache(RedisCache):
    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _or(default, lambda: super(ForgivingCache, self).get(key, default, version))

    def set(self, key: Any, value: Any, *rest: Any, **options: Any) -> None:
        _or(None, lambda: super(ForgivingCache, self).set(key, value, *rest, **options))

    def add(self, key: Any, value: Any, *rest: Any, **options: Any) -> bool:
        return _or(True, lambda: super(ForgivingCache, self).add(key, value, *rest, **options))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return _or(False, lambda: super(ForgivingCache, self).delete(key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return _or(delta, lambda: super(ForgivingCache, self).incr(key, delta, version))


def _or(default: T, act: Callable[[], T]) -> T:
    try:
        return act()
    except (RedisError, OSError):
        logger.warning("cache.unreachable")
        return default
