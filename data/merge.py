"""What an import changes: given rows against those that are there, by key."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.columns import TABLES
from data.errors import DataError
from data.ledger import Entries, overlaps, refusal_of_overlaps, touched_by
from data.list_text import encode_lists
from data.order import joined
from data.snapshot import ROW_ID
from data.store import ImportReceipt

NEEDED = ("kind", "level", "role", "provider_id", "starts_on")
"""Columns of assignments that are never empty (of the key, only who or what it is about may be)."""

Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Merge:
    """Positions in the given table (`added`, `changed`) and in the existing one (`base`, `removed`).

    `base[k]` is the row that `changed[k]` takes the place of; `unchanged` counts equal rows.
    """

    added: pa.Array
    changed: pa.Array
    base: pa.Array
    removed: pa.Array
    unchanged: int

    @property
    def empty(self) -> bool:
        """Whether nothing is to be written."""
        return not (len(self.added) or len(self.changed) or len(self.removed))


def merge(name: str, existing: pa.Table, given: pa.Table, replace: bool) -> Merge:
    """Compare the tables by the key of `name`; `replace` also removes what is not given.

    Both have exactly the schema of `data.columns` (no `row_id`) and unique keys.
    """
    key = TABLES[name].key
    old, new = joined(existing, key), joined(given, key)
    at = pc.index_in(new, value_set=old)
    known = pc.is_valid(at).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(known)
    base = at.drop_null()
    differs = ~_equal_rows(given.take(pa.array(rows)), existing.take(base))
    kept = pc.is_in(old, value_set=new).to_numpy(zero_copy_only=False)
    return Merge(
        added=pa.array(np.flatnonzero(~known)),
        changed=pa.array(rows[differs]),
        base=base.filter(pa.array(differs)),
        removed=pa.array(np.flatnonzero(~kept & replace), pa.int64()),
        unchanged=int(np.count_nonzero(~differs)),
    )


def corrections(believed: pa.Table, given: pa.Table, found: Merge) -> Entries:
    """Assignment rows to supersede and to insert; `believed` has `row_id` in front.

    Raises OverlapError with every overlap of valid time that the given rows would make.
    """
    old = pa.concat_arrays([found.base.cast(pa.int64()), found.removed])
    new = pa.concat_arrays([found.added, found.changed])
    made = Entries(believed["row_id"].take(old).combine_chunks(), given.take(new))
    clashes = overlaps(touched_by(made, believed))
    if clashes.num_rows:
        raise refusal_of_overlaps(clashes)
    return made


def checked(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The given tables in the order of the catalog; DataError with all that is wrong with their rows' form.

    Assignments may come with `row_id` (from a snapshot): it is left out.
    """
    problems = [f"no table is called {name!r}" for name in tables if name not in TABLES]
    found: dict[str, pa.Table] = {}
    for name, spec in TABLES.items():
        if name not in tables:
            continue
        table = tables[name]
        if name == "assignments" and ROW_ID.name in table.column_names:
            table = table.drop_columns([ROW_ID.name])
        if not table.schema.equals(spec.schema):
            problems.append(f"{name} has other columns or types than data.columns says: {table.schema.names}")
            continue
        problems += _key_problems(name, table)
        found[name] = table
    if problems:
        raise DataError("; ".join(problems))
    return found


def receipt_of_import(revision: int, found: Mapping[str, Merge]) -> ImportReceipt:
    """Counts of an import by table."""
    return ImportReceipt(
        revision,
        {name: len(each.added) for name, each in found.items()},
        {name: len(each.changed) for name, each in found.items()},
        {name: each.unchanged for name, each in found.items()},
        {name: len(each.removed) for name, each in found.items()},
    )


def _key_problems(name: str, table: pa.Table) -> list[str]:
    spec = TABLES[name]
    needed = NEEDED if name == "assignments" else spec.key
    empty = [part for part in needed if table[part].null_count]
    problems = [f"{name}: {part} is empty in {table[part].null_count} rows" for part in empty]
    if name == "assignments":
        backwards = table.filter(pc.less_equal(table["ends_on"], table["starts_on"]))
        if backwards.num_rows:
            who = [each for each in backwards["patient_id"].to_pylist()[:5] if each]
            problems.append(f"assignments: {backwards.num_rows} end before they begin {who or ''}".rstrip())
    counts = pc.value_counts(joined(table, spec.key))
    twice = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    if len(twice):
        shown = [" ".join(each.split("\x1f")) for each in twice.to_pylist()[:5]]
        problems.append(f"{name}: {len(twice)} keys are given more than once, for example {', '.join(shown)}")
    return problems


def _equal_rows(left: pa.Table, right: pa.Table) -> Bool:
    equal = np.ones(left.num_rows, dtype=np.bool_)
    for name in left.column_names:
        one, other = left[name], right[name]
        if pa.types.is_list(one.type):
            one, other = encode_lists(one), encode_lists(other)
        same = pc.or_(pc.fill_null(pc.equal(one, other), False), pc.and_(pc.is_null(one), pc.is_null(other)))
        equal &= np.asarray(same.to_numpy(zero_copy_only=False), dtype=np.bool_)
    return equal
