"""What was worked out once, kept in this process as long as there is room.

For results that follow from their key alone, or whose holder checks what else they followed from.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Memo(Generic[Value]):
    """Results by key; those not asked for the longest go when there are more characters than may be.

    Threads share it. Of two that work out the same at once, both do, and one result stays.
    """

    def __init__(self, characters: int) -> None:
        self.limit = characters
        self._held: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Value | None:
        with self._lock:
            held = self._held.get(key)
            if held is None:
                return None
            self._held.move_to_end(key)
            return held[0]

    def keep(self, key: Hashable, value: Value, characters: int) -> None:
        """`characters`: about how much room key and value take."""
        with self._lock:
            _old, before = self._held.pop(key, (value, 0))
            self._held[key] = value, characters
            self._size += characters - before
            while self._size > self.limit:
                _key, (_value, size) = self._held.popitem(last=False)
                self._size -= size

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self._size = 0
