"""Small snapshots and eligibilities for every test: rows as dicts, everything else by default."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from data.columns import ARROW_TYPES, TABLES
from data.eligibility import (
    NO_LIMIT,
    UNIT,
    DistinctLimit,
    Eligibility,
    Funnel,
    RuleStamp,
    SummedLimit,
)
from data.objective import Movable, Objective, Term, TermName
from data.slot import Slot
from data.snapshot import ROW_ID, Snapshot
from data.standing import population, standing

TODAY = date(2026, 12, 1)
PRIMARY = Slot()
DEFAULTS = {"name": "", "starts_on": date(2026, 1, 1), "type": "snf", "roles": ["physician"]}
"""Values for required columns that a test does not care about (`name` becomes the row's key)."""

Row = Mapping[str, Any]


def table(name: str, rows: Iterable[Row]) -> pa.Table:
    """A table of the snapshot from partial rows: column defaults are filled in, rows sorted by key.

    Rows of `assignments` get `row_id` 1, 2, 3 in the order given, unless they bring one.
    """
    spec = TABLES[name]
    complete = []
    for number, given in enumerate(rows, start=1):
        unknown = set(given) - {column.name for column in spec.columns} - {"row_id"}
        assert not unknown, f"table {name} has no column {sorted(unknown)}"
        row = {column.name: given.get(column.name, column.default) for column in spec.columns}
        for column in spec.columns:
            if column.required and row[column.name] is None and column.name in DEFAULTS:
                row[column.name] = DEFAULTS[column.name] or row[spec.key[0]]
        complete.append({"row_id": given.get("row_id", number)} | row)
    complete.sort(key=lambda row: [str(row[key] or "") for key in spec.key])
    fields = [ROW_ID] if name == "assignments" else []
    fields += [pa.field(column.name, ARROW_TYPES[column.kind]) for column in spec.columns]
    return pa.Table.from_pylist(complete, schema=pa.schema(fields))


def snapshot(as_of: date = TODAY, **tables: Iterable[Row]) -> Snapshot:
    """A snapshot from partial rows: `snapshot(patients=[{"patient_id": "A"}], providers=[...])`."""
    return Snapshot(as_of, {name: table(name, rows) for name, rows in tables.items()})


def assigned(patient_id: str, provider_id: str, **more: Any) -> Row:
    """An explicit assignment."""
    return {"kind": "patient", "patient_id": patient_id, "provider_id": provider_id} | more


def default(facility_id: str, provider_id: str, **more: Any) -> Row:
    """The default of a facility."""
    return {"kind": "facility", "facility_id": facility_id, "provider_id": provider_id} | more


def objective(
    movable: Movable = "everyone", max_moves: int | None = None, **weights: int | Term
) -> Objective:
    """A preset: `objective(unassigned=24_000, continuity=Term("continuity", 400, by_acuity=0.5))`."""
    terms = tuple(
        weight if isinstance(weight, Term) else Term(_term(name), weight) for name, weight in weights.items()
    )
    return Objective("test", "Test", terms, movable=movable, max_moves=max_moves)


def _term(name: str) -> TermName:
    return name  # type: ignore[return-value]


def eligibility(
    of: Snapshot,
    allowed: Mapping[str, Sequence[str]] | None = None,
    *,
    slot: Slot = PRIMARY,
    penalty: Mapping[tuple[str, str], int] | None = None,
    summed: Sequence[SummedLimit] | None = None,
    distinct: Sequence[DistinctLimit] | None = None,
    not_ok: Iterable[str] = (),
    standing_penalty: Mapping[str, int] | None = None,
) -> Eligibility:
    """An eligibility with one row for each patient, in the order of the snapshot.

    `allowed` names the providers of every patient (all of them where it is None or lacks the patient);
    `penalty` the soft points of pairs; `not_ok` patients whose standing pair breaks a rule. Limits are
    those of `panel` and `facilities` unless given.
    """
    providers, patients = of.provider_ids, of.patient_ids
    chosen = [sorted(map(providers.index, (allowed or {}).get(each, providers))) for each in patients]
    arcs = [(who, whom) for who, row in enumerate(chosen) for whom in row]
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in chosen], dtype=np.int64)])
    points = np.array([(penalty or {}).get((patients[i], providers[p]), 0) for i, p in arcs], np.int32)
    owner = standing(of, slot).owner
    soft = np.array([(standing_penalty or {}).get(each, 0) for each in patients], np.int32)
    counts = np.array([[len(providers), len(row)] for row in chosen], np.int32).reshape(-1, 2)
    return Eligibility(
        slot,
        np.where(population(of, slot), np.arange(len(patients)), -1).astype(np.int32),
        indptr,
        np.array([p for _, p in arcs], np.int32),
        points,
        {"soft": points} if points.any() else {},
        tuple([panel(of, arcs, slot=slot)] if summed is None else summed),
        tuple([facilities(of)] if distinct is None else distinct),
        owner,
        np.array([owner[i] >= 0 and each not in set(not_ok) for i, each in enumerate(patients)], np.int8),
        soft,
        Funnel(("allowed",), ("May take the patient",), counts),
        RuleStamp("test", 1, "0" * 64),
    )


