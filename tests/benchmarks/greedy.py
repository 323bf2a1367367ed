"""What a person with a list does: fill each gap with whoever has most room."""

import numpy as np
import numpy.typing as npt

from solver.problem import NO_LIMIT, Problem
from solver.verify import left_out, load_of

Flow = npt.NDArray[np.int32]


def least_loaded(problem: Problem, flow: Flow) -> Flow:
    """Place those whom `flow` leaves out, classes with the fewest arcs first, within every limit.

    Each goes to the arc whose provider would be the least utilized afterwards (by its fullest limit).
    """
    flow = flow.copy()
    loads = [load_of(problem, each.use, flow.astype(np.int64)) for each in problem.summed]
    opened = [each.pair_open.copy() for each in problem.distinct]
    for distinct, is_open in zip(problem.distinct, opened, strict=True):
        is_open[distinct.pair[(flow > 0) & (distinct.pair >= 0)]] = True
    room = [
        each.capacity - np.bincount(each.pair_provider[is_open], minlength=problem.providers)
        for each, is_open in zip(problem.distinct, opened, strict=True)
    ]
    waiting = left_out(problem, flow)
    for group in np.argsort(np.diff(problem.indptr), kind="stable"):
        arcs = np.arange(problem.indptr[group], problem.indptr[group + 1])
        for _ in range(int(waiting[group])):
            chosen = _best(problem, _within_budgets(problem, flow, arcs), loads, opened, room)
            if chosen < 0:
                break
            flow[chosen] += 1
            _take(problem, chosen, loads, opened, room)
    return flow


def _within_budgets(problem: Problem, flow: Flow, arcs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    for budget in problem.budgets:
        used = int(budget.use.astype(np.int64) @ flow)
        arcs = arcs[used + budget.use[arcs] <= budget.most]
    return arcs


def _best(
    problem: Problem,
    arcs: npt.NDArray[np.int64],
    loads: list[npt.NDArray[np.int64]],
    opened: list[npt.NDArray[np.bool_]],
    room: list[npt.NDArray[np.int64]],
) -> int:
    """The arc with room whose provider is the least utilized, -1 where there is none."""
    who = problem.provider[arcs]
    fits = np.ones(len(arcs), dtype=np.bool_)
    share = np.zeros(len(arcs))
    for resource, load in zip(problem.summed, loads, strict=True):
        after, capacity = load[who] + resource.use[arcs], resource.capacity[who]
        fits &= after <= capacity
        limited = capacity < NO_LIMIT
        share = np.maximum(share, np.where(limited, after / np.maximum(capacity, 1), 0.0))
    for distinct, is_open, left in zip(problem.distinct, opened, room, strict=True):
        pair = distinct.pair[arcs]
        fits &= np.append(is_open, True)[pair] | (left[who] > 0)
    if not fits.any():
        return -1
    return int(arcs[fits][np.argmin(share[fits])])


def _take(
    problem: Problem,
    arc: int,
    loads: list[npt.NDArray[np.int64]],
    opened: list[npt.NDArray[np.bool_]],
    room: list[npt.NDArray[np.int64]],
) -> None:
    provider = problem.provider[arc]
    for resource, load in zip(problem.summed, loads, strict=True):
        load[provider] += resource.use[arc]
    for distinct, is_open, left in zip(problem.distinct, opened, room, strict=True):
        pair = distinct.pair[arc]
        if pair >= 0 and not is_open[pair]:
            is_open[pair] = True
            left[provider] -= 1
