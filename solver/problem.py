"""The problem in integers: classes of interchangeable patients, arcs, limits, costs.

This is all that the engine sees. See "The optimization model" in the README for the mathematics. Literature's
generalized assignment problem (GAP) is the special case of classes of one, one summed limit with
arc-dependent use, and no distinct limit.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

NO_LIMIT = np.int64(1) << np.int64(60)
"""Capacity or threshold of a provider who has none."""

LARGEST_SUM = 1 << 62
"""No sum of costs or loads may reach this: below it, 64-bit integers are exact."""


class ProblemError(ValueError):
    """The arrays do not form a problem; `problems` says all that is wrong."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True)
class SummedResource:
    """sum over arcs a of p: use[a] * flow[a] <= capacity[p].

    `use[a] >= 0` is the use of one member of the arc's class. `capacity[p] >= 0` is what is left after
    patients who are not part of the problem (NO_LIMIT: unlimited).
    """

    id: str
    use: Int32
    capacity: Int64


@dataclass(frozen=True)
class DistinctResource:
    """Number of open pairs of p <= capacity[p]; a pair is open when one of its arcs has flow.

    `pair[a]` is the arc's pair, -1 where its class has no key. All arcs of a pair go to one provider,
    `pair_provider`. Pairs with `pair_open` are open anyway (patients outside the problem hold them open):
    they use capacity; where they alone exceed it, the provider can open no other.
    """

    id: str
    pair: Int32
    pair_provider: Int32
    pair_open: Bool
    capacity: Int64

    @cached_property
    def held(self) -> Int64:
        """Number of pairs of each provider that are open anyway."""
        return np.bincount(self.pair_provider[self.pair_open], minlength=len(self.capacity))

    @cached_property
    def room(self) -> Int64:
        """Number of pairs each provider may open beside those that are open anyway."""
        return np.maximum(self.capacity - self.held, 0)

    def pairs_of(self, arcs: Int64) -> Int64:
        """The pairs of some arcs, each once, ascending."""
        pairs = np.unique(self.pair[arcs].astype(np.int64))
        return pairs[pairs >= 0]


@dataclass(frozen=True)
class Excess:
    """Convex cost of one resource: slope[p] * max(0, load[p] - threshold[p]).

    The load of a distinct resource is its number of open pairs, those open anyway included. Several of one
    resource add up to any convex piecewise linear cost.
    """

    resource: int
    threshold: Int64
    slope: Int64


@dataclass(frozen=True)
class Costs:
    """One objective: constant + arcs + members left out + pairs opened + excesses, all >= 0.

    `arc[a]` and `unassigned[c]` are for one member; `opening[d][o]` is for opening pair o of distinct
    resource d (not charged where `pair_open`). Resources of `excess` are summed ones, those of `crowding`
    distinct ones.
    """

    arc: Int64
    unassigned: Int64
    opening: tuple[Int64, ...] = ()
    excess: tuple[Excess, ...] = ()
    constant: int = 0
    name: str = "total"
    crowding: tuple[Excess, ...] = ()


@dataclass(frozen=True)
class Budget:
    """A global budget: sum over arcs of use[a] * flow[a] <= most (for example the number of moves)."""

    id: str
    use: Int32
    most: int


@dataclass(frozen=True)
class Problem:
    """Place `count[c]` members of every class c on its arcs, or leave them out.

    Arcs of class c are `indptr[c]:indptr[c + 1]`, provider ascending and distinct within a class. `tiers`
    are minimized one after another (each value fixed as a ceiling for the next); one tier is the weighted
    objective. Raises ProblemError with everything that is wrong.
    """

    providers: int
    count: Int32
    indptr: Int64
    provider: Int32
    tiers: tuple[Costs, ...]
    summed: tuple[SummedResource, ...] = ()
    distinct: tuple[DistinctResource, ...] = ()
    budgets: tuple[Budget, ...] = ()
    name: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        problems = tuple(_faults(self))
        if problems:
            raise ProblemError(problems)

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.count)

    @property
    def arcs(self) -> int:
        """Number of arcs."""
        return len(self.provider)

    @property
    def members(self) -> int:
        """Number of members of all classes."""
        return int(self.count.sum(dtype=np.int64))

    @cached_property
    def class_of_arc(self) -> Int32:
        """Class of every arc."""
        return np.repeat(np.arange(self.classes, dtype=np.int32), np.diff(self.indptr))


def _faults(problem: Problem) -> list[str]:
    faults = _shape_faults(problem)
    if faults:
        return faults
    for costs in problem.tiers:
        faults += _cost_faults(problem, costs)
    for resource in problem.summed:
        if (resource.use < 0).any() or (resource.capacity < 0).any():
            faults.append(f"limit {resource.id}: a use or a capacity is negative")
    for distinct in problem.distinct:
        faults += _distinct_faults(problem, distinct)
    for budget in problem.budgets:
        if (budget.use < 0).any() or budget.most < 0:
            faults.append(f"budget {budget.id}: a use or the most is negative")
    return faults or _size_faults(problem)


