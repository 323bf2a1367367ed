"""Whom one patient could have, what each would cost, and what the room is worth that each would take."""

from dataclasses import dataclass

import numpy as np

from solver.build import Planning
from solver.costs import COST_UNIT
from solver.names import Names
from solver.problem import Int64
from solver.result import Result


@dataclass(frozen=True)
class Option:
    """One provider whom the patient (with the household, where it goes as one) could have.

    `terms` are the points by term of the objective; `room` is the shadow price of the room that the patient
    takes there: what others lose by it, in points (of the last tier); `total` is the sum.
    """

    provider_id: str
    name: str
    chosen: bool
    today: bool
    terms: tuple[tuple[str, float], ...]
    room: float
    total: float


def options_of(planning: Planning, result: Result, patient: int, chosen: str) -> tuple[Option, ...]:
    """Every option of the patient (a row of the snapshot), the cheapest first.

    Empty for patients who are not part of the problem. Where the result brings no prices, room is free.
    """
    group = _class_of(planning, patient)
    if group < 0:
        return ()
    problem, arcs = planning.problem, planning.arcs
    span = np.arange(problem.indptr[group], problem.indptr[group + 1])
    room = _room(planning, result, span)
    ids, names = planning.subjects.snapshot.provider_ids, Names(planning.subjects.snapshot).provider
    found = []
    for place, arc in enumerate(span.tolist()):
        provider = int(arcs.provider[arc])
        terms = tuple((name, cost[arc] / COST_UNIT) for name, cost in arcs.terms.items() if cost[arc])
        total = sum(points for _, points in terms) + room[place]
        found.append(
            Option(
                ids[provider],
                names[provider],
                ids[provider] == chosen,
                bool(arcs.stay[arc]),
                terms,
                float(room[place]),
                float(total),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.total, each.provider_id)))


def _class_of(planning: Planning, patient: int) -> int:
    """The patient's class, -1 for those who are not part of the problem."""
    classes = planning.classes
    places = np.flatnonzero(classes.patients == patient)
    if not len(places):
        return -1
    unit = np.searchsorted(classes.patient_start, places[0], "right") - 1
    return int(np.searchsorted(classes.unit_start, unit, "right") - 1)


def _room(planning: Planning, result: Result, arcs: Int64) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Use times price over the summed limits, in points; facility places are shared, so not charged."""
    total = np.zeros(len(arcs))
    provider = planning.problem.provider[arcs]
    for resource, price in zip(planning.problem.summed, result.prices, strict=bool(result.prices)):
        total += resource.use[arcs] * price[provider] / COST_UNIT
    return total
