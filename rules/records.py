"""Records of a snapshot: coded fields for bulk evaluation and messages for the engine."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from google.protobuf.message import Message
from scipy import sparse

from data.snapshot import Snapshot
from rules.coding import Coded, Int32, coded_array, coded_lists, combined, one_code
from rules.environment import LISTED, default_of
from rules.messages import Messages, fill
from rules.places import Floats, Places, directions
from rules.reads import Read

Value = object
"""A Python value of a field."""

RESOLVED = ("region", "practice_id")
"""Columns of a patient that are the facility's where empty."""


OF_PROVIDERS = ("providers", *(spec.name for _, spec in LISTED.values()))
"""Tables that say something about providers."""


class Named(NamedTuple):
    """Messages, each with its bytes as a name; None and one empty name where nothing is read of a record."""

    messages: list[Message] | None
    names: list[bytes]


def names_of(messages: Sequence[Message] | None) -> list[bytes]:
    """The bytes of messages: equal for equal fields."""
    if messages is None:
        return [b""]
    return [each.SerializeToString(deterministic=True) for each in messages]


class Records:
    """Patients or providers of a snapshot (`rows` of them, or all) as the rules see them."""

    def __init__(self, snapshot: Snapshot, side: str, rows: Sequence[int] | None = None) -> None:
        self.snapshot = snapshot
        self.side = side
        self.record = side.title()
        table = snapshot.patients if side == "patient" else snapshot.providers
        self.table = table if rows is None else table.take(pa.array(rows, pa.int64()))
        self._coded: dict[Read, Coded] = {}
        self._combined: dict[object, Coded] = {}
        self._named: dict[object, Named] = {}
        self._grouped: dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]] = {}

    def renewed(self, snapshot: Snapshot) -> "Records":
        """The providers of another snapshot: the same where nothing of theirs is another table."""
        same = all(self.snapshot[name] is snapshot[name] for name in OF_PROVIDERS)
        return self if same and self.snapshot.as_of == snapshot.as_of else Records(snapshot, self.side)

    def __len__(self) -> int:
        return self.table.num_rows

    @cached_property
    def facility_row(self) -> Int32:
        """Row of every patient's facility, -1 where there is none."""
        return self.snapshot.positions("facilities", self.table["facility_id"])

    @cached_property
    def places(self) -> Places:
        """Place of care of patients (the facility's where both coordinates are known), base of providers."""
        own = Places(*(_floats(self.table[name]) for name in Places._fields))
        if self.side == "provider":
            return own
        theirs = Places(*(_floats(self._at_facility(name)) for name in Places._fields))
        known = ~np.isnan(theirs.latitude) & ~np.isnan(theirs.longitude)
        return Places(*(np.where(known, there, home) for there, home in zip(theirs, own, strict=True)))

    @cached_property
    def directions(self) -> Floats:
        """The places as seen from the center of the earth; see `rules.places.directions`."""
        return directions(self.places)

    def _at_facility(self, name: str) -> pa.Array:
        column = self.snapshot.facilities[name].combine_chunks()
        return column.take(pa.array(self.facility_row, mask=self.facility_row < 0))

    def column(self, name: str) -> pa.Array:
        """A scalar or text-list field of the record, defaults and derived values filled in."""
        if name == "age":
            return pa.array(_ages(self.table["birth_date"], self.snapshot))
        if name == "care_state":
            return pc.coalesce(self._at_facility("state"), _array(self.table["state"]))
        column = _array(self.table[name])
        if self.side == "patient" and name in RESOLVED:
            return pc.coalesce(column, self._at_facility(name))
        default = default_of(self.record, name)
        return column if default is None else pc.fill_null(column, default)

    def coded(self, read: Read) -> Coded:
        """Codes of one field."""
        if read not in self._coded:
            self._coded[read] = self._code(read)
        return self._coded[read]

    def _code(self, read: Read) -> Coded:
        name = read.path[0]
        if name == "place":
            return combined([coded_array(pa.array(each)) for each in self.places], len(self))
        if name == "facility":
            present = coded_array(pa.array(self.facility_row >= 0))
            if len(read.path) == 1:
                return present
            return combined([present, _coded_column(self._at_facility(read.path[1]))], len(self))
        if name in LISTED:
            return self._coded_rows(name, read.parts)
        return _coded_column(self.column(name))

    def combinations(self, reads: Iterable[Read]) -> Coded:
        """Distinct combinations of several fields."""
        if len(self) == 1:
            return one_code(1)
        wanted = frozenset(reads)
        found = self._combined.get(wanted)
        if found is None:
            found = combined([self.coded(read) for read in sorted(wanted)], len(self))
            if self.side == "provider":  # there are few of them, and they may be asked about many patients
                self._combined[wanted] = found
        return found

    def named(self, made: Messages, reads: frozenset[Read]) -> Named:
        """A message of each distinct combination of the fields; found again when asked for again."""
        if reads not in self._named:
            rows = self.combinations(reads).first.tolist()
            messages = self.messages(made, reads, rows) if reads else None
            self._named[reads] = Named(messages, names_of(messages))
        return self._named[reads]

    def named_rows(self, made: Messages, read: Read) -> Named:
        """The same for the rows of another table: providers who have one row each and nothing else."""
        if ("rows", read) not in self._named:
            messages = self.row_messages(made, read, self.coded_rows(read).first.tolist())
            self._named["rows", read] = Named(messages, names_of(messages))
        return self._named["rows", read]

    def _coded_rows(self, name: str, parts: tuple[str, ...]) -> Coded:
        order, offsets = self.rows_of(name)
        items = self.coded_rows(Read("provider", (name,), parts))
        return coded_lists(items.code[order], items.size, offsets)

    def coded_rows(self, read: Read) -> Coded:
        """Codes of the rows of another table by the columns that are read."""
        if ("rows", read) not in self._combined:
            table = self.snapshot[LISTED[read.path[0]][1].name]
            parts = [_coded_column(_array(table[part])) for part in read.parts]
            self._combined["rows", read] = combined(parts, table.num_rows)
        return self._combined["rows", read]

    def members(self, name: str, rows: Coded) -> sparse.csr_matrix:
        """How often each class of rows is in each provider's list: providers x classes."""
        order, offsets = self.rows_of(name)
        code = rows.code[order]
        ones = np.ones(len(code), np.float32)
        return sparse.csr_matrix((ones, code, offsets), shape=(len(self), rows.size))

    def row_messages(self, made: Messages, read: Read, rows: Sequence[int]) -> list[Message]:
        """Providers who have one row each of another table in the list, and nothing else."""
        record, spec = LISTED[read.path[0]]
        put = fill(self.record, read.path[0])
        table = self.snapshot[spec.name].select(list(read.parts)).take(pa.array(rows, pa.int64()))
        columns = {part: _filled(record, part, table[part]) for part in read.parts}
        filled = []
        for position in range(len(rows)):
            message = made.new(self.record)
            put(message, [{part: values[position] for part, values in columns.items()}])
            filled.append(message)
        return filled

    def rows_of(self, name: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Rows of a table of providers' rows, grouped by provider, and where each provider's begin."""
        if name not in self._grouped:
            self._grouped[name] = self._group(name)
        return self._grouped[name]

    def _group(self, name: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        ids = self.snapshot[LISTED[name][1].name]["provider_id"]
        found = pc.fill_null(pc.index_in(ids, value_set=_array(self.table["provider_id"])), -1)
        owner = found.to_numpy(zero_copy_only=False)
        ours = np.flatnonzero(owner >= 0)
        order = ours[np.argsort(owner[ours], kind="stable")]
        offsets = np.searchsorted(owner[order], np.arange(len(self) + 1))
        return order.astype(np.int64), offsets.astype(np.int64)

    def messages(self, made: Messages, reads: Iterable[Read], rows: Sequence[int]) -> list[Message]:
        """One message for each of `rows`, with the fields of `reads` filled."""
        filled = [made.new(self.record) for _ in rows]
        for read in sorted(reads):
            put = self._put(read)
            for message, value in zip(filled, self._values(read, rows), strict=True):
                put(message, value)
        return filled

    def _put(self, read: Read) -> Callable[[Message, Value], None]:
        if len(read.path) == 1:
            put = fill(self.record, read.path[0])
            return lambda message, value: None if value is None else put(message, value)
        put = fill("Facility", read.path[1])

        def put_inside(message: Message, value: Value) -> None:
            if value is not _NO_FACILITY:
                message.facility.SetInParent()
                if value is not None:
                    put(message.facility, value)

        return put_inside

    def _values(self, read: Read, rows: Sequence[int]) -> list[Value]:
        """Python values of a field for some rows."""
        name, taken = read.path[0], pa.array(rows, pa.int64())
        if name == "place":
            degrees = [each[np.asarray(rows, np.int64)].tolist() for each in self.places]
            return [_place(*each) for each in zip(*degrees, strict=True)]
        if name == "facility":
            there = (self.facility_row[np.asarray(rows, np.int64)] >= 0).tolist()
            if len(read.path) == 1:
                return [{} if each else None for each in there]
            filled = _filled("Facility", read.path[1], self._at_facility(read.path[1]).take(taken))
            return [value if each else _NO_FACILITY for each, value in zip(there, filled, strict=True)]
        if name in LISTED:
            return self._listed(name, read.parts, rows)
        return _without_nulls(self.column(name).take(taken).to_pylist())

    def _listed(self, name: str, parts: tuple[str, ...], rows: Sequence[int]) -> list[Value]:
        order, offsets = self.rows_of(name)
        record, spec = LISTED[name]
        ranges = [order[offsets[row] : offsets[row + 1]] for row in rows]
        if not parts:
            return [[{} for _ in mine] for mine in ranges]
        taken = np.concatenate([np.zeros(0, np.int64), *ranges])
        table = self.snapshot[spec.name].select(list(parts)).take(pa.array(taken, pa.int64()))
        columns = {part: _filled(record, part, table[part]) for part in parts}
        items = iter([dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)])
        return [[next(items) for _ in mine] for mine in ranges]


_NO_FACILITY = object()


def _filled(record: str, name: str, column: pa.Array | pa.ChunkedArray) -> list[Value]:
    """Python values of a column with the default where empty."""
    default = default_of(record, name)
    return [default if value is None else value for value in column.to_pylist()]


def _place(latitude: float, longitude: float) -> dict[str, float | None]:
    return {
        "latitude": None if np.isnan(latitude) else latitude,
        "longitude": None if np.isnan(longitude) else longitude,
    }


def _without_nulls(values: list[Value]) -> list[Value]:
    """Elements of a list that are null are nothing; rows that are null stay."""
    return [
        [item for item in value if item is not None] if isinstance(value, list) else value for value in values
    ]


def _array(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()


def _floats(column: pa.ChunkedArray | pa.Array) -> Floats:
    array = _array(column) if isinstance(column, pa.ChunkedArray) else column
    return np.asarray(array.to_numpy(zero_copy_only=False), np.float64)


def _coded_column(array: pa.Array) -> Coded:
    if not pa.types.is_list(array.type):
        return coded_array(array)
    values = coded_array(array.flatten())
    lengths = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return coded_lists(values.code, max(values.size, 1), offsets)


def _ages(birth: pa.ChunkedArray, snapshot: Snapshot) -> pa.Array:
    """Completed years on the day of the snapshot; null where the birth date is not known."""
    day = snapshot.as_of
    born = _array(birth)
    later_month = pc.greater(pc.month(born), day.month)
    later_day = pc.and_(pc.equal(pc.month(born), day.month), pc.greater(pc.day(born), day.day))
    not_yet = pc.cast(pc.or_(later_month, later_day), pa.int64())
    return pc.subtract(pc.subtract(day.year, pc.year(born)), not_yet)
