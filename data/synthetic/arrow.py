"""Arrow columns from codes: a million strings without a million Python objects."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.columns import TABLES
from data.snapshot import ROW_ID

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def ids(prefix: str, count: int, width: int = 4) -> pa.Array:
    """`prefix` and a number with leading zeros from 1 on, so that text order is number order."""
    digits = max(width, len(str(count)))
    numbers = pc.utf8_lpad(pa.array(np.arange(1, count + 1)).cast(pa.string()), digits, "0")
    return joined(pa.scalar(prefix), numbers)


def joined(*parts: pa.Array | pa.Scalar) -> pa.Array:
    """Text parts one after another."""
    return pc.binary_join_element_wise(*parts, pa.scalar(""))


def take(
    values: pa.Array | Sequence[object] | npt.NDArray[np.str_], codes: npt.NDArray[np.integer]
) -> pa.Array:
    """`values[codes]`, null where a code is negative."""
    array = values if isinstance(values, pa.Array) else pa.array(values)
    return array.take(pa.array(codes, mask=codes < 0))


def take_lists(values: Sequence[Sequence[str]], codes: npt.NDArray[np.integer]) -> pa.Array:
    """Lists of text by code."""
    return pa.array(values, type=pa.list_(pa.string())).take(pa.array(codes))


def lists_of(flags: Flags, values: Sequence[str] | npt.NDArray[np.str_] | pa.Array) -> pa.Array:
    """For each row of `flags` the list of `values` that are set."""
    rows, columns = np.nonzero(flags)
    offsets = np.searchsorted(rows, np.arange(len(flags) + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), take(values, columns))


def dates(days: Ints, known: Flags | None = None) -> pa.Array:
    """Days since 1970 as dates, null where not `known`."""
    mask = None if known is None else ~known
    return pa.array(days.astype(np.int32), mask=mask).cast(pa.date32())


def known_numbers(values: npt.NDArray[np.generic], known: Flags) -> pa.Array:
    """Numbers, null where not `known`."""
    return pa.array(values, mask=~known)


def build(name: str, rows: int, columns: Mapping[str, pa.Array]) -> pa.Table:
    """Table `name` in its declared schema; columns that are not given are null, or their default."""
    spec = TABLES[name]
    unknown = set(columns) - {column.name for column in spec.columns}
    if unknown:
        raise KeyError(f"{name} has no column {sorted(unknown)}")
    arrays, schema = [], spec.schema
    for column in spec.columns:
        kind = schema.field(column.name).type
        if column.name in columns:
            arrays.append(columns[column.name].cast(kind))
        elif column.default is not None:
            arrays.append(pa.repeat(pa.scalar(column.default, type=kind), rows))
        else:
            arrays.append(pa.nulls(rows, kind))
    table = pa.table(arrays, schema=schema)
    if name == "assignments":
        table = table.add_column(0, ROW_ID, pa.array(np.zeros(rows, dtype=np.int64)))
    return table
