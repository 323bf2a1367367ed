"""Take a folder of people's data into the store."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import pyarrow as pa

from data.intake import read_folder
from data.intake.issue import Issue
from data.snapshot import Snapshot
from data.store import ImportReceipt, Store


@dataclass(frozen=True)
class TakenIn:
    """What the folder held: rows by table, warnings, and what the store did (None: only looked at)."""

    source: str
    rows: dict[str, int]
    warnings: tuple[Issue, ...]
    receipt: ImportReceipt | None


def take_in(
    store: Store,
    folder: Path,
    as_of: date,
    actor: str,
    at: datetime,
    mode: Literal["update", "replace"] = "update",
    dry_run: bool = False,
    refuse: Callable[[Snapshot, Mapping[str, pa.Table]], None] | None = None,
) -> TakenIn:
    """Check a folder and write all of it, or nothing. IntakeError lists everything that is wrong.

    `refuse` may raise for what the tables would do to what is known.
    """
    known = store.snapshot(as_of)
    intake = read_folder(folder, as_of, known=known)
    if refuse is not None:
        refuse(known, intake.tables)
    receipt = None if dry_run else store.import_tables(intake.tables, actor, at, mode)
    rows = {name: table.num_rows for name, table in intake.tables.items()}
    return TakenIn(intake.source, rows, intake.issues, receipt)
