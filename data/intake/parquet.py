"""One Parquet file, coerced to the declared kinds."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from data.columns import ARROW_TYPES, Kind, TableSpec
from data.intake.cells import cleaned_lists
from data.intake.draft import Origin, RawTable
from data.intake.issue import IssueLog


def read_parquet(path: Path, spec: TableSpec, log: IssueLog) -> RawTable | None:
    """Columns of a Parquet file by lower-case name, text or of their declared type; None when unreadable."""
    try:
        table = pa.parquet.read_table(path)
        table.validate(full=True)  # texts that are none, offsets that lead nowhere
        names = table.column_names
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        log.add(
            path.name,
            "unreadable",
            f"the file is not readable as Parquet ({str(error).splitlines()[0]})",
            "Write it again, or give the table as CSV",
        )
        return None
    kinds = {column.name: column.kind for column in spec.columns}
    columns: dict[str, pa.Array] = {}
    for name, column in zip(names, table.columns, strict=True):
        lowered = name.strip().lower()
        if lowered in columns:
            log.add(
                path.name,
                "duplicate_column",
                f"the file has the column {lowered!r} twice",
                "Keep one of the two",
                column=lowered,
            )
        columns[lowered] = _coerced(column.combine_chunks(), kinds.get(lowered), path.name, lowered, log)
    row = np.arange(2, 2 + table.num_rows, dtype=np.int64)
    return RawTable(columns, Origin.of_file(path.name, row))


def _coerced(values: pa.Array, kind: Kind | None, file: str, column: str, log: IssueLog) -> pa.Array:
    """In the declared type; text stays text (its cells are read as those of a CSV file)."""
    if isinstance(values, pa.DictionaryArray):
        values = values.dictionary_decode()
    if kind is None or pa.types.is_null(values.type):
        return pa.nulls(len(values), pa.string()) if pa.types.is_null(values.type) else values
    if pa.types.is_large_string(values.type) or pa.types.is_string_view(values.type):
        values = values.cast(pa.string())
    if pa.types.is_string(values.type) and kind != "list":
        return values
    try:
        if kind == "list":
            return _lists(values)
        return values.cast(ARROW_TYPES[kind])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        log.add(
            file,
            "wrong_type",
            f"the column is {values.type}, not {kind} ({str(error).splitlines()[0]})",
            f"Write the column as {ARROW_TYPES[kind]}",
            column=column,
            value=str(values.type),
        )
        return pa.nulls(len(values), pa.string())


def _lists(values: pa.Array) -> pa.Array:
    """Text (with `|` between elements) as text, any kind of list as a list of text."""
    if pa.types.is_string(values.type):
        return values
    return cleaned_lists(values.cast(ARROW_TYPES["list"]))
