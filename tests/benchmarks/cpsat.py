"""CP-SAT on the plain class model, as one would write it first."""

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from solver.problem import NO_LIMIT, Excess, Problem
from solver.verify import left_out, load_of, newly_open, pairs_of

Flow = npt.NDArray[np.int32]


def solve_plainly(
    problem: Problem, hint: Flow, seconds: float, seed: int, workers: int
) -> tuple[Flow, float]:
    """The best flow found within the time (`hint` where none is), and CP-SAT's bound.

    One integer variable for each arc and each class's members left out, one boolean for each pair, one
    integer for each excess of use or of pairs. Building the model is not part of the time.
    """
    (costs,) = problem.tiers
    model = cp_model.CpModel()
    most = problem.count[problem.class_of_arc]
    flow = [model.new_int_var(0, int(each), "") for each in most]
    left = [model.new_int_var(0, int(each), "") for each in problem.count]
    for group in range(problem.classes):
        arcs = flow[problem.indptr[group] : problem.indptr[group + 1]]
        model.add(cp_model.LinearExpr.sum([*arcs, left[group]]) == int(problem.count[group]))
    terms = [*flow, *left]
    weights = [*costs.arc.tolist(), *costs.unassigned.tolist()]
    arcs_of = _arcs_of_providers(problem)
    _add_summed(model, problem, flow, arcs_of)
    pairs, opening = _pairs(model, problem, flow, most)
    for variables, each in (
        (pairs, opening),
        _excesses(model, problem, flow, arcs_of),
        _crowding(model, problem, pairs),
    ):
        terms += variables
        weights += each
    for budget in problem.budgets:
        used = np.flatnonzero(budget.use)
        model.add(cp_model.LinearExpr.weighted_sum(_at(flow, used), budget.use[used].tolist()) <= budget.most)
    model.minimize(cp_model.LinearExpr.weighted_sum(terms, weights) + int(costs.constant))
    _hint(model, problem, terms, hint)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.num_workers = workers
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return hint, 0.0
    found = np.array([solver.value(variable) for variable in flow], dtype=np.int32)
    return found, solver.best_objective_bound


def _hint(model: cp_model.CpModel, problem: Problem, variables: list[cp_model.IntVar], flow: Flow) -> None:
    """A value for every variable: of arcs, classes, pairs, excesses and pairs too many, in this order."""
    wide = flow.astype(np.int64)
    values = [flow, left_out(problem, flow)]
    values += [newly_open(distinct, flow)[~distinct.pair_open] for distinct in problem.distinct]
    for excess in problem.tiers[0].excess:
        load = load_of(problem, problem.summed[excess.resource].use, wide)
        charged = _charged(excess)
        values.append(np.maximum(load - excess.threshold, 0)[charged])
    for excess in problem.tiers[0].crowding:
        count = pairs_of(problem.distinct[excess.resource], flow)
        values.append(np.maximum(count - excess.threshold, 0)[_charged(excess)])
    for variable, value in zip(variables, np.concatenate(values).tolist(), strict=True):
        model.add_hint(variable, int(value))


def _charged(excess: Excess) -> npt.NDArray[np.int64]:
    """Providers whose excess costs anything."""
    return np.flatnonzero((excess.slope > 0) & (excess.threshold < NO_LIMIT))


def _arcs_of_providers(problem: Problem) -> list[npt.NDArray[np.int64]]:
    order = np.argsort(problem.provider, kind="stable")
    ends = np.cumsum(np.bincount(problem.provider, minlength=problem.providers))
    return np.split(order, ends[:-1])


def _at(variables: list[cp_model.IntVar], where: npt.NDArray[np.int64]) -> list[cp_model.IntVar]:
    return [variables[each] for each in where]


def _add_summed(
    model: cp_model.CpModel,
    problem: Problem,
    flow: list[cp_model.IntVar],
    arcs_of: list[npt.NDArray[np.int64]],
) -> None:
    for resource in problem.summed:
        for provider in np.flatnonzero(resource.capacity < NO_LIMIT):
            arcs = arcs_of[provider]
            load = cp_model.LinearExpr.weighted_sum(_at(flow, arcs), resource.use[arcs].tolist())
            model.add(load <= int(resource.capacity[provider]))


def _pairs(
    model: cp_model.CpModel, problem: Problem, flow: list[cp_model.IntVar], most: Flow
) -> tuple[list[cp_model.IntVar], list[int]]:
    """A boolean for each pair that is not open anyway, and what it costs."""
    variables: list[cp_model.IntVar] = []
    weights: list[int] = []
    for distinct, opening in zip(problem.distinct, problem.tiers[0].opening, strict=True):
        closed = np.flatnonzero(~distinct.pair_open)
        opens = {int(pair): model.new_bool_var("") for pair in closed}
        for arc in np.flatnonzero(distinct.pair >= 0):
            if int(distinct.pair[arc]) in opens:
                model.add(flow[arc] <= int(most[arc]) * opens[int(distinct.pair[arc])])
        for provider in range(problem.providers):
            here = closed[distinct.pair_provider[closed] == provider]
            if len(here) > distinct.room[provider]:
                total = cp_model.LinearExpr.sum([opens[int(pair)] for pair in here])
                model.add(total <= int(distinct.room[provider]))
        variables += opens.values()
        weights += opening[closed].tolist()
    return variables, weights


def _excesses(
    model: cp_model.CpModel,
    problem: Problem,
    flow: list[cp_model.IntVar],
    arcs_of: list[npt.NDArray[np.int64]],
) -> tuple[list[cp_model.IntVar], list[int]]:
    """An integer for each provider's use above each threshold, and its slope."""
    variables: list[cp_model.IntVar] = []
    weights: list[int] = []
    for excess in problem.tiers[0].excess:
        use = problem.summed[excess.resource].use
        for provider in _charged(excess):
            arcs = arcs_of[provider]
            largest = int((use[arcs].astype(np.int64) * problem.count[problem.class_of_arc[arcs]]).sum())
            above = model.new_int_var(0, max(largest - int(excess.threshold[provider]), 0), "")
            load = cp_model.LinearExpr.weighted_sum(_at(flow, arcs), use[arcs].tolist())
            model.add(above >= load - int(excess.threshold[provider]))
            variables.append(above)
            weights.append(int(excess.slope[provider]))
    return variables, weights


def _crowding(
    model: cp_model.CpModel, problem: Problem, pairs: list[cp_model.IntVar]
) -> tuple[list[cp_model.IntVar], list[int]]:
    """An integer for each provider's open pairs above each threshold, and its slope; `pairs` as `_pairs`."""
    variables: list[cp_model.IntVar] = []
    weights: list[int] = []
    closed = [np.flatnonzero(~distinct.pair_open) for distinct in problem.distinct]
    first = np.cumsum([0, *map(len, closed)])
    for excess in problem.tiers[0].crowding:
        distinct, own = problem.distinct[excess.resource], closed[excess.resource]
        for provider in _charged(excess):
            here = first[excess.resource] + np.flatnonzero(distinct.pair_provider[own] == provider)
            beyond = int(distinct.held[provider] - excess.threshold[provider])
            above = model.new_int_var(0, max(len(here) + beyond, 0), "")
            model.add(above >= cp_model.LinearExpr.sum(_at(pairs, here)) + beyond)
            variables.append(above)
            weights.append(int(excess.slope[provider]))
    return variables, weights
