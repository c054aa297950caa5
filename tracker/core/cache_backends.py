"""Where what was made is kept: Redis, which may be gone, or a worker's own memory, of which it may take so much."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from itertools import islice
from typing import Any, ClassVar

import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)


def _fault_tolerant(method: Callable[..., Any], instead: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that asks ``instead``, with the same arguments, where Redis does not answer."""

    @wraps(method)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except redis.RedisError as error:
            logger.warning("The cache does not respond: %s", type(error).__name__)
            return instead(*args, **kwargs)

    return wrapped


class FaultTolerantRedisCache(RedisCache):
    """Django's own, but where Redis does not answer nothing is there and nothing is kept. Waits a second at most."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        # A page does not wait for a server that is gone: redis-py would ask again and again.
        never_again = Retry(NoBackoff(), 0)
        options = {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": never_again} | params.get("OPTIONS", {})
        super().__init__(server, params | {"OPTIONS": options})

    get = _fault_tolerant(RedisCache.get, lambda key, default=None, version=None: default)
    # Nothing was counted before: this is the first.
    incr = _fault_tolerant(RedisCache.incr, lambda key, delta=1, version=None: delta)
    add = _fault_tolerant(RedisCache.add, lambda *_, **__: True)
    set = _fault_tolerant(RedisCache.set, lambda *_, **__: None)
    delete = _fault_tolerant(RedisCache.delete, lambda *_, **__: False)
    get_many = _fault_tolerant(RedisCache.get_many, lambda *_, **__: {})
    set_many = _fault_tolerant(RedisCache.set_many, lambda *_, **__: [])
    delete_many = _fault_tolerant(RedisCache.delete_many, lambda *_, **__: None)
    has_key = _fault_tolerant(RedisCache.has_key, lambda *_, **__: False)


class BoundedLocMemCache(LocMemCache):
    """Django's own, but bounded by OPTIONS["MAX_BYTES"] too: of pages one may be as large as twenty others.

    What nobody has asked for longest goes first.
    """

    _cache: OrderedDict[str, bytes]
    _expire_info: dict[str, float | None]
    _held: ClassVar[dict[str, int]] = {}
    """Bytes in the cache of each name, which all threads share."""

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(name, params)
        self._name = name
        self._most: int = params["OPTIONS"]["MAX_BYTES"]

    def _set(self, key: str, value: bytes, timeout: Any = DEFAULT_TIMEOUT) -> None:
        self._delete(key)
        super()._set(key, value, timeout)  # type: ignore[misc]  # django-stubs does not know it
        self._held[self._name] = self._held.get(self._name, 0) + len(value)
        while self._held[self._name] > self._most:
            self._delete(next(reversed(self._cache)))

    def _delete(self, key: str) -> bool:
        if key in self._cache:
            self._held[self._name] -= len(self._cache[key])
        deleted: bool = super()._delete(key)  # type: ignore[misc]
        return deleted

    def _cull(self) -> None:
        number = max(1, len(self._cache) // (self._cull_frequency or 1))
        for key in list(islice(reversed(self._cache), number)):
            self._delete(key)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:  # type: ignore[attr-defined]  # django-stubs does not know it
            self._held[self._name] = 0
        super().clear()
