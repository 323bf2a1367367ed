"""What was worked out for values that may come again, kept within a number of bytes."""

from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar

KEPT_BYTES = 16_000_000
"""Most that is kept at once: conditions on 5,000 providers for about 9,000 different values."""

NAME_BYTES = 500
"""Reckoned for the name of what is kept, and for what holds it."""


class Sized(Protocol):
    """Something that says how much memory its arrays take."""

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""


S = TypeVar("S", bound=Sized)


class Kept:
    """Things by name; what was asked for longest ago goes first. Not for several threads at once.

    `most`: bytes. What alone takes more is made each time.
    """

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self._most = most
        self._made: dict[Hashable, Any] = {}
        self.nbytes = 0

    def __len__(self) -> int:
        return len(self._made)

    def found(self, name: Hashable, make: Callable[[], S]) -> S:
        """What has this name; made where it is not there."""
        found: S | None = self._made.pop(name, None)
        if found is None:
            found = make()
            if _bytes_of(found) > self._most:
                return found
            self.nbytes += _bytes_of(found)
        self._made[name] = found  # the last one used comes last
        while self.nbytes > self._most:
            self.nbytes -= _bytes_of(self._made.pop(next(iter(self._made))))
        return found


def _bytes_of(each: Sized) -> int:
    return each.nbytes + NAME_BYTES
