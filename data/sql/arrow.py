"""SQL cells and Arrow columns: lists are text, moments (us) integers; SQLite has text for dates, too."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from data.list_text import decode_lists, encode_lists

CHUNK = 20_000
"""Rows turned into parameters at a time."""


def from_cells(raw: pa.Table, schema: pa.Schema) -> pa.Table:
    """The columns of a query, cast to the types of the schema (an all-null column has no type of its own)."""
    return pa.table([_typed(raw[field.name], field.type) for field in schema], schema=schema)


def to_cells(table: pa.Table) -> Iterator[list[tuple[object, ...]]]:
    """Rows as parameters, a chunk at a time."""
    for start in range(0, table.num_rows, CHUNK):
        part = table.slice(start, CHUNK)
        yield list(zip(*(_cells(column).to_pylist() for column in part.columns), strict=True))


def _typed(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_list(kind):
        return pa.chunked_array([decode_lists(column)])
    if column.type == kind:
        return column
    if pa.types.is_date(kind):
        return pc.cast(pc.cast(column, pa.string()), kind)
    if pa.types.is_timestamp(kind):
        return pc.cast(pc.cast(column, pa.int64()), kind)
    return pc.cast(column, kind)


def _cells(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    if pa.types.is_list(column.type):
        return encode_lists(column)
    if pa.types.is_date(column.type):
        return pc.cast(column, pa.string())
    if pa.types.is_timestamp(column.type) or pa.types.is_boolean(column.type):
        return pc.cast(column, pa.int64())
    return column
