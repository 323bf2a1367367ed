"""What people and places are called in sentences."""

from functools import cached_property

from data.snapshot import Snapshot


class Names:
    """Names by row of the snapshot's tables; ids where a name is missing."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @cached_property
    def provider(self) -> list[str]:
        """Name of every provider."""
        given = self._snapshot.providers["name"].to_pylist()
        return [name or key for name, key in zip(given, self._snapshot.provider_ids, strict=True)]

    @cached_property
    def facility(self) -> list[str]:
        """Name of every facility."""
        given = self._snapshot.facilities["name"].to_pylist()
        return [name or key for name, key in zip(given, self._snapshot.facility_ids, strict=True)]


def quantity(amount: float) -> str:
    """A number as people write it: `448`, `12.5`, `1,200`."""
    return f"{amount:,.1f}".removesuffix(".0")
