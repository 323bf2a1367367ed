"""From the columns of one file to a table of the declared schema."""

from collections.abc import Collection, Sequence
from difflib import get_close_matches

import numpy as np
import pyarrow as pa

from data.columns import ARROW_TYPES, Column, TableSpec
from data.intake.cells import Fault, cast, cleaned_lists, filled, least_faults, trimmed, truth
from data.intake.draft import Draft, RawTable
from data.intake.issue import IssueLog


def typed(spec: TableSpec, raw: RawTable, log: IssueLog, *, partial: bool = False) -> Draft:
    """The table that the columns make: cells cast, defaults filled, all that is wrong in the log.

    The columns are text (from CSV) or typed arrays (from Parquet). Rows with a wrong cell stay, with null
    in its place, so that the checks across tables still see their ids. A `partial` table overrides
    another: only its key is required, and no default is filled.
    """
    required = [each for each in spec.columns if each.required and (not partial or each.name in spec.key)]
    report_columns(spec, required, raw, log)
    arrays = []
    for column in spec.columns:
        given = raw.columns.get(column.name)
        if given is None:
            given = pa.nulls(len(raw.origin), pa.string())
        values, faults = _read(column, given)
        for fault in faults:
            _report(raw, column.name, fault, log)
        if column in required and column.name in raw.columns:
            _report(raw, column.name, _emptiness(column, given, values), log)
        arrays.append(values.cast(ARROW_TYPES[column.kind]) if partial else filled(column, values))
    return Draft(spec.name, pa.table(arrays, schema=spec.schema), raw.origin)


def report_columns(spec: TableSpec, required: Sequence[Column], raw: RawTable, log: IssueLog) -> None:
    """Columns that the table does not have, and required ones that are missing."""
    names, file = raw.columns, raw.origin.files[0]
    known = [column.name for column in spec.columns]
    for name in names:
        if name not in known:
            near = nearest(name, [each for each in known if each not in names] or known)
            hint = f"; did you mean {near!r}" if near else ""
            log.add(
                file,
                "unknown_column",
                f"{spec.name} has no column {name!r}{hint}",
                f"Rename it to {near!r}, or take it away" if near else "Take the column away",
                row=1,
                column=name,
                value=name,
            )
    for column in required:
        if column.name not in names:
            log.add(
                file,
                "missing_column",
                f"the required column {column.name!r} is missing ({column.about})",
                f"Add the column {column.name}, with values such as {column.example}",
                row=1,
                column=column.name,
            )


def nearest(name: str, names: Collection[str]) -> str:
    """The name that was likely meant, empty when none is near."""
    plain = name.strip().lower().replace(" ", "_").replace("-", "_")
    found = get_close_matches(plain, names, n=1, cutoff=0.6)
    return found[0] if found else ""


def _read(column: Column, given: pa.Array) -> tuple[pa.Array, tuple[Fault, ...]]:
    """Values in the column's kind, from text or from a typed array."""
    if pa.types.is_string(given.type):
        result = cast(column, given)
        return result.values, result.faults
    if column.kind == "list":
        lists = given if pa.types.is_list(given.type) else given.cast(pa.list_(pa.string()))
        return cleaned_lists(lists), ()
    values = given.cast(ARROW_TYPES[column.kind])
    if column.kind == "text":
        result = cast(column, trimmed(values))
        return result.values, result.faults
    if column.kind in ("integer", "number"):
        return _finite(column, values)
    return values, ()


def _finite(column: Column, values: pa.Array) -> tuple[pa.Array, tuple[Fault, ...]]:
    """Numbers without NaN and infinity, which are no numbers here."""
    numbers = values.to_numpy(zero_copy_only=False).astype(np.float64)
    bad = truth(values.is_valid()) & ~np.isfinite(numbers)
    fault = Fault(bad, "number", "{value} is not a number", "Leave it empty where it is not known")
    return values, (fault, *least_faults(column, values))


def _report(raw: RawTable, column: str, fault: Fault, log: IssueLog) -> None:
    bad = np.flatnonzero(fault.bad)
    if len(bad):
        values = raw.columns[column].take(pa.array(bad))
        raw.origin.report(log, bad, fault.code, fault.message, fault.remedy, column=column, values=values)


def _emptiness(column: Column, given: pa.Array, values: pa.Array) -> Fault:
    """Empty cells of a required column (cells that are wrong are another fault)."""
    if column.kind == "list":
        empty = values.value_lengths().to_numpy(zero_copy_only=False) == 0
    else:
        empty = ~truth(given.is_valid())
    return Fault(
        empty,
        "required",
        f"{column.name} is empty",
        f"Write a value such as {column.example} ({column.about})",
    )
