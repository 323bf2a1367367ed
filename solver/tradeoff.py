"""The trade-off between two aims: one planning solved for several budgets of moves, or exchange rates."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from data.objective import Objective, TermName
from solver.build import Planning, build_problem
from solver.carry import flow_of_providers
from solver.clock import Clock
from solver.costs import COST_UNIT
from solver.measure import term_costs
from solver.params import Params
from solver.planning import arcs_of_patients
from solver.problem import Int32
from solver.result import Result
from solver.solve import silent, solve
from solver.warm_up import ready

MOVES = "moves"
"""The aim that is not a term: how many patients leave a provider at work."""

FARTHEST = 16.0
"""The exchange rate goes from one sixteenth of the preset's to sixteen times that."""


@dataclass(frozen=True)
class Point:
    """One solved point: `x` and `y` are the two aims (moves, or points at the preset's own weights).

    `dominated`: another point is at least as good in both and better in one. `planning` is the planning
    with this point's budget or weights, `result` what was found for it.
    """

    label: str
    x: float
    y: float
    moves: int
    total: float
    dominated: bool
    planning: Planning
    result: Result


@dataclass(frozen=True)
class _Solved:
    label: str
    planning: Planning
    result: Result

    @property
    def flow(self) -> Int32:
        """What is held; doing nothing where that is nothing."""
        return self.planning.standing_flow if self.result.flow is None else self.result.flow


def tradeoff(
    planning: Planning,
    x: str = MOVES,
    y: TermName = "balance",
    points: int = 7,
    params: Params | None = None,
    on_point: Callable[[int, str], None] = lambda _number, _label: None,
) -> tuple[Point, ...]:
    """Solve `points` times and say what each aim costs the other, by ascending `x`.

    `x` is `moves` (budgets from none to as many as the preset would make) or a term (its exchange rate
    against `y` varies). The points share the time of `params`. Raises ValueError with all that is wrong.
    """
    _refuse(planning, x, y, points)
    given = params or Params()
    ready(given, silent)
    clock = Clock(given, silent)
    tell = _Telling(on_point)
    if x == MOVES:
        solved = _by_budget(planning, points, given, clock, tell)
    else:
        solved = _by_weight(planning, y, points, given, clock, tell)
    base = planning.subjects.objective
    aims = [(_aim(each, x, base), _aim(each, y, base)) for each in solved]
    made = [
        Point(
            label=each.label,
            x=at[0],
            y=at[1],
            moves=moves_of(each.planning, each.flow),
            total=sum(_points(each, term.name, base) for term in base.terms),
            dominated=_dominated(number, aims),
            planning=each.planning,
            result=each.result,
        )
        for number, (each, at) in enumerate(zip(solved, aims, strict=True))
    ]
    return tuple(sorted(made, key=lambda point: (point.x, point.y)))


def moves_of(planning: Planning, flow: Int32) -> int:
    """Patients who leave a provider at work for another."""
    arcs = planning.arcs
    owned = np.zeros(planning.problem.classes, np.bool_)
    owned[arcs.owner[arcs.stay]] = True
    moved = owned[arcs.owner] & ~arcs.stay
    return int(flow[moved].astype(np.int64) @ arcs.patients[moved])


@dataclass
class _Telling:
    """Counts the points as they are begun."""

    on_point: Callable[[int, str], None]
    number: int = 0

    def __call__(self, label: str) -> None:
        self.number += 1
        self.on_point(self.number, label)


def _refuse(planning: Planning, x: str, y: str, points: int) -> None:
    objective = planning.subjects.objective
    weighted = [term.name for term in objective.terms if term.weight]
    wrong = [
        f"{aim!r} has no weight in {objective.name}; choose one of {', '.join(weighted)}"
        for aim in (x, y)
        if aim not in weighted and not (aim == MOVES and aim == x)
    ]
    if x == y:
        wrong.append(f"both aims are {x!r}; name two different ones")
    if points < 2:
        wrong.append(f"{points} points show no trade-off; ask for 2 or more")
    if x != MOVES and len(planning.problem.tiers) > 1:
        wrong.append(f"{objective.name} has strict tiers, so that weights do not trade; use {MOVES!r}")
    if wrong:
        raise ValueError("; ".join(wrong))


