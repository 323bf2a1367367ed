"""The values of one record's fields as keys of a dictionary."""

from collections.abc import Hashable

from rules.reads import Read
from rules.records import Records

Named = tuple[Hashable, ...]
"""Values of some fields: equal where no expression that reads those fields can tell the records apart."""


class Values:
    """Fields of a record that is alone in its `records`; each is looked up once."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._found: dict[Read, Hashable] = {}

    def of(self, reads: tuple[Read, ...]) -> Named:
        """Values of the fields, in their order."""
        found = self._found
        for read in reads:
            if read not in found:
                found[read] = _named(self._records.value(read))
        return tuple([found[read] for read in reads])


def _named(value: object) -> Hashable:
    """The value, told apart from every other: 0.0 from -0.0, and NaN equal to itself."""
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, list):
        return tuple(_named(each) for each in value)
    if isinstance(value, dict):
        return tuple((name, _named(each)) for name, each in value.items())
    assert isinstance(value, Hashable)
    return value
