"""Redis as a cache that may go away: then it is an empty one, and every page still answers."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

log = logging.getLogger(__name__)
CONNECT_SECONDS = 0.5
ANSWER_SECONDS = 1.0
PAUSE_SECONDS = 5.0
# What allauth counts in the cache: how often a link may be asked for, from an address and for an account.
COUNTERS = "allauth:rl:"
Answer = TypeVar("Answer")


class _Breaker:
    """Whether Redis is asked: after it has failed not again for a while, and then by one thread first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._again_at: float | None = None

    @property
    def is_away(self) -> bool:
        return self._again_at is not None

    def may_ask(self) -> bool:
        with self._lock:
            if self._again_at is None:
                return True
            now = time.monotonic()
            if now < self._again_at:
                return False
            self._again_at = now + PAUSE_SECONDS  # the others go on without, until this one knows
            return True

    def failed(self, error: Exception) -> None:
        with self._lock:
            first, self._again_at = self._again_at is None, time.monotonic() + PAUSE_SECONDS
        if first:
            log.warning("Redis does not answer (%s). Pages go on without it.", type(error).__name__)

    def answered(self) -> None:
        if self._again_at is None:
            return
        with self._lock:
            was_away, self._again_at = self._again_at is not None, None
        if was_away:
            log.warning("Redis answers again.")


_breakers: dict[str, _Breaker] = {}
"""One for each Redis in this process: Django makes a cache for each thread."""


class PatientRedisCache(RedisCache):
    """Django's, with short patience. While Redis is away, reads find nothing and writes are dropped.

    Counters of limits are the exception: they are counted in this process meanwhile. With none at all
    somebody could have any number of mails sent to a person; with a refusal for all nobody who forgot the
    password would get in.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        from redis.backoff import NoBackoff
        from redis.exceptions import ConnectionError as NotConnected
        from redis.exceptions import RedisError
        from redis.retry import Retry

        super().__init__(server, params)
        self._options: dict[str, Any] = {
            "socket_connect_timeout": CONNECT_SECONDS,
            "socket_timeout": ANSWER_SECONDS,
            # Once, at once: a connection that was kept while Redis was started again is no outage.
            "retry": Retry(NoBackoff(), 1, supported_errors=(NotConnected,)),
            **params.get("OPTIONS", {}),
        }
        self._faults = (RedisError, OSError)
        self._breaker = _breakers.setdefault(str(server), _Breaker())
        self._meanwhile = LocMemCache(f"meanwhile:{server}", {"MAX_ENTRIES": 20000})

    def answers(self) -> bool:
        """Whether Redis is there; asked at most once in a few seconds while it is not."""
        return self._ask(lambda: bool(self._cache.get_client(None, write=True).ping()), lambda: False)

    def _ask(self, ask: Callable[[], Answer], otherwise: Callable[[], Answer]) -> Answer:
        if not self._breaker.may_ask():
            return otherwise()
        try:
            answer = ask()
        except self._faults as error:
            self._breaker.failed(error)
            return otherwise()
        self._breaker.answered()
        return answer

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return self._ask(
            lambda: super(PatientRedisCache, self).add(key, value, timeout, version),
            lambda: not _is_counter(key) or self._meanwhile.add(key, value, timeout, version),
        )

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self._ask(
            lambda: super(PatientRedisCache, self).get(key, default, version),
            lambda: self._meanwhile.get(key, default, version) if _is_counter(key) else default,
        )

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        self._ask(
            lambda: super(PatientRedisCache, self).set(key, value, timeout, version),
            lambda: self._meanwhile.set(key, value, timeout, version) if _is_counter(key) else None,
        )

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return self._ask(lambda: super(PatientRedisCache, self).touch(key, timeout, version), lambda: False)

    def delete(self, key: Any, version: Any = None) -> bool:
        return self._ask(
            lambda: super(PatientRedisCache, self).delete(key, version),
            lambda: _is_counter(key) and self._meanwhile.delete(key, version),
        )

    def get_many(self, keys: Any, version: Any = None) -> dict[Any, Any]:
        return self._ask(lambda: super(PatientRedisCache, self).get_many(keys, version), dict)

    def has_key(self, key: Any, version: Any = None) -> bool:
        return self._ask(lambda: super(PatientRedisCache, self).has_key(key, version), lambda: False)

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        """Raises: ValueError, where there is no such key, as always."""

        def missing() -> int:
            # not for people: what Django says of an empty cache
            raise ValueError(f"Key {key!r} not found")

        return self._ask(lambda: super(PatientRedisCache, self).incr(key, delta, version), missing)

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> list[Any]:
        return self._ask(
            lambda: super(PatientRedisCache, self).set_many(data, timeout, version), lambda: list(data)
        )

    def delete_many(self, keys: Any, version: Any = None) -> None:
        self._ask(lambda: super(PatientRedisCache, self).delete_many(keys, version), lambda: None)

    def clear(self) -> None:
        self._ask(super().clear, lambda: None)


def _is_counter(key: Any) -> bool:
    return str(key).startswith(COUNTERS)
