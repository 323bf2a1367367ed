"""Resources from NDJSON files into columns, line by line: never all of them as objects."""

import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from data.intake.draft import Origin, repeats, row_codes
from data.intake.issue import IssueLog

Resource = dict[str, Any]
Row = dict[str, Any]
Extract = Callable[[Resource], Iterable[Row]]

CHUNK = 20_000
"""Rows that are held as objects before they become Arrow columns."""

_NAME = re.compile(r"^(\d+[._-])?(?P<type>[A-Z][A-Za-z]+)([._-]?\d+)?\.ndjson(\.gz)?$")


def resource_type(file: Path) -> str:
    """Type of the resources in a file of a bulk export, empty for another file."""
    match = _NAME.match(file.name)
    return match["type"] if match else ""


def read_resources(
    files: list[Path], kind: str, schema: pa.Schema, extract: Extract, log: IssueLog, chunk: int = CHUNK
) -> tuple[pa.Table, Origin]:
    """Rows that `extract` takes out of every resource of type `kind`, and where each came from.

    At most `chunk` rows and one resource are objects at a time.
    """
    columns = _Columns(schema, chunk)
    for index, file in enumerate(files):
        for line, resource in _resources(file, kind, log):
            try:
                rows = list(extract(resource))
                columns.check(rows)
            except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
                message = f"the {kind} is not shaped as FHIR R4 says ({error})"
                _report(log, file, line, "malformed", message, "Validate the export against FHIR R4")
            else:
                columns.extend(rows, index, line)
    return _unique(*columns.finish(tuple(file.name for file in files) or (f"{kind}.ndjson",)), log)


def _unique(table: pa.Table, origin: Origin, log: IssueLog) -> tuple[pa.Table, Origin]:
    """The rows without those of resources whose id stands in an earlier line, which are reported."""
    earlier, _ = repeats(row_codes(table, ("id",)))
    again = (origin.row != origin.row[earlier]) | (origin.file != origin.file[earlier])
    if not again.any():
        return table, origin
    bad = np.flatnonzero(again)
    origin.report(
        log,
        bad,
        "duplicate_key",
        "the id {value} stands in {other} already",
        "Keep one of the two resources",
        column="id",
        values=table["id"].combine_chunks().take(pa.array(bad)),
        other=earlier[bad],
    )
    kept = np.flatnonzero(~again)
    return table.take(pa.array(kept)), origin.take(kept)


def _resources(file: Path, kind: str, log: IssueLog) -> Iterator[tuple[int, Resource]]:
    """Line number and resource of every line that holds one."""
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    resource = _parsed(line, file, number, kind, log)
                    if resource is not None:
                        yield number, resource
        except (EOFError, gzip.BadGzipFile) as error:
            log.add(file.name, "truncated", f"the file ends too early ({error})", "Fetch the file again")


def _parsed(line: bytes, file: Path, number: int, kind: str, log: IssueLog) -> Resource | None:
    """The resource of a line; None, with an issue, where there is none of type `kind` with an id."""
    try:
        resource = json.loads(line)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        remedy = "Export the file again; a last line that is cut is a transfer that broke off"
        _report(log, file, number, "invalid_json", f"the line is not JSON ({error})", remedy)
        return None
    found = resource.get("resourceType") if isinstance(resource, dict) else None
    if found != kind:
        message = f"the line holds a resource of type {found}, not {kind}"
        _report(log, file, number, "wrong_resource", message, f"Move it to {found}.ndjson")
        return None
    if not isinstance(resource.get("id"), str) or not resource["id"]:
        _report(log, file, number, "missing_id", f"the {kind} has no id", "Export it with its logical id")
        return None
    return resource


def _report(log: IssueLog, file: Path, line: int, code: str, message: str, remedy: str) -> None:
    log.add(file.name, code, message, remedy, row=line)


_PYTHON_TYPES = {pa.string(): str, pa.list_(pa.string()): list, pa.float64(): float}


class _Columns:
    """Rows on their way into Arrow columns, a chunk at a time."""

    def __init__(self, schema: pa.Schema, chunk: int) -> None:
        self._chunk = chunk
        self._schema = schema
        self._kinds = {field.name: _PYTHON_TYPES[field.type] for field in schema}
        self._rows: list[Row] = []
        self._batches: list[pa.RecordBatch] = []
        self._files: list[int] = []
        self._lines: list[int] = []
        self._origins: list[np.ndarray[Any, np.dtype[np.int64]]] = []

    def check(self, rows: list[Row]) -> None:
        """TypeError where a value is of another kind than its column."""
        for row in rows:
            for name, value in row.items():
                if value is not None and not isinstance(value, self._kinds[name]):
                    raise TypeError(f"{name} is {value!r}")

    def extend(self, rows: list[Row], file: int, line: int) -> None:
        self._rows.extend(rows)
        self._files.extend([file] * len(rows))
        self._lines.extend([line] * len(rows))
        if len(self._rows) >= self._chunk:
            self._flush()

    def _flush(self) -> None:
        self._batches.append(pa.RecordBatch.from_pylist(self._rows, self._schema))
        self._origins.append(np.array([self._files, self._lines], np.int64))
        self._rows, self._files, self._lines = [], [], []

    def finish(self, names: tuple[str, ...]) -> tuple[pa.Table, Origin]:
        self._flush()
        table = pa.Table.from_batches(self._batches, self._schema).combine_chunks()
        file, row = np.concatenate(self._origins, axis=1)
        return table, Origin(names, file, row)