def _shape_faults(problem: Problem) -> list[str]:
    faults = []
    arcs, providers = problem.arcs, problem.providers
    indptr = problem.indptr
    spans = len(indptr) == problem.classes + 1 and indptr[0] == 0 and indptr[-1] == arcs
    if not spans or (np.diff(indptr) < 0).any():
        return ["indptr does not span the arcs of every class"]
    if not problem.tiers:
        faults.append("there is no objective: tiers is empty")
    if arcs and not (problem.provider.min() >= 0 and problem.provider.max() < providers):
        faults.append("an arc names a provider that does not exist")
    elif not _ascending(problem):
        faults.append("the providers of a class are not ascending and distinct")
    if (problem.count < 0).any():
        faults.append("a class has a negative count")
    for resource in problem.summed:
        if len(resource.use) != arcs or len(resource.capacity) != providers:
            faults.append(f"limit {resource.id}: use needs {arcs} and capacity {providers} entries")
    for distinct in problem.distinct:
        faults += _pair_faults(problem, distinct)
    faults += [
        f"budget {budget.id}: use needs {arcs} entries"
        for budget in problem.budgets
        if len(budget.use) != arcs
    ]
    return faults


def _ascending(problem: Problem) -> bool:
    step = np.diff(problem.provider)
    within = np.diff(problem.class_of_arc) == 0
    return bool((step[within] > 0).all())


def _pair_faults(problem: Problem, distinct: DistinctResource) -> list[str]:
    pairs = len(distinct.pair_provider)
    if len(distinct.pair) != problem.arcs or len(distinct.capacity) != problem.providers:
        return [
            f"limit {distinct.id}: pair needs {problem.arcs} and capacity {problem.providers} entries",
        ]
    if len(distinct.pair_open) != pairs:
        return [f"limit {distinct.id}: pair_open needs {pairs} entries"]
    if distinct.pair.max(initial=-1) >= pairs or distinct.pair.min(initial=0) < -1:
        return [f"limit {distinct.id}: an arc names a pair that does not exist"]
    if pairs and not (distinct.pair_provider.min() >= 0 and distinct.pair_provider.max() < problem.providers):
        return [f"limit {distinct.id}: a pair names a provider that does not exist"]
    return []


def _cost_faults(problem: Problem, costs: Costs) -> list[str]:
    faults = []
    if len(costs.arc) != problem.arcs or len(costs.unassigned) != problem.classes:
        return [f"objective {costs.name}: arc needs {problem.arcs}, unassigned {problem.classes} entries"]
    if [len(each) for each in costs.opening] != [len(each.pair_provider) for each in problem.distinct]:
        faults.append(f"objective {costs.name}: opening needs one array for each distinct limit")
    if (
        (costs.arc < 0).any()
        or (costs.unassigned < 0).any()
        or any((each < 0).any() for each in costs.opening)
    ):
        faults.append(f"objective {costs.name}: a cost is negative")
    limits = [(each, len(problem.summed)) for each in costs.excess]
    limits += [(each, len(problem.distinct)) for each in costs.crowding]
    for excess, of_its_kind in limits:
        if not 0 <= excess.resource < of_its_kind or (excess.slope < 0).any():
            faults.append(f"objective {costs.name}: an excess names no limit or has a negative slope")
        elif len(excess.threshold) != problem.providers or len(excess.slope) != problem.providers:
            faults.append(f"objective {costs.name}: an excess needs {problem.providers} entries")
    return faults


def _distinct_faults(problem: Problem, distinct: DistinctResource) -> list[str]:
    used = distinct.pair >= 0
    if (distinct.pair_provider[distinct.pair[used]] != problem.provider[used]).any():
        return [f"limit {distinct.id}: an arc's pair belongs to another provider"]
    if (distinct.capacity < 0).any():
        return [f"limit {distinct.id}: a capacity is negative"]
    return []


def _size_faults(problem: Problem) -> list[str]:
    """What could overflow. Sums are taken in floating point, whose rounding is far below the margin."""
    faults = []
    loads = [_largest_load(problem, resource.use) for resource in problem.summed]
    faults += [
        f"limit {resource.id}: the sum of all uses could exceed 2^62; give it in larger units"
        for resource, load in zip(problem.summed, loads, strict=True)
        if load.sum() >= LARGEST_SUM
    ]
    faults += [
        f"budget {budget.id}: the sum of all uses could exceed 2^62; give it in larger units"
        for budget in problem.budgets
        if _largest_load(problem, budget.use).sum() >= LARGEST_SUM
    ]
    faults += [
        f"objective {costs.name}: the sum of all costs could exceed 2^62; give it in larger units"
        for costs in problem.tiers
        if _largest_cost(problem, costs, loads) >= LARGEST_SUM
    ]
    return faults


def _largest_load(problem: Problem, use: Int32) -> npt.NDArray[np.float64]:
    most = use.astype(np.float64) * problem.count[problem.class_of_arc]
    return np.bincount(problem.provider, most, problem.providers).astype(np.float64, copy=False)


def _largest_cost(problem: Problem, costs: Costs, loads: list[npt.NDArray[np.float64]]) -> float:
    dearest = costs.unassigned.astype(np.float64)
    np.maximum.at(dearest, problem.class_of_arc, costs.arc.astype(np.float64))
    total = abs(float(costs.constant)) + float((dearest * problem.count).sum())
    total += sum(float(each.sum(dtype=np.float64)) for each in costs.opening)
    pairs = [np.bincount(each.pair_provider, minlength=problem.providers) for each in problem.distinct]
    charged = [(loads[each.resource], each) for each in costs.excess]
    charged += [(pairs[each.resource].astype(np.float64), each) for each in costs.crowding]
    for load, excess in charged:
        above = np.maximum(load - excess.threshold, 0)
        total += float((above * excess.slope.astype(np.float64)).sum())
    return total
