"""From a plan's statements to rows: what is superseded, what is inserted. Nothing is updated or deleted."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.columns import TABLES
from data.errors import OverlapError
from data.order import joined
from data.snapshot import ROW_ID

ROWS = TABLES["assignments"].schema
"""Columns of an assignment row, without its id."""

SUBJECT = ("kind", "patient_id", "facility_id", "covers_provider_id", "level", "role")
"""Rows of the same subject may not overlap in valid time."""

FOREVER = np.iinfo(np.int32).max
"""Day number of rows without an end."""

NAMED_OVERLAPS = 100
"""Overlaps that a refusal names one by one."""


@dataclass(frozen=True)
class Entries:
    """Rows no longer believed (ids) and rows believed from now on (columns `ROWS`)."""

    supersede: pa.Int64Array
    insert: pa.Table


def entries(
    statements: pa.Table,
    assignments: pa.Table,
    restored: pa.Table,
    effective_on: date,
    review_on: date | None = None,
) -> Entries:
    """The rows that carry out the statements.

    `assignments` are the rows believed now (with `row_id`); `restored` are the superseded rows that
    `restore` statements name. A new row ends where a later row of its subject begins; with `review_on`
    it is temporary and to be reviewed by that day.
    """
    opened = statements.filter(pc.equal(statements["action"], "open"))
    based = opened.filter(pc.greater(opened["row_id"], 0))
    base = assignments.take(_positions(assignments["row_id"], based["row_id"]))
    withdrawn = statements.filter(pc.equal(statements["action"], "withdraw"))
    again = statements.filter(pc.equal(statements["action"], "restore"))
    gone = pa.concat_arrays([based["row_id"].combine_chunks(), withdrawn["row_id"].combine_chunks()])
    staying = apply_entries(assignments, Entries(gone, ROWS.empty_table()))
    return Entries(
        gone,
        pa.concat_tables(
            [
                _closed(base, effective_on),
                _new_rows(opened, staying, effective_on, review_on),
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
    """Rows whose valid time overlaps the next row of the same subject; empty when all is well.

    By start, so two rows overlap only if two neighbors do.
    """
    keys = pa.table({"subject": joined(assignments, SUBJECT), "starts_on": assignments["starts_on"]})
    order = pc.sort_indices(keys, [("subject", "ascending"), ("starts_on", "ascending")])
    subject = keys["subject"].combine_chunks().take(order)
    starts = assignments["starts_on"].cast(pa.int32()).take(order).to_numpy()
    ends = pc.fill_null(assignments["ends_on"].cast(pa.int32()), FOREVER).take(order).to_numpy()
    same = pc.equal(subject[1:], subject[:-1]).to_numpy(zero_copy_only=False)
    clash = np.flatnonzero(same & (ends[:-1] > starts[1:]))
    return assignments.take(order.take(pa.array(clash)))


def touched_by(made: Entries, assignments: pa.Table) -> pa.Table:
    """Rows believed after the entries, of every subject that gets a new row."""
    after = apply_entries(assignments, made)
    subjects = pc.unique(joined(made.insert, SUBJECT))
    return after.filter(pc.is_in(joined(after, SUBJECT), value_set=subjects))


def refusal_of_overlaps(clashes: pa.Table) -> OverlapError:
    """What `overlaps` found, in words, with the way out."""
    named = tuple(
        f"{row['kind']} {row['patient_id'] or row['facility_id'] or row['covers_provider_id']} "
        f"({row['level']}, {row['role']}): {row['provider_id']} from {row['starts_on']}"
        for row in clashes.slice(0, NAMED_OVERLAPS).to_pylist()
    )
    more = f" and {clashes.num_rows - 5} more" if clashes.num_rows > 5 else ""
    return OverlapError(
        f"{clashes.num_rows} assignments run into a later one of the same subject: "
        f"{'; '.join(named[:5])}{more}. "
        "Give each a last day (ends_on) that is not after the start of the next.",
        named,
    )


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


def _new_rows(
    opened: pa.Table, assignments: pa.Table, effective_on: date, review_on: date | None
) -> pa.Table:
    count = opened.num_rows
    columns = {
        "kind": opened["kind"],
        "patient_id": opened["patient_id"],
        "facility_id": opened["facility_id"],
        "covers_provider_id": opened["covers_provider_id"],
        "level": opened["level"],
        "role": opened["role"],
        "provider_id": opened["to_provider_id"],
        "starts_on": pa.repeat(pa.scalar(effective_on, pa.date32()), count),
        "ends_on": pc.min_element_wise(opened["ends_on"], _next_start(opened, assignments, effective_on)),
        "temporary": pa.repeat(pa.scalar(review_on is not None), count),
        "review_on": pa.repeat(pa.scalar(review_on, pa.date32()), count),
        "reason": opened["reason"],
    }
    return pa.table([columns[name] for name in ROWS.names], schema=ROWS)


def _next_start(opened: pa.Table, assignments: pa.Table, effective_on: date) -> pa.Array:
    """First day of the next row of each subject that begins after the effective day, null where none does."""
    later = assignments.filter(pc.greater(assignments["starts_on"], pa.scalar(effective_on, pa.date32())))
    later = later.sort_by("starts_on")
    first = pc.index_in(joined(opened, SUBJECT), value_set=joined(later, SUBJECT))
    return later["starts_on"].combine_chunks().take(first)
