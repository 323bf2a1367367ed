"""The values of one record's fields as keys of a dictionary."""

from collections.abc import Hashable
from functools import cached_property
from math import isnan

from rules.places import Places
from rules.reads import Read
from rules.records import RESOLVED, Records

Named = tuple[Hashable, ...]
"""Values of some fields: equal only where no expression that reads them can tell the records apart."""


class Values:
    """Fields of a patient who is alone in the `records`, each looked up once, without making columns.

    What is empty is named as empty, whatever stands for it by default.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._found: dict[Read, Hashable] = {}

    def of(self, reads: tuple[Read, ...]) -> Named:
        """Values of the fields, in their order."""
        found = self._found
        for read in reads:
            if read not in found:
                found[read] = _named(self._value(read))
        return tuple([found[read] for read in reads])

    def _value(self, read: Read) -> object:
        name = read.path[0]
        if name == "facility":
            return self._facility >= 0 and (len(read.path) == 1 or [self._there(read.path[1])])
        if name == "place":
            there = [self._there(each) for each in Places._fields]
            return there if _known(there) else [self._own(each) for each in Places._fields]
        if name == "care_state":
            state = self._there("state")
            return self._own("state") if state is None else state
        if name in RESOLVED:
            own = self._own(name)
            return self._there(name) if own is None else own
        return self._own("birth_date" if name == "age" else name)

    def _own(self, name: str) -> object:
        value: object = self._records.table[name][0].as_py()
        return value

    def _there(self, name: str) -> object:
        """What the patient's facility has; None where there is none."""
        if self._facility < 0:
            return None
        value: object = self._records.snapshot.facilities[name][self._facility].as_py()
        return value

    @cached_property
    def _facility(self) -> int:
        return int(self._records.facility_row[0])


def _known(place: list[object]) -> bool:
    """Whether both coordinates are there, and are numbers."""
    return all(isinstance(each, float) and not isnan(each) for each in place)


def _named(value: object) -> Hashable:
    """The value, told apart from every other: 0.0 from -0.0, and NaN equal to itself."""
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, list):
        return tuple(_named(each) for each in value)
    assert isinstance(value, Hashable)
    return value
