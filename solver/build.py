"""From a snapshot and the rules' verdict to a problem in integers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from data.eligibility import Eligibility
from data.objective import Objective, TermName
from data.scope import Scope
from data.snapshot import Snapshot
from data.standing import Standing
from solver.arcs import Arcs, arcs_of_kinds, kinds
from solver.costs import COST_UNIT, Charge, charges, crowding
from solver.loads import DistinctLoad
from solver.merging import Classes, classes
from solver.problem import (
    NO_LIMIT,
    Budget,
    Costs,
    DistinctResource,
    Excess,
    Problem,
    ProblemError,
    SummedResource,
)
from solver.subjects import Subjects, subjects

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]

MOST_WEIGHT = 10**12
"""Points for one unit of a term: below, every patient's costs are exact. The problem checks their sum."""

MOVES = "moves"
"""Id of the budget on moves away from providers at work."""


@dataclass(frozen=True)
class Planning:
    """The problem, and everything needed to come back from a flow to patients.

    `classes` has the members of every class; `left[name][c]` is what leaving out one member of class c
    costs by term; `pairs[d]` are the pairs that distinct resource d numbers and `opening[d]` their costs;
    `charges` are on whole loads of summed limits, `crowding` on numbers of open pairs of distinct ones.
    """

    subjects: Subjects
    scope: Scope
    problem: Problem
    classes: Classes
    left: dict[TermName, Int64]
    pairs: tuple[Int64, ...]
    opening: tuple[Int64, ...]
    charges: tuple[Charge, ...]
    crowding: tuple[Charge, ...]
    notes: tuple[str, ...]

    @property
    def arcs(self) -> Arcs:
        """What is known of the problem's arcs."""
        return self.classes.arcs

    @property
    def standing_flow(self) -> Int32:
        """The flow that changes nothing: everybody who has somebody at work stays. Always feasible."""
        return np.where(self.arcs.stay, self.problem.count[self.arcs.owner], 0).astype(np.int32)


def build_problem(
    snapshot: Snapshot,
    standing: Standing,
    eligibility: Eligibility,
    objective: Objective,
    scope: Scope,
    pins: pa.Table | None = None,
) -> Planning:
    """Put one slot into integers.

    `snapshot` is as the scenario would have it and looked at on the effective day; `standing` and
    `eligibility` are of that day and slot; `pins` replaces the snapshot's table. Raises ContradictionError
    where pins contradict each other, ValueError where the rules were evaluated for other owners or
    the objective does not say what a patient without a provider costs, ProblemError where weights are so
    large that sums could overflow.
    """
    if objective.weight("unassigned") <= 0:
        raise ValueError(f"objective {objective.name} needs a weight for the term unassigned")
    heavy = tuple(
        f"objective {objective.name}: {term.name} weighs {term.weight}; more than {MOST_WEIGHT:,} cannot be "
        "summed exactly, give all weights in larger points"
        for term in objective.terms
        if term.weight > MOST_WEIGHT
    )
    if heavy:
        raise ProblemError(heavy)
    whole = subjects(snapshot, standing, eligibility, objective, scope, pins)
    kind, example = kinds(whole)
    who = np.flatnonzero(whole.movable).astype(np.int32)
    grouped = classes(arcs_of_kinds(whole, example), kind, who, whole.households.bound[who])
    arcs = grouped.arcs
    left: dict[TermName, Int64] = {
        "unassigned": grouped.of_one_unit(whole.unassigned),
        "continuity": grouped.of_one_unit(whole.continuity),
    }
    pairs = tuple(_pairs(load, pair) for load, pair in zip(whole.distinct, arcs.pairs, strict=True))
    opening = tuple(
        np.where(np.isin(known, load.today), 0, np.int64(objective.weight("opening") * COST_UNIT))
        for load, known in zip(whole.distinct, pairs, strict=True)
    )
    on_loads, on_pairs = charges(objective, whole.summed), crowding(objective, whole.distinct)
    problem = Problem(
        len(whole.working),
        grouped.count,
        arcs.indptr,
        arcs.provider,
        _tiers(whole, arcs, left, opening, on_loads, on_pairs),
        tuple(
            SummedResource(load.limit.id, use, load.capacity)
            for load, use in zip(whole.summed, arcs.uses, strict=True)
        ),
        tuple(
            _distinct(load, known, pair)
            for load, known, pair in zip(whole.distinct, pairs, arcs.pairs, strict=True)
        ),
        _budgets(whole, arcs),
        name=f"{objective.name} {standing.slot}",
    )
    notes = _notes(whole, grouped.split)
    return Planning(whole, scope, problem, grouped, left, pairs, opening, on_loads, on_pairs, notes)


