"""Writing a snapshot as a folder that reads back identical."""

from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from data.columns import TABLES, Column
from data.snapshot import Snapshot

Format = Literal["csv", "parquet"]


def write_folder(snapshot: Snapshot, directory: Path, format: Format = "csv") -> list[Path]:  # noqa: A002
    """Write one file for each table that has rows; the paths written.

    `row_id` of assignments belongs to the store and is left out. Text that came through intake (trimmed,
    not empty) and lists (never null) read back identical. ValueError where a list element has a vertical
    bar, which separates elements in CSV. Files of other tables that stand in the directory stay.
    """
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, spec in TABLES.items():
        table = snapshot[name].select([column.name for column in spec.columns])
        if not table.num_rows:
            continue
        path = directory / f"{name}.{format}"
        if format == "parquet":
            pa.parquet.write_table(table, path)
        else:
            columns = [_text(name, column, table[column.name]) for column in spec.columns]
            pa.csv.write_csv(pa.table(columns, names=table.column_names), path)
        written.append(path)
    return written


def _text(table: str, column: Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """What a CSV cell shows: lists joined by `|`, everything else as Arrow writes it."""
    if column.kind != "list":
        return values
    if pc.any(pc.match_substring(pc.list_flatten(values), "|")).as_py():
        raise ValueError(f"{table}.{column.name} has an element with '|'; write Parquet instead of CSV")
    return pc.binary_join(values, "|")
