"""Redis as a cache; while it does not answer, a worker's own memory.

In a module of its own: the client has a hundred modules, seven megabytes, that a worker without CACHE_URL is spared.
"""

import logging
from collections.abc import Callable
from functools import wraps
from time import monotonic
from typing import Any, ClassVar

import redis
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.retry import Retry

from tracker.core.caches.bounded_memory import BoundedLocMemCache

logger = logging.getLogger(__name__)

RETRY_SECONDS = 5
"""How long Redis is not asked after it did not answer. One that hangs costs a thread a second each time."""
_MAX_BYTES = 4_000_000
"""How much of its own memory a worker uses for one cache while Redis does not answer."""


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
