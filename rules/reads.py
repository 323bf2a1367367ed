"""Which fields an expression reads, taken from its checked syntax tree."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from google.protobuf.message import Message

from rules.checked import record_of, walk
from rules.environment import LISTED

SIDES = {"Patient": "patient", "Provider": "provider"}
_LISTED_RECORDS = {record: name for name, (record, _) in LISTED.items()}


@dataclass(frozen=True, order=True)
class Read:
    """One field that is read: of `patient` or `provider`, by path.

    `parts` names the columns that matter where the field is a list of records.
    """

    side: str
    path: tuple[str, ...]
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ".".join((self.side, *self.path))


PATIENT_PLACE = Read("patient", ("place",))
"""Where a patient is seen."""


class WholeRecordError(Exception):
    """An expression uses a record as a whole; `position` is the offset in its text."""

    def __init__(self, record: str, position: int) -> None:
        self.record = record
        self.position = position
        super().__init__(f"the whole {record} record is used")


def reads_of(checked: Message, part: Message) -> frozenset[Read]:
    """Fields that a (sub-)expression reads. Raises WholeRecordError."""
    selected = _selected(part)
    _refuse_whole(checked, part, selected)
    columns = listed_columns(checked, part)
    return frozenset(_reads(checked, part, selected, columns))


def sides_of(reads: Iterable[Read]) -> frozenset[str]:
    """`patient`, `provider`, both or none."""
    return frozenset(read.side for read in reads)


@lru_cache(maxsize=4096)
def of_patient(reads: frozenset[Read]) -> tuple[Read, ...]:
    """Those of the fields that are the patient's, in a fixed order."""
    return tuple(sorted(read for read in reads if read.side == "patient"))


def _selected(part: Message) -> set[int]:
    """Ids of expressions of which a field is taken."""
    return {each.select_expr.operand.id for each in walk(part) if each.HasField("select_expr")}


def _refuse_whole(checked: Message, part: Message, selected: set[int]) -> None:
    for each in walk(part):
        record = record_of(checked, each)
        if each.id not in selected and (
            record in SIDES or (record == "Facility" and not each.select_expr.test_only)
        ):
            raise WholeRecordError(record.lower(), checked.source_info.positions.get(each.id, 0))


def listed_columns(checked: Message, part: Message) -> dict[str, tuple[str, ...]]:
    """Columns that matter of every list of records; all of them where a row is used as a whole."""
    selected = _selected(part)
    found: dict[str, set[str]] = {name: set() for name in LISTED}
    for each in walk(part):
        if each.HasField("select_expr"):
            name = _LISTED_RECORDS.get(record_of(checked, each.select_expr.operand))
            if name:
                found[name].add(each.select_expr.field)
        name = _LISTED_RECORDS.get(record_of(checked, each))
        if name and each.id not in selected:
            found[name] |= {column.name for column in LISTED[name][1].columns[1:]}
    return {name: tuple(sorted(columns)) for name, columns in found.items()}


def _reads(
    checked: Message, part: Message, selected: set[int], columns: dict[str, tuple[str, ...]]
) -> Iterator[Read]:
    for each in walk(part):
        if not each.HasField("select_expr"):
            continue
        select = each.select_expr
        owner = record_of(checked, select.operand)
        if owner == "Facility":
            yield Read("patient", ("facility", select.field))
        elif owner in SIDES and not (select.field == "facility" and each.id in selected):
            yield Read(SIDES[owner], (select.field,), columns.get(select.field, ()))
