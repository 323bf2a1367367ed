"""Change reference data row by row, through the same checks as an import of files."""

import csv
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from api.access_store import GuardedStore
from api.errors import RequestError
from api.workflow.departure import deactivated, refuse_departure
from api.workflow.look_up import key_of
from api.workflow.take_in import TakenIn, take_in
from data.columns import TABLES
from data.snapshot import Snapshot
from data.store import Store

Row = Mapping[str, Any]


def provision(
    store: Store,
    table: str,
    rows: Iterable[Row],
    as_of: date,
    actor: str,
    at: datetime,
    dry_run: bool = False,
) -> TakenIn:
    """Add rows, or exchange those of the same key: all of them, or nothing.

    IntakeError lists every problem; its row 2 is the first of `rows`. RequestError where a row has columns
    that the table does not have, or there is none. NotFoundError where there is no such table. BlockedError
    where a provider would no longer be active on whom something rests (`api.workflow.departure`).
    """
    key_of(table)
    given = list(rows)
    names = [column.name for column in TABLES[table].columns]
    unknown = sorted({str(name) for row in given for name in row} - set(names))
    problems = [f"table {table} has no column {name!r}" for name in unknown]
    problems += [
        f"row {number} {name}: an element of a list may not have '|' in it"
        for number, row in enumerate(given, start=1)
        for name, value in row.items()
        if isinstance(value, list) and any("|" in str(each) for each in value)
    ]
    if not given:
        problems.append("there are no rows")
    if problems:
        raise RequestError(tuple(problems))
    with tempfile.TemporaryDirectory() as folder:
        with (Path(folder) / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(names)
            writer.writerows([_cell(row.get(name)) for name in names] for row in given)

        def refuse(known: Snapshot, tables: Mapping[str, pa.Table]) -> None:
            if isinstance(store, GuardedStore) and "providers" in tables:
                for provider in deactivated(known, tables["providers"]):
                    refuse_departure(store, provider, as_of)

        return take_in(store, Path(folder), as_of, actor, at, "update", dry_run, refuse)


def _cell(value: object) -> str:
    """A value as a CSV cell has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "|".join(map(_cell, value))
    return str(value)
