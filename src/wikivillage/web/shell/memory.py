"""The memory of one process: what it holds is handed out as it is, not copied, so nobody may change it."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class Memory(LocMemCache):
    """Django's own memory without its pickling, which for a village's names costs as much as asking for them."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """What is held for a key, or ``default``."""
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            if self._has_expired(key):
                self._delete(key)
                return default
            self._cache.move_to_end(key, last=False)
            return self._cache[key]

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Hold a value, for ``timeout`` seconds."""
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            self._set(key, value, timeout)
