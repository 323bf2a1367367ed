"""The terms of the objective as integers, in thousandths of points."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.eligibility import NO_LIMIT, UNIT
from data.objective import Objective, Term, TermName
from data.snapshot import Snapshot
from solver.loads import DistinctLoad, SummedLoad

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]

COST_UNIT = 1000
"""Costs are integers in thousandths of points."""

MOST_YEARS = 5
"""Years with a provider beyond these count no more."""

MOST_ACUITY = 5
"""The most complex patients."""

GIVEN_UP = 20
"""So many patients without a provider weigh as much as one who would be taken from somebody at work."""

BALANCED_LIMIT = "panel"
"""Id of the summed limit whose utilization is balanced."""

BALANCE_STEPS = 5
"""Straight pieces of the balance term: marginal cost weight * k / 5 from utilization (2k - 1) / 10 on."""


@dataclass(frozen=True)
class Charge:
    """Part of a term: slope[p] for every unit of limit `limit` above threshold[p] (whole load).

    A unit is a thousandth of a summed limit's, or one open pair of a distinct limit.
    """

    term: TermName
    limit: int
    threshold: Int64
    slope: Int64


def in_costs(points: npt.NDArray[np.floating]) -> Int64:
    """Points as integer thousandths, rounded to the nearest."""
    return np.rint(points * COST_UNIT).astype(np.int64)


def unassigned_costs(snapshot: Snapshot, objective: Objective, owner: Int32) -> Int64:
    """Cost of each patient being without a provider.

    Who has somebody at work counts as `GIVEN_UP` patients of the highest acuity (and more than a standing
    violation), so that nobody is given up in order to place somebody else.
    """
    term = objective.term("unassigned")
    acuity = numbers(snapshot, "acuity", 1)
    placed = in_costs(term.weight * (1 + term.by_acuity * (acuity - 1)))
    most = GIVEN_UP * term.weight * (1 + term.by_acuity * (MOST_ACUITY - 1))
    dearest = max(most, objective.weight("standing_violation") + 1)
    return np.where(owner >= 0, in_costs(np.array([dearest])), placed)


def continuity_costs(snapshot: Snapshot, term: Term, owner: Int32) -> Int64:
    """Cost of each patient leaving the provider at work, 0 where there is none.

    Completed years of `tenure_months` count, five at most.
    """
    acuity, months = numbers(snapshot, "acuity", 1), numbers(snapshot, "tenure_months", 0)
    years = np.minimum(months // 12, MOST_YEARS)
    day = pa.scalar(snapshot.as_of, pa.date32())
    open_still = pc.fill_null(pc.greater(snapshot.patients["transition_until"], day), False)
    factor = np.where(open_still.to_numpy(zero_copy_only=False), term.transition, 1.0)
    points = factor * term.weight * (1 + term.by_acuity * (acuity - 1)) * (1 + term.by_tenure * years)
    return np.where(owner >= 0, in_costs(points), 0)


def numbers(snapshot: Snapshot, column: str, default: int) -> Int64:
    """A column of integers of the patients."""
    return snapshot.patients[column].fill_null(default).to_numpy().astype(np.int64)


def charges(objective: Objective, loads: tuple[SummedLoad, ...]) -> tuple[Charge, ...]:
    """Everything that is charged on whole loads: overload, target and balance."""
    found = []
    for position, load in enumerate(loads):
        limit = load.limit
        if load.exceeded.any():
            above = np.where(load.exceeded, limit.maximum, NO_LIMIT)
            found.append(_flat("overload", objective, position, above, limit.maximum))
        found.append(_flat("target", objective, position, limit.target, limit.maximum))
        if limit.id == BALANCED_LIMIT:
            found += _balance(objective.weight("balance"), position, limit.maximum)
    return tuple(each for each in found if each.slope.any())


def _flat(term: TermName, objective: Objective, limit: int, threshold: Int64, maximum: Int64) -> Charge:
    """The weight for each per cent of the maximum (of one unit where that is less) above the threshold.

    Per cents, so that a patient counts about the same in every limit: 4 patients are 1 % of a panel of 400,
    and 1 % of 16 visits a day at one visit a month each.
    """
    percent = _whole(maximum, threshold) / 100
    slope = np.rint(objective.weight(term) * COST_UNIT / percent).astype(np.int64)
    return Charge(term, limit, threshold, np.where(threshold < NO_LIMIT, slope, 0))


def _whole(maximum: Int64, threshold: Int64) -> Int64:
    """What is 100 %: the maximum, or the threshold where there is none (a limit that only warns)."""
    return np.maximum(np.where(maximum < NO_LIMIT, maximum, threshold), UNIT)


def crowding(objective: Objective, loads: tuple[DistinctLoad, ...]) -> tuple[Charge, ...]:
    """What open pairs above a soft target are charged: the weight for each per cent, as of summed limits.

    A target need not be whole: of a target of 5.6 the sixth pair is 0.4 above, each further one 1 more.
    """
    found = []
    for position, load in enumerate(loads):
        maximum, target = load.limit.maximum, load.limit.target
        limited = target < NO_LIMIT
        most = np.where(maximum < NO_LIMIT, np.minimum(maximum, NO_LIMIT // UNIT) * UNIT, NO_LIMIT)
        per_cents = 100.0 * UNIT / _whole(most, target)
        pair = np.where(limited, np.rint(objective.weight("target") * COST_UNIT * per_cents), 0.0)
        first = np.rint(pair * (UNIT - target % UNIT) / UNIT).astype(np.int64)
        below = np.where(limited, target // UNIT, NO_LIMIT)
        beyond = np.where(limited, below + 1, NO_LIMIT)
        found.append(Charge("target", position, below, first))
        found.append(Charge("target", position, beyond, pair.astype(np.int64) - first))
    return tuple(each for each in found if each.slope.any())


def _balance(weight: int, limit: int, maximum: Int64) -> list[Charge]:
    limited = (maximum < NO_LIMIT) & (maximum > 0)
    most = np.where(limited, maximum, 0)
    steps = [round(weight * step / BALANCE_STEPS) for step in range(BALANCE_STEPS + 1)]
    return [
        Charge(
            "balance",
            limit,
            np.where(limited, most * (2 * step - 1) // (2 * BALANCE_STEPS), NO_LIMIT),
            np.where(limited, np.int64(steps[step] - steps[step - 1]), 0),
        )
        for step in range(1, BALANCE_STEPS + 1)
    ]
