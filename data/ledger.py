"""From a plan's statements to rows: what is superseded, what is inserted. Nothing is updated or deleted."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.columns import TABLES
from data.snapshot import ROW_ID

ROWS = TABLES["assignments"].schema
"""Columns of an assignment row, without its id."""

SUBJECT = ("kind", "patient_id", "facility_id", "covers_provider_id", "level", "role")
"""Rows of the same subject may not overlap in valid time."""


@dataclass(frozen=True)
class Entries:
    """Rows no longer believed (ids) and rows believed from now on (columns `ROWS`)."""

    supersede: pa.Int64Array
    insert: pa.Table


def entries(statements: pa.Table, assignments: pa.Table, restored: pa.Table, effective_on: date) -> Entries:
    """The rows that carry out the statements.

    `assignments` are the rows believed now (with `row_id`); `restored` are the superseded rows that
    `restore` statements name. A new row ends where a later row of its subject begins.
    """
    opened = statements.filter(pc.equal(statements["action"], "open"))
    based = opened.filter(pc.greater(opened["row_id"], 0))
    base = assignments.take(_positions(assignments["row_id"], based["row_id"]))
    withdrawn = statements.filter(pc.equal(statements["action"], "withdraw"))
    again = statements.filter(pc.equal(statements["action"], "restore"))
    return Entries(
        pa.concat_arrays([based["row_id"].combine_chunks(), withdrawn["row_id"].combine_chunks()]),
        pa.concat_tables(
            [
                _closed(base, effective_on),
                _new_rows(opened, assignments, effective_on),
                restored.take(_positions(restored["row_id"], again["row_id"])).select(ROWS.names),
            ]
        ),
    )


def apply_entries(assignments: pa.Table, made: Entries) -> pa.Table:
    """The rows believed after the entries; inserted ones get row id 0."""
    kept = assignments.filter(pc.invert(pc.is_in(assignments["row_id"], value_set=made.supersede)))
    zero = pa.array(np.zeros(made.insert.num_rows, np.int64))
    return pa.concat_tables([kept, made.insert.add_column(0, ROW_ID, zero)])


def overlaps(assignments: pa.Table) -> pa.Table:
    """Rows whose valid time overlaps the next row of the same subject; empty when all is well."""
    rows = assignments.to_pandas()
    rows = rows.sort_values([*SUBJECT, "starts_on"], kind="stable")
    same = np.ones(max(len(rows) - 1, 0), dtype=bool)
    for column in SUBJECT:
        values = rows[column].fillna("").to_numpy()
        same &= values[1:] == values[:-1]
    ends, starts = rows["ends_on"].to_numpy()[:-1], rows["starts_on"].to_numpy()[1:]
    open_ended = rows["ends_on"].isna().to_numpy()[:-1]
    late = np.array(
        [each is None or each > start for each, start in zip(ends[same], starts[same], strict=True)]
    )
    clash = np.flatnonzero(same)[late | open_ended[same]] if same.any() else np.zeros(0, int)
    return assignments.take(pa.array(rows.index.to_numpy()[clash]))


def _positions(ids: pa.ChunkedArray, wanted: pa.ChunkedArray) -> pa.Array:
    found = pc.index_in(wanted, value_set=ids.combine_chunks())
    if found.null_count:
        lost = wanted.filter(pc.is_null(found)).to_pylist()
        raise KeyError(f"assignment rows {lost[:5]} are not there")
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _closed(base: pa.Table, effective_on: date) -> pa.Table:
    """What remains of superseded rows: the time before the effective day."""
    day = pa.scalar(effective_on, pa.date32())
    past = base.filter(pc.less(base["starts_on"], day)).select(ROWS.names)
    ends = pc.min_element_wise(past["ends_on"], day)
    return past.set_column(ROWS.get_field_index("ends_on"), "ends_on", ends)


def _new_rows(opened: pa.Table, assignments: pa.Table, effective_on: date) -> pa.Table:
    count = opened.num_rows
    columns = {
        "kind": opened["kind"],
        "patient_id": opened["patient_id"],
        "facility_id": opened["facility_id"],
        "covers_provider_id": pa.nulls(count, pa.string()),
        "level": opened["level"],
        "role": opened["role"],
        "provider_id": opened["to_provider_id"],
        "starts_on": pa.repeat(pa.scalar(effective_on, pa.date32()), count),
        "ends_on": _next_start(opened, assignments, effective_on),
        "temporary": pa.repeat(pa.scalar(False), count),
        "review_on": pa.nulls(count, pa.date32()),
        "reason": opened["reason"],
    }
    return pa.table([columns[name] for name in ROWS.names], schema=ROWS)


def _next_start(opened: pa.Table, assignments: pa.Table, effective_on: date) -> pa.Array:
    """First day of the next row of each subject that begins after the effective day, null where none does."""
    later = assignments.filter(pc.greater(assignments["starts_on"], pa.scalar(effective_on, pa.date32())))
    later = later.filter(pc.not_equal(later["kind"], "coverage")).sort_by([("starts_on", "descending")])
    begins = dict(zip(_subject_keys(later), later["starts_on"].to_pylist(), strict=True))
    if not begins:
        return pa.nulls(opened.num_rows, pa.date32())
    return pa.array([begins.get(key) for key in _subject_keys(opened)], pa.date32())


def _subject_keys(rows: pa.Table) -> list[str]:
    parts = [pc.fill_null(rows[name], "") for name in ("kind", "patient_id", "facility_id", "level", "role")]
    return pc.binary_join_element_wise(*parts, "\x1f").to_pylist()
