"""Plans side by side: the same rows for all of them, the best value of every row marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow.compute as pc

from data.plan import Plan

Better = Literal["less", "more", "neither"]


@dataclass(frozen=True)
class Row:
    """One figure of every plan, in the order of the plans (None: the plan does not have it).

    `best` are the positions of the best values; empty where all are equal or none is better than others.
    """

    group: str
    name: str
    values: tuple[float | None, ...]
    better: Better
    best: tuple[int, ...]


@dataclass(frozen=True)
class Comparison:
    """`plan_ids` and `titles` are the columns. `notes` say what makes the columns hard to compare."""

    plan_ids: tuple[str, ...]
    titles: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]


def compare(plans: Sequence[Plan]) -> Comparison:
    """Compare two plans or more.

    Terms are in points at the weights of the first plan that has the term, whatever preset each was made
    with. Raises ValueError for fewer than two plans.
    """
    if len(plans) < 2:
        raise ValueError("name two plans or more")
    rows = [*_counts(plans), *_terms(plans), *_limits(plans), *_travel(plans), *_proof(plans)]
    return Comparison(
        tuple(plan.plan_id for plan in plans),
        tuple(plan.header.title for plan in plans),
        tuple(rows),
        tuple(_notes(plans)),
    )


def _row(group: str, name: str, values: Sequence[float | None], better: Better = "less") -> Row:
    known = [value for value in values if value is not None]
    best: tuple[int, ...] = ()
    if better != "neither" and len(set(known)) > 1:
        wanted = min(known) if better == "less" else max(known)
        best = tuple(position for position, value in enumerate(values) if value == wanted)
    return Row(group, name, tuple(values), better, best)


def _counts(plans: Sequence[Plan]) -> list[Row]:
    kinds: tuple[tuple[str, str, Better], ...] = (
        ("left", "left without a provider", "less"),
        ("assign", "assigned", "more"),
        ("move", "moved", "less"),
        ("keep", "keep their provider", "more"),
        ("review", "to be reviewed", "less"),
        ("statements", "statements", "less"),
        ("population", "population", "neither"),
    )
    return [
        _row("Patients", title, [float(getattr(plan.header.counts, name)) for plan in plans], better)
        for name, title, better in kinds
    ]


def _terms(plans: Sequence[Plan]) -> list[Row]:
    names = dict.fromkeys(term.name for plan in plans for term in plan.header.terms)
    rows = []
    for name in names:
        units = [_units(plan, name) for plan in plans]
        weight = next(weight for plan in plans if (weight := _weight(plan, name)))
        rows.append(_row("Points", name, [None if unit is None else unit * weight for unit in units]))
    total = [sum(column) for column in zip(*(_filled(row) for row in rows), strict=True)]
    complete = all(value is not None for row in rows for value in row.values)
    return [*rows, _row("Points", "total", total)] if rows and complete else rows


def _filled(row: Row) -> list[float]:
    return [value or 0.0 for value in row.values]


def _weight(plan: Plan, name: str) -> int:
    terms = plan.header.objective.terms if plan.header.objective else ()
    return next((term.weight for term in terms if term.name == name), 0)


def _units(plan: Plan, name: str) -> float | None:
    """How often the term's unit occurs after the plan; None where the plan's objective does not weigh it."""
    weight = _weight(plan, name)
    after = next((term.after for term in plan.header.terms if term.name == name), None)
    return after / weight if weight and after is not None else None


def _limits(plans: Sequence[Plan]) -> list[Row]:
    titles = {
        row["limit_id"]: row["title"]
        for plan in plans
        for row in plan["loads"].group_by(["limit_id", "title"]).aggregate([]).to_pylist()
    }
    rows = []
    for limit, title in titles.items():
        rows.append(_row("Limits", f"{title}: fullest, %", [_fullest(plan, limit) for plan in plans]))
        rows.append(
            _row(
                "Limits",
                f"{title}: providers above target",
                [_above(plan, limit, "target") for plan in plans],
            )
        )
        rows.append(
            _row(
                "Limits",
                f"{title}: providers above maximum",
                [_above(plan, limit, "maximum") for plan in plans],
            )
        )
    return [row for row in rows if any(value is not None for value in row.values)]


def _fullest(plan: Plan, limit: str) -> float | None:
    loads = plan["loads"].filter(pc.equal(plan["loads"]["limit_id"], limit))
    loads = loads.filter(pc.greater(loads["maximum"], 0))
    share = pc.max(pc.divide(loads["after"], loads["maximum"])).as_py()
    return None if share is None else 100 * float(share)


def _above(plan: Plan, limit: str, column: str) -> float | None:
    loads = plan["loads"].filter(pc.equal(plan["loads"]["limit_id"], limit))
    above = pc.greater(loads["after"], loads[column])
    return None if above.null_count == len(above) else float(pc.sum(above).as_py() or 0)


def _travel(plans: Sequence[Plan]) -> list[Row]:
    return [
        _row("Changes", "mean miles before", [_mean(plan, "miles_before") for plan in plans], "neither"),
        _row("Changes", "mean miles after", [_mean(plan, "miles_after") for plan in plans]),
    ]


def _mean(plan: Plan, column: str) -> float | None:
    mean: float | None = pc.mean(plan["moves"][column]).as_py()
    return mean


def _proof(plans: Sequence[Plan]) -> list[Row]:
    gaps = [100 * plan.header.outcome.gap if plan.header.outcome else None for plan in plans]
    seconds = [plan.header.outcome.seconds if plan.header.outcome else None for plan in plans]
    return [_row("Proof", "gap to the proven bound, %", gaps), _row("Proof", "seconds", seconds, "neither")]


def _notes(plans: Sequence[Plan]) -> list[str]:
    headers = [plan.header for plan in plans]
    differing = (
        ("made from different revisions of the data", {header.base_revision for header in headers}),
        ("for different slots", {str(header.slot) for header in headers}),
        ("for different scopes", {str(header.scope) for header in headers}),
        ("effective on different days", {header.effective_on.isoformat() for header in headers}),
        ("by different rules", {header.rules.digest if header.rules else "" for header in headers}),
    )
    return [f"The plans are {what}." for what, values in differing if len(values) > 1]
