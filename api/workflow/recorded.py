"""What was recorded of late: which assignments began, ended or were taken back, by whom."""

import pyarrow as pa
import pyarrow.compute as pc

from data.ledger import SUBJECT
from data.order import joined

CHANGES = pa.schema(
    [
        ("row_id", pa.int64()),
        ("at", pa.timestamp("us", "UTC")),
        ("by", pa.string()),
        *(
            (name, pa.string())
            for name in (
                "change",
                "kind",
                "patient_id",
                "facility_id",
                "covers_provider_id",
                "level",
                "role",
                "from_provider_id",
                "to_provider_id",
            )
        ),
        ("starts_on", pa.date32()),
        ("ends_on", pa.date32()),
        ("reason", pa.string()),
        ("plan_id", pa.string()),
    ]
)
"""`change`: `begins`, `ends` (a row now has a last day) or `taken back` (nothing took its place)."""

NAMED = ("kind", "patient_id", "facility_id", "covers_provider_id", "level", "role", "starts_on", "ends_on")


def recorded(rows: pa.Table, since: pa.TimestampScalar) -> pa.Table:
    """Columns `CHANGES` of rows (`data.store.HISTORY`) recorded or superseded from a moment on.

    A row that says what the one it replaced said, but for its last day, is an end; who superseded a row is
    who recorded the one in its place.
    """
    new = rows.filter(pc.greater_equal(rows["recorded_at"], since))
    old = rows.filter(pc.fill_null(pc.greater_equal(rows["superseded_at"], since), False))
    born, died = _at(new, "recorded_at"), _at(old, "superseded_at")
    same = pc.index_in(
        _with(born, new, "provider_id", "starts_on"), value_set=_with(died, old, "provider_id", "starts_on")
    )
    before = pc.index_in(born, value_set=died)
    former = old["provider_id"].combine_chunks().take(before)
    begun = _changes(
        new,
        at=new["recorded_at"],
        by=new["recorded_by"],
        change=pc.if_else(pc.is_valid(same), "ends", "begins"),
        from_provider_id=former,
        to_provider_id=pc.if_else(pc.is_valid(same), None, new["provider_id"].combine_chunks()),
        plan_id=new["plan_id"],
    )
    gone = old.filter(pc.invert(pc.is_in(died, value_set=born)))
    taken = _changes(
        gone,
        at=gone["superseded_at"],
        by=pa.nulls(gone.num_rows, pa.string()),
        change=pa.repeat(pa.scalar("taken back"), gone.num_rows),
        from_provider_id=gone["provider_id"],
        to_provider_id=pa.nulls(gone.num_rows, pa.string()),
        plan_id=gone["superseded_by_plan_id"],
    )
    found = pa.concat_tables([begun, taken])
    return found.sort_by([("at", "descending"), ("row_id", "ascending")])


def _at(rows: pa.Table, moment: str) -> pa.Array:
    """Subject and moment of every row as one text."""
    when = pc.cast(pc.cast(rows[moment], pa.int64()), pa.string())
    return _joined(joined(rows, SUBJECT), when)


def _with(keys: pa.Array, rows: pa.Table, *names: str) -> pa.Array:
    return _joined(keys, *(pc.cast(rows[name], pa.string()) for name in names))


def _joined(*parts: pa.Array) -> pa.Array:
    arrays = [each.combine_chunks() if isinstance(each, pa.ChunkedArray) else each for each in parts]
    return pc.binary_join_element_wise(*arrays, "\x1e", null_handling="replace", null_replacement="")


def _changes(rows: pa.Table, **more: pa.Array) -> pa.Table:
    columns = {name: rows[name] for name in ("row_id", "reason", *NAMED)} | more
    return pa.table([columns[name] for name in CHANGES.names], schema=CHANGES)
