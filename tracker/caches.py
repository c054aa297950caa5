"""Redis that may be gone: what was kept is then made anew, and a page that can be served without it is served."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)


def _forgiving(method: Callable[..., Any], instead: Any) -> Callable[..., Any]:
    @wraps(method)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except redis.RedisError as error:
            logger.warning("The cache does not answer: %s", type(error).__name__)
            return instead() if callable(instead) else instead

    return wrapped


class ForgivingRedisCache(RedisCache):
    """Django's own, but where Redis does not answer nothing is there and nothing is kept. Waits a second at most."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        # A page does not wait for a server that is gone: redis-py would ask again and again.
        never_again = Retry(NoBackoff(), 0)
        options = {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": never_again} | params.get("OPTIONS", {})
        super().__init__(server, params | {"OPTIONS": options})

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept, or ``default``."""
        try:
            return super().get(key, default, version)
        except redis.RedisError as error:
            logger.warning("The cache does not answer: %s", type(error).__name__)
            return default

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Count; where nothing is kept, nothing was counted. Raises ValueError for a key that is not there."""
        try:
            return int(super().incr(key, delta, version))
        except redis.RedisError as error:
            logger.warning("The cache does not answer: %s", type(error).__name__)
            return delta

    add = _forgiving(RedisCache.add, True)
    set = _forgiving(RedisCache.set, None)
    delete = _forgiving(RedisCache.delete, False)
    get_many = _forgiving(RedisCache.get_many, dict)
    set_many = _forgiving(RedisCache.set_many, list)
    delete_many = _forgiving(RedisCache.delete_many, None)
    has_key = _forgiving(RedisCache.has_key, False)
