"""References between tables: to rows of the folder, or to what is known already."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.columns import TABLES, Column
from data.intake.cells import truth
from data.intake.draft import Draft
from data.intake.issue import IssueLog
from data.snapshot import Snapshot


@dataclass(frozen=True)
class Folder:
    """All drafts of a folder, the day of reading and what the store holds already."""

    drafts: Mapping[str, Draft]
    as_of: date
    known: Snapshot | None

    def ids(self, table: str) -> pa.Array | None:
        """Ids of `table`, in the folder or known before; None when it is nowhere."""
        key = TABLES[table].key[0]
        parts = [self.drafts[table].table[key]] if table in self.drafts else []
        if self.known is not None:
            parts.append(self.known[table][key])
        if not parts:
            return None
        return pa.chunked_array(
            [chunk for part in parts for chunk in part.chunks], pa.string()
        ).combine_chunks()


def references(folder: Folder, log: IssueLog) -> None:
    """Ids that name a row of another table which is not there."""
    for name, draft in folder.drafts.items():
        for column in TABLES[name].columns:
            if column.refers_to:
                _check_reference(folder, draft, column, log)


def _check_reference(folder: Folder, draft: Draft, column: Column, log: IssueLog) -> None:
    values = draft.column(column.name)
    owner = None
    if column.kind == "list":
        owner = values.value_parent_indices().to_numpy()
        values = values.flatten()
    given = truth(values.is_valid())
    if not given.any():
        return
    known = folder.ids(column.refers_to)
    if known is None:
        _report_missing_table(draft, column, int(given.sum()), log)
        return
    dangling = np.flatnonzero(given & ~truth(pc.is_in(values, value_set=known)))
    rows = dangling if owner is None else owner[dangling]
    key = TABLES[column.refers_to].key[0]
    draft.origin.report(
        log,
        rows,
        "dangling_reference",
        f"{column.refers_to} has no {key} {{value}}",
        f"Add it to {column.refers_to}, or correct the id",
        column=column.name,
        values=values.take(pa.array(dangling)),
    )


def _report_missing_table(draft: Draft, column: Column, count: int, log: IssueLog) -> None:
    for file in draft.origin.files:
        log.add(
            file,
            "missing_table",
            f"{count:,} values of {column.name} refer to {column.refers_to}, which the folder does not have",
            f"Add {column.refers_to}.csv, or leave {column.name} empty",
            column=column.name,
        )


def levels(folder: Folder, log: IssueLog) -> None:
    """Levels that are not of a known form, or name a program that is not there."""
    for name in ("assignments", "pins"):
        draft = folder.drafts.get(name)
        if draft is None:
            continue
        level = draft.column("level")
        bad = ~truth(pc.match_substring_regex(level, r"^(primary|program:\S.*|specialty:\S.*)$"))
        draft.report(
            log,
            bad,
            "level",
            "{value} is not a level",
            "Write primary, program:ID or specialty:CODE",
            column="level",
        )
        programs = folder.ids("programs")
        program = pc.starts_with(level, "program:")
        unknown = truth(program) & ~bad
        if programs is not None:
            unknown &= ~truth(pc.is_in(pc.utf8_slice_codeunits(level, 8), value_set=programs))
        draft.report(
            log,
            unknown,
            "dangling_reference",
            "the program of level {value} is not in programs",
            "Add it to programs, or correct the level",
            column="level",
        )
