"""A worker's own memory as a cache, of which it may take so much."""

from collections import OrderedDict
from itertools import islice
from typing import Any, ClassVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


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
