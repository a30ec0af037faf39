"""Results that cost time, kept for all visitors: they are what pure functions gave, and frozen."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_PLAIN_BYTES = 32  # about what a number costs


class Kept(Generic[T]):
    """The last few results by what they were made of; the longest unused goes first.

    Parameters
    ----------
    most : int
        How many are kept.
    most_bytes : int
        How large they may be together, by :func:`size_of`; the newest is kept however large.
    """

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()

    def get(self, key: Hashable) -> T | None:
        """Return what is kept under a key, None if nothing is."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def put(self, key: Hashable, value: T) -> None:
        """Keep a value."""
        size = size_of(value)
        with self._lock:
            self._values[key] = value, size
            self._values.move_to_end(key)
            while len(self._values) > 1 and (len(self._values) > self._most or self._is_heavy()):
                self._values.popitem(last=False)

    def made(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept under a key; made, and kept, if nothing is."""
        found = self.get(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()

    def _is_heavy(self) -> bool:
        return sum(size for _, size in self._values.values()) > self._most_bytes


def size_of(value: Any) -> int:
    """Return about how many bytes a result takes: texts and bytes, and what holds them."""
    if isinstance(value, bytes | str):
        return len(value) + _PLAIN_BYTES
    if isinstance(value, Mapping):
        return _PLAIN_BYTES + sum(size_of(key) + size_of(each) for key, each in value.items())
    if isinstance(value, list | tuple):
        return _PLAIN_BYTES + sum(map(size_of, value))
    if is_dataclass(value):
        return _PLAIN_BYTES + sum(size_of(getattr(value, each.name)) for each in fields(value))
    return _PLAIN_BYTES