def _pairs(load: DistinctLoad, pair: Int64) -> Int64:
    """All pairs that an arc could open or that are held open by those who may not move, ascending."""
    return np.sort(pd.unique(np.concatenate([pair[pair >= 0], load.fixed])))


def _distinct(load: DistinctLoad, known: Int64, pair: Int64) -> DistinctResource:
    number = np.full(len(pair), -1, np.int32)
    number[pair >= 0] = pd.Index(known).get_indexer(pd.Index(pair[pair >= 0]))
    provider = load.providers_of(known).astype(np.int32)
    return DistinctResource(load.limit.id, number, provider, np.isin(known, load.fixed), load.capacity)


def _budgets(whole: Subjects, arcs: Arcs) -> tuple[Budget, ...]:
    most = whole.objective.max_moves
    if most is None:
        return ()
    owned = np.zeros(len(arcs.indptr) - 1, np.bool_)
    owned[arcs.owner[arcs.stay]] = True
    use = np.where(owned[arcs.owner] & ~arcs.stay, arcs.patients, 0).astype(np.int32)
    return (Budget(MOVES, use, most),)


def _tiers(
    whole: Subjects,
    arcs: Arcs,
    left: dict[TermName, Int64],
    opening: tuple[Int64, ...],
    on_loads: tuple[Charge, ...],
    on_pairs: tuple[Charge, ...],
) -> tuple[Costs, ...]:
    """One objective for each group of terms; terms that no group names form the last."""
    groups = list(whole.objective.groups)
    named = {name for group in groups for name in group}
    rest = tuple(term.name for term in whole.objective.terms if term.name not in named)
    groups = [group for group in (*groups, rest) if any(map(whole.objective.weight, group))]
    nothing = np.zeros(len(arcs.provider), np.int64), np.zeros(len(arcs.indptr) - 1, np.int64)
    tiers = []
    for group in groups or [()]:
        charged = [each for each in on_loads if each.term in group]
        tiers.append(
            Costs(
                sum((cost for name, cost in arcs.terms.items() if name in group), nothing[0]),
                sum((cost for name, cost in left.items() if name in group), nothing[1]),
                opening if "opening" in group else tuple(np.zeros_like(each) for each in opening),
                tuple(_excess(whole, each) for each in charged),
                sum(_constant(whole, each) for each in charged),
                " + ".join(group) if len(groups) > 1 else "total",
                tuple(
                    Excess(each.limit, each.threshold, each.slope) for each in on_pairs if each.term in group
                ),
            )
        )
    return tuple(tiers)


def _excess(whole: Subjects, charge: Charge) -> Excess:
    below = np.maximum(charge.threshold - whole.summed[charge.limit].fixed, 0)
    return Excess(charge.limit, np.where(charge.threshold >= NO_LIMIT, NO_LIMIT, below), charge.slope)


def _constant(whole: Subjects, charge: Charge) -> int:
    """What those who may not move cost in any case."""
    above = np.maximum(whole.summed[charge.limit].fixed - charge.threshold, 0)
    return int((above * charge.slope).sum())


def _notes(whole: Subjects, split: int) -> tuple[str, ...]:
    notes = []
    if whole.households.apart:
        notes.append(f"households with several providers today, planned apart: {whole.households.apart}")
    if split:
        notes.append(f"households split because nobody could take them whole: {split}")
    return tuple(notes)