def _share(params: Params, clock: Clock, still: int) -> Params:
    return replace(params, seconds=max(clock.seconds_left / max(still, 1), 0.1))


def _by_budget(
    planning: Planning, points: int, params: Params, clock: Clock, tell: Callable[[str], None]
) -> list[_Solved]:
    """First without a budget, then from no moves upwards, each beginning with the one before."""
    tell("no budget")
    free = replace(planning, problem=replace(planning.problem, budgets=()))
    found = solve(free.problem, _share(params, clock, points), planning.standing_flow)
    free = _rebuilt(free, replace(planning.subjects.objective, max_moves=None))
    last = _Solved("no budget", free, found)
    most = moves_of(free, last.flow)
    budgets = np.unique(np.linspace(0, most, points).round().astype(np.int64))[:-1].tolist()
    solved: list[_Solved] = []
    flow = planning.standing_flow
    for number, budget in enumerate(budgets):
        label = f"at most {budget:,} moves"
        tell(label)
        limited = _rebuilt(planning, replace(planning.subjects.objective, max_moves=budget))
        result = solve(limited.problem, _share(params, clock, len(budgets) - number), flow)
        solved.append(_Solved(label, limited, result))
        flow = solved[-1].flow
    return [*solved, last]


def _by_weight(
    planning: Planning, y: TermName, points: int, params: Params, clock: Clock, tell: Callable[[str], None]
) -> list[_Solved]:
    """The weight of `y` from little to much, each point beginning with the one before."""
    objective = planning.subjects.objective
    own, solved = objective.weight(y), list[_Solved]()
    weights = np.unique(np.maximum(np.geomspace(own / FARTHEST, own * FARTHEST, points).round(), 1))
    provider: npt.NDArray[np.int32] | None = None
    for number, weight in enumerate(weights.astype(np.int64).tolist()):
        label = f"{y} weighs {weight:,}"
        tell(label)
        terms = tuple(replace(term, weight=weight) if term.name == y else term for term in objective.terms)
        other = _rebuilt(planning, replace(objective, terms=terms))
        start = other.standing_flow if provider is None else flow_of_providers(other, provider)
        result = solve(other.problem, _share(params, clock, len(weights) - number), start)
        solved.append(_Solved(label, other, result))
        arc = arcs_of_patients(other, solved[-1].flow)
        provider = np.append(other.arcs.provider, np.int32(-1))[arc]  # -1, the last, is nobody
    return solved


def _rebuilt(planning: Planning, objective: Objective) -> Planning:
    """The same people under another objective."""
    whole = planning.subjects
    return build_problem(whole.snapshot, whole.standing, whole.eligibility, objective, planning.scope)


def _aim(solved: _Solved, aim: str, base: Objective) -> float:
    if aim == MOVES:
        return float(moves_of(solved.planning, solved.flow))
    return next(_points(solved, term.name, base) for term in base.terms if term.name == aim)


def _points(solved: _Solved, term: TermName, base: Objective) -> float:
    """The term's points at the weights of the preset itself."""
    cost = term_costs(solved.planning, solved.flow)[term] / COST_UNIT
    own = solved.planning.subjects.objective.weight(term)
    return cost * base.weight(term) / own if own else 0.0


def _dominated(number: int, aims: list[tuple[float, float]]) -> bool:
    """Whether another point is as good in both aims and better in one, or the same and earlier."""
    x, y = aims[number]
    better = [
        a <= x and b <= y and (a < x or b < y or other < number)
        for other, (a, b) in enumerate(aims)
        if other != number
    ]
    return any(better)


def slopes(points: tuple[Point, ...]) -> tuple[float, ...]:
    """What one more unit of `x` gains in `y` between neighboring points that are not dominated."""
    kept = [point for point in points if not point.dominated]
    return tuple((a.y - b.y) / (b.x - a.x) for a, b in pairwise(kept))
