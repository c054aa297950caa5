"""Where what was made is kept: Redis, or a worker's own memory, of which it may take so much.

While Redis does not answer, it is the worker's own memory too.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from itertools import islice
from time import monotonic
from typing import Any, ClassVar

import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

RETRY_SECONDS = 5
"""How long Redis is not asked after it did not answer. One that hangs costs a thread a second each time."""
_MAX_BYTES = 4_000_000
"""How much of its own memory a worker uses for one cache while Redis does not answer."""


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

    def make_and_validate_key(self, key: str, version: int | None = None) -> str:
        """Return the key that a value is kept under. Django would see whether it suits memcached: it need not."""
        return self.make_key(key, version=version)

    def _set(self, key: str, value: bytes, timeout: Any = DEFAULT_TIMEOUT) -> None:
        self._delete(key)
        super()._set(key, value, timeout)  # type: ignore[misc]  # django-stubs does not know it
        self._held[self._name] = self._held.get(self._name, 0) + len(value)
        while self._cache and self._held[self._name] > self._most:
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
            self._cache.clear()
            self._expire_info.clear()
            self._held[self._name] = 0


def _fault_tolerant(name: str) -> Callable[..., Any]:
    """Return a method that asks Redis, and the worker's own memory where Redis does not answer."""
    method = getattr(RedisCache, name)

    @wraps(method)
    def wrapped(self: "FaultTolerantRedisCache", *args: Any, **kwargs: Any) -> Any:
        if monotonic() >= self._silent_until.get(self._server, 0):
            try:
                return method(self, *args, **kwargs)
            except redis.RedisError as error:
                self._silent_until[self._server] = monotonic() + RETRY_SECONDS
                logger.warning("The cache does not respond: %s", type(error).__name__)
        return getattr(self._own_memory, name)(*args, **kwargs)

    return wrapped


class FaultTolerantRedisCache(RedisCache):
    """Django's own, with the worker's own memory in its place where Redis does not answer. Waits a second at most.

    Without it each page would be made anew for each reader.
    """

    _silent_until: ClassVar[dict[str, float]] = {}
    """When (time.monotonic) each server is asked again; all threads share it."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        # A page does not wait for a server that is gone: redis-py would ask again and again.
        never_again = Retry(NoBackoff(), 0)
        options = {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": never_again} | params.get("OPTIONS", {})
        super().__init__(server, params | {"OPTIONS": options})
        self._server = server if isinstance(server, str) else ",".join(server)
        self._own_memory = BoundedLocMemCache(
            f"{self._server} {self.key_prefix}", params | {"OPTIONS": {"MAX_ENTRIES": 1000, "MAX_BYTES": _MAX_BYTES}}
        )

    def responds(self) -> bool:
        """Whether Redis answers now. Waits a second at most."""
        try:
            return bool(self._cache.get_client(None).ping())
        except redis.RedisError:
            return False

    def clear(self) -> None:
        """Forget all, in both. Raises RedisError where Redis does not answer: it may keep what must not be shown."""
        self._own_memory.clear()
        super().clear()
        self._silent_until.pop(self._server, None)  # it answers

    get = _fault_tolerant("get")
    incr = _fault_tolerant("incr")
    add = _fault_tolerant("add")
    set = _fault_tolerant("set")
    touch = _fault_tolerant("touch")
    delete = _fault_tolerant("delete")
    get_many = _fault_tolerant("get_many")
    set_many = _fault_tolerant("set_many")
    delete_many = _fault_tolerant("delete_many")
    has_key = _fault_tolerant("has_key")
