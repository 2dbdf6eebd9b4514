"""What was used last, up to a number of bytes: the one cache behind answers over HTTP and answers in Python."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Values by key; those not used for longest go when there are more than `size` bytes. May be used from several threads."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._kept: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._taken = 0
        self._lock = Lock()

    def find(self, key: Hashable) -> Value | None:
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def keep(self, key: Hashable, value: Value, taken: int) -> None:
        """Keeps a value that takes so many bytes, its key included; one that is there already stays as it is."""
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = value, taken
            self._taken += taken
            while self._taken > self.size and self._kept:
                _, (_, gone) = self._kept.popitem(last=False)
                self._taken -= gone

    def __len__(self) -> int:
        return len(self._kept)
