"""Where one more place or one more colleague would help most: dual prices rank, solving again tells."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from data.eligibility import NO_LIMIT, UNIT
from solver.build import Planning
from solver.colleague import with_colleague
from solver.costs import COST_UNIT
from solver.params import Params
from solver.problem import Int32, Int64, Problem
from solver.repair import repair
from solver.result import Result
from solver.verify import left_out

HelpKind = Literal["place", "hire", "license"]


@dataclass(frozen=True)
class Help:
    """One thing that would help.

    `place`: one more unit of limit `limit_id` at the provider. `hire`: a colleague like the provider, with
    the same rules, base and maxima. `license`: the provider licensed in `state`. `estimate` is what the
    dual prices say it is worth, in points (of the last tier); `points` and `patients` are what solving again
    with it gains (None where that was not done); `proven` when both solutions were proven optimal.
    """

    kind: HelpKind
    provider_id: str
    name: str
    what: str
    estimate: float
    limit_id: str = ""
    state: str = ""
    points: float | None = None
    patients: int | None = None
    proven: bool = False


@dataclass(frozen=True)
class Price:
    """The dual value of one more unit of one limit at one provider, in points."""

    limit_id: str
    title: str
    unit: str
    provider: int
    points: float


def prices(planning: Planning, result: Result) -> tuple[Price, ...]:
    """Every positive shadow price, the highest first; empty where the result brings none."""
    found = []
    for load, price in zip(planning.subjects.summed, result.prices, strict=bool(result.prices)):
        limit = load.limit
        found += [
            Price(limit.id, limit.title, limit.unit, provider, float(price[provider]) * UNIT / COST_UNIT)
            for provider in np.flatnonzero(price > 0).tolist()
        ]
    for each, price in zip(planning.subjects.distinct, result.opening_prices, strict=bool(result.prices)):
        found += [
            Price(each.limit.id, each.limit.title, each.limit.unit, p, float(price[p]) / COST_UNIT)
            for p in np.flatnonzero(price > 0).tolist()
        ]
    return tuple(sorted(found, key=lambda each: (-each.points, each.limit_id, each.provider)))


def helps(
    planning: Planning, result: Result, most: int = 5, params: Params | None = None
) -> tuple[Help, ...]:
    """The `most` best places and the `most` best hires by price, each solved again with it, best first.

    `params` are for all of it together. The comparison is between two equally short searches around the
    provider, so that a gain is not the search's own; it is never reported below 0.
    """
    assert result.flow is not None  # whoever explains a plan holds one
    given = params or Params(seconds=20.0, gap=0.0)
    wanted = [*_places(planning, result)[:most], *_hires(planning, result)[:most]]
    each = replace(given, seconds=max(given.seconds / max(2 * len(wanted), 1), 0.2))
    return ranked([_solved_again(planning, result.flow, help_, each) for help_ in wanted])


def ranked(found: list[Help]) -> tuple[Help, ...]:
    """Most patients first, then most points."""

    def rank(each: Help) -> tuple[float, float, float, str, str]:
        return -(each.patients or 0), -(each.points or 0.0), -each.estimate, each.provider_id, each.what

    return tuple(sorted(found, key=rank))


def with_more_room(planning: Planning, limit_id: str, provider: int) -> Problem:
    """The problem with one more unit of the limit at the provider; targets stay where they are."""
    problem = planning.problem
    here = np.arange(problem.providers) == provider
    summed = tuple(
        replace(each, capacity=_raised(each.capacity, here, UNIT)) if each.id == limit_id else each
        for each in problem.summed
    )
    distinct = tuple(
        replace(each, capacity=_raised(each.capacity, here, 1)) if each.id == limit_id else each
        for each in problem.distinct
    )
    return replace(problem, summed=summed, distinct=distinct)


def _raised(capacity: Int64, here: npt.NDArray[np.bool_], by: int) -> Int64:
    return np.where(here & (capacity < NO_LIMIT), capacity + by, capacity)


def _places(planning: Planning, result: Result) -> list[Help]:
    return [
        _help(
            planning,
            "place",
            each.provider,
            f"one more of “{each.title}” ({each.unit})",
            each.points,
            each.limit_id,
        )
        for each in prices(planning, result)
    ]


def _one_more(price: Price) -> str:
    return f"one more of “{price.title}” ({price.unit})"


def _hires(planning: Planning, result: Result) -> list[Help]:
    """By what all of a provider's limits are worth at their prices: more room is never worth more."""
    worth = np.zeros(planning.problem.providers)
    subjects = planning.subjects
    for load, price in zip(subjects.summed, result.prices, strict=bool(result.prices)):
        limited = load.limit.maximum < NO_LIMIT
        worth[limited] += price[limited] * load.limit.maximum[limited]
    for each, price in zip(subjects.distinct, result.opening_prices, strict=bool(result.prices)):
        limited = each.limit.maximum < NO_LIMIT
        worth[limited] += price[limited] * each.limit.maximum[limited]
    order = np.lexsort((np.arange(len(worth)), -worth))
    return [
        _help(planning, "hire", provider, "a colleague like this one", float(worth[provider]) / COST_UNIT)
        for provider in order[worth[order] > 0].tolist()
    ]


def _help(
    planning: Planning, kind: HelpKind, provider: int, what: str, estimate: float, limit_id: str = ""
) -> Help:
    snapshot = planning.subjects.snapshot
    name = str(snapshot.providers["name"][provider].as_py())
    return Help(kind, snapshot.provider_ids[provider], name, what, estimate, limit_id)


def _solved_again(planning: Planning, flow: Int32, wanted: Help, params: Params) -> Help:
    provider = planning.subjects.snapshot.position("providers", wanted.provider_id)
    if wanted.kind == "place":
        changed, start = with_more_room(planning, wanted.limit_id, provider), flow
    else:
        changed, source = with_colleague(planning, provider)
        start = np.where(source >= 0, flow[source], 0).astype(np.int32)
    around = np.array([provider], np.int32)
    before = repair(planning.problem, flow, params, around=around, widen=False)
    after = repair(changed, start, params, around=around, widen=False)
    return replace(
        wanted,
        points=max(0.0, (before.value - after.value) / COST_UNIT),
        patients=max(0, _left(planning, planning.problem, before) - _left(planning, changed, after)),
        proven=before.termination == "optimal" == after.termination,
    )


def _left(planning: Planning, problem: Problem, result: Result) -> int:
    """Patients whom the result leaves out; a changed problem has the same classes."""
    assert result.flow is not None  # it began with a flow
    whole = planning.classes.of_one_unit(np.ones(len(planning.subjects.owner), np.int64))
    return int(left_out(problem, result.flow) @ whole)
