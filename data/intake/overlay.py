"""CSV tables beside an export: they override it cell by cell and add rows; capacities.csv fills in limits."""

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.columns import PROVIDERS, TABLES, Column, TableSpec
from data.intake.cells import filled, truth
from data.intake.draft import Draft, Int64, RawTable, report_duplicates, row_codes
from data.intake.issue import IssueLog
from data.intake.specialty import trade
from data.intake.typed import typed

CAPACITIES = "capacities"
EVERYBODY = "*"
SPECIALTY = "specialty:"

_CAPACITY_COLUMNS = (
    "roles",
    "panel_status",
    "regions",
    "languages",
    "max_miles",
    "max_panel",
    "max_daily_visits",
    "max_weekly_hours",
    "max_facilities",
    "max_new_patients",
)

CAPACITY_SPEC = TableSpec(
    CAPACITIES,
    "Limits that an export lacks; the row of a provider goes before that of a specialty, that before *",
    ("provider_id",),
    (
        Column("provider_id", "text", "Provider, specialty:NAME or *", "*", required=True),
        *(PROVIDERS.column(name) for name in _CAPACITY_COLUMNS),
    ),
)
"""The file capacities.csv: for whom, and columns of `providers`; empty cells leave to a wider row."""

_PLACE = ("state", "latitude", "longitude")


def merged(base: Draft, over: Draft, given: Iterable[str], log: IssueLog) -> Draft:
    """Rows of `base` overridden by `over` (see `overridden`), then the other rows of `over`.

    Of the added rows defaults are filled and required cells are checked, since `over` has neither yet (see
    `typed`).
    """
    key = TABLES[base.name].key
    codes = _codes(base, over)
    added = ~np.isin(codes[len(base) :], codes[: len(base)])
    report_duplicates(over, key, log, among=~added)
    return overridden(base, over, given).followed_by(_standing_alone(over.take(np.flatnonzero(added)), log))


def overridden(base: Draft, over: Draft, given: Iterable[str]) -> Draft:
    """Rows of `base` with the cells that `over` has in the columns `given`, row by row of equal key.

    An empty cell overrides nothing. A ZIP code brings its state and coordinates along.
    """
    columns = set(given)
    if "zip" in columns:
        columns |= set(_PLACE)
    codes = _codes(base, over)
    match = _last_match(codes[: len(base)], codes[len(base) :])
    return base.with_columns(
        **{
            name: _overridden(base.column(name), over.column(name), match)
            for name in base.table.column_names
            if name in columns
        }
    )


def _codes(base: Draft, over: Draft) -> Int64:
    """One integer for each row of `base`, then of `over`, equal where the keys are."""
    key = TABLES[base.name].key
    return row_codes(pa.concat_tables([base.table.select(key), over.table.select(key)]), key)


def _last_match(base: Int64, over: Int64) -> Int64:
    """Row of `over` with each code of `base`, -1 where there is none."""
    rows = np.full(int(max(base.max(initial=0), over.max(initial=0))) + 1, -1, np.int64)
    rows[over] = np.arange(len(over))
    return rows[base]


def _overridden(base: pa.Array, over: pa.Array, match: Int64) -> pa.Array:
    told = over.take(pa.array(match, mask=match < 0))
    given = truth(told.is_valid())
    if pa.types.is_list(told.type):
        given &= truth(pc.greater(told.value_lengths(), 0))
    rows = np.where(given, len(base) + np.maximum(match, 0), np.arange(len(base)))
    return pa.concat_arrays([base, over]).take(pa.array(rows))


def _standing_alone(draft: Draft, log: IssueLog) -> Draft:
    """Rows that stand for themselves: required cells must be there, empty ones take their default."""
    spec = TABLES[draft.name]
    for column in spec.columns:
        if column.required and column.name not in spec.key:
            values = draft.column(column.name)
            empty = ~truth(values.is_valid())
            if column.kind == "list":
                empty = truth(pc.equal(values.value_lengths(), 0))
            draft.report(
                log,
                empty,
                "required",
                f"{column.name} is empty, and the export does not have this {spec.key[0]}",
                f"Write a value such as {column.example}, or correct the id",
                column=column.name,
            )
    return draft.with_columns(**{each.name: filled(each, draft.column(each.name)) for each in spec.columns})


def with_capacities(providers: Draft, raw: RawTable, log: IssueLog) -> Draft:
    """Providers with the limits of capacities.csv, cell by cell.

    The row of a provider overrides; the rows of a specialty and of everybody fill what is still empty,
    and set what never is (roles and panel_status), the narrower row last.
    """
    rows = typed(CAPACITY_SPEC, raw, log, partial=True)
    report_duplicates(rows, CAPACITY_SPEC.key, log)
    single, special, everybody = _matches(providers, rows, log)
    columns: dict[str, pa.Array] = {}
    for name in _CAPACITY_COLUMNS:
        if name not in raw.columns:
            continue
        column, told = PROVIDERS.column(name), rows.column(name)
        values = providers.column(name)
        if column.required or column.default is not None:
            for match in (everybody, special, single):
                values = _overridden(values, told, match)
        else:
            values = _overridden(values, told, single)
            for match in (special, everybody):
                values = _filled(values, _overridden(values, told, match))
        columns[name] = values
    return providers.with_columns(**columns)


def _filled(before: pa.Array, after: pa.Array) -> pa.Array:
    """`before`, and `after` where that is empty."""
    given = truth(before.is_valid())
    if pa.types.is_list(before.type):
        given &= truth(pc.greater(before.value_lengths(), 0))
    rows = np.where(given, 0, len(before)) + np.arange(len(before))
    return pa.concat_arrays([before, after]).take(pa.array(rows))


def _matches(providers: Draft, rows: Draft, log: IssueLog) -> tuple[Int64, Int64, Int64]:
    """The row that speaks of each provider alone, of its specialty, of everybody; -1 where none does."""
    single: dict[str, int] = {}
    special: dict[str, int] = {}
    everybody = -1
    for row, name in enumerate(rows.column("provider_id").to_pylist()):
        if name == EVERYBODY:
            everybody = row
        elif name and name.startswith(SPECIALTY):
            text = name.removeprefix(SPECIALTY).strip()
            special |= dict.fromkeys((*trade((text,), (text,)).specialties, text.lower()), row)
        elif name:
            single[name] = row
    _report_strangers(providers, rows, single, log)
    specialties = providers.column("specialties").to_pylist()
    return (
        np.array([single.get(each, -1) for each in providers.column("provider_id").to_pylist()], np.int64),
        np.array(
            [next((special[name] for name in own if name in special), -1) for own in specialties], np.int64
        ),
        np.full(len(providers), everybody, np.int64),
    )


def _report_strangers(providers: Draft, rows: Draft, single: Mapping[str, int], log: IssueLog) -> None:
    known = pc.is_in(rows.column("provider_id"), value_set=providers.column("provider_id"))
    named = np.zeros(len(rows), bool)
    named[list(single.values())] = True
    rows.report(
        log,
        named & ~truth(known),
        "dangling_reference",
        "there is no provider {value}",
        "Write the id of a provider, specialty:NAME or *",
        column="provider_id",
    )