def grouped(each: Eligibility) -> Eligibility:
    """The same eligibility with one row for all patients whose arcs, penalties and uses are equal."""
    start = each.indptr.tolist()
    rows: dict[tuple[Any, ...], int] = {}
    number = []
    for row in range(len(start) - 1):
        span = slice(start[row], start[row + 1])
        columns = [each.provider, each.penalty, *(limit.use for limit in each.summed)]
        number.append(rows.setdefault(tuple(tuple(column[span]) for column in columns), row))
    kept = sorted(rows.values())
    arcs = np.concatenate([np.arange(start[row], start[row + 1]) for row in kept] or [np.zeros(0, int)])
    arcs = arcs.astype(int)
    position = np.array([kept.index(row) for row in number], np.int32)
    return replace(
        each,
        row=np.where(each.row >= 0, np.append(position, -1)[each.row], -1).astype(np.int32),
        indptr=np.concatenate([[0], np.cumsum(np.diff(each.indptr)[kept], dtype=np.int64)]),
        provider=each.provider[arcs],
        penalty=each.penalty[arcs],
        penalties={rule: points[arcs] for rule, points in each.penalties.items()},
        summed=tuple(replace(limit, use=limit.use[arcs]) for limit in each.summed),
        funnel=replace(each.funnel, remaining=each.funnel.remaining[kept]),
    )


def arcs_of(of: Snapshot, allowed: Mapping[str, Sequence[str]] | None = None) -> list[tuple[int, int]]:
    """The (patient, provider) rows of `eligibility`'s arcs, for limits made by hand."""
    providers = of.provider_ids
    return [
        (who, whom)
        for who, each in enumerate(of.patient_ids)
        for whom in sorted(map(providers.index, (allowed or {}).get(each, providers)))
    ]


def panel(
    of: Snapshot, arcs: Sequence[tuple[int, int]], target: float = 1.0, slot: Slot = PRIMARY
) -> SummedLimit:
    """The panel: `panel_weight` against `max_panel`; the target is a share of the maximum."""
    return summed_limit(of, arcs, "panel", "panel_weight", "max_panel", target, slot)


def summed_limit(
    of: Snapshot,
    arcs: Sequence[tuple[int, int]],
    name: str,
    column: str,
    maximum: str,
    target: float = 1.0,
    slot: Slot = PRIMARY,
) -> SummedLimit:
    """A summed limit from a column of patients and one of providers; no target where it is 1."""
    use = np.rint(np.array(of.patients[column].to_pylist(), float) * UNIT).astype(np.int32)
    most = [NO_LIMIT if each is None else round(each * UNIT) for each in of.providers[maximum].to_pylist()]
    aim = [NO_LIMIT if each == NO_LIMIT or target == 1.0 else round(each * target) for each in most]
    owner = standing(of, slot).owner
    return SummedLimit(
        name,
        name.capitalize(),
        "units",
        use[np.array([i for i, _ in arcs], int)],
        np.where(owner >= 0, use, 0).astype(np.int32),
        np.array(most, np.int64),
        np.array(aim, np.int64),
    )


def facilities(of: Snapshot, target: float = 1.0) -> DistinctLimit:
    """Different facilities against `max_facilities`; no target where it is 1."""
    most = [NO_LIMIT if each is None else each for each in of.providers["max_facilities"].to_pylist()]
    aim = [NO_LIMIT if each == NO_LIMIT or target == 1.0 else round(each * target * UNIT) for each in most]
    key = of.positions("facilities", of.patients["facility_id"])
    return DistinctLimit(
        "facilities",
        "Facilities",
        "facilities",
        key,
        tuple(of.facility_ids),
        np.array(most, np.int64),
        np.array(aim, np.int64),
    )
