"""Problems of any size with the shape of real ones: facilities around cities, payers, visits, departures.

`typical` has room to spare; in `tight` visits are 97 % used, one provider in thirty leaves, and the places
for facilities hardly suffice. Costs are thousandths of points, loads thousandths of units.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from solver.problem import Costs, DistinctResource, Excess, Problem, SummedResource

UNASSIGNED, MOVE, MILE, OPENING = 24_000_000, 400_000, 10_000, 300_000
ABOVE_TARGET = 150
NEAREST = 20


@dataclass(frozen=True)
class Shape:
    """How hard: share of panel places used, of visits used, providers leaving, facility places."""

    panel_used: float = 0.80
    visits_used: float = 0.85
    leaving: float = 0.02
    facilities: tuple[int, int] = (14, 30)


TYPICAL = Shape()
TIGHT = Shape(panel_used=0.88, visits_used=0.97, leaving=0.03, facilities=(8, 20))


def instance(members: int, shape: Shape = TYPICAL, seed: int = 0) -> Problem:
    """A problem of about `members` patients: one provider for 300 and one facility for 50 of them."""
    rng = np.random.default_rng(seed)
    facilities, providers = max(4, members // 50), max(4, members // 300)
    metros = rng.uniform(0, 1500, (max(1, members // 20_000), 2))
    facility_at = metros[rng.integers(0, len(metros), facilities)] + rng.normal(0, 12, (facilities, 2))
    provider_at = metros[rng.integers(0, len(metros), providers)] + rng.normal(0, 10, (providers, 2))
    near = _near(rng, facility_at, provider_at)
    accepts = rng.random((providers, 12)) < 0.75
    accepts[:, 0] = True
    gone = rng.random(providers) < shape.leaving
    classes = _classes(rng, members, near)
    panel = _panel(rng, providers, members, shape)
    candidates, miles, reachable = near
    facility, payer, visits, current, count = classes.T
    allowed = reachable[facility] & accepts[candidates[facility], payer[:, None]]
    allowed &= ~gone[candidates[facility]]
    allowed &= np.cumsum(allowed, axis=1) <= NEAREST
    row, slot = np.nonzero(allowed)
    provider = candidates[facility[row], slot]
    order = np.lexsort((provider, row))
    row, provider, distance = row[order], provider[order], miles[facility[row], slot][order]
    displaced = (current < 0) | gone[np.maximum(current, 0)]
    moves = (provider != current[row]) & ~displaced[row]
    return _problem(rng, shape, count, row, provider, panel, facility, visits, distance * MILE + moves * MOVE)


def _problem(rng, shape, count, row, provider, panel, facility, visits, cost):
    providers, arcs = len(panel), len(row)
    code = facility[row] * providers + provider
    pairs, pair = np.unique(code, return_inverse=True)
    room = rng.integers(*shape.facilities, providers)
    visit_room = (panel * 1.6 / shape.visits_used).astype(np.int64)
    return Problem(
        providers=providers,
        count=count.astype(np.int32),
        indptr=np.searchsorted(row, np.arange(len(count) + 1)).astype(np.int64),
        provider=provider.astype(np.int32),
        tiers=(
            Costs(
                arc=cost.astype(np.int64),
                unassigned=np.full(len(count), UNASSIGNED, np.int64),
                opening=(np.full(len(pairs), OPENING, np.int64),),
                excess=(Excess(0, panel * 920, np.full(providers, ABOVE_TARGET, np.int64)),),
                name="points",
            ),
        ),
        summed=(
            SummedResource("panel", np.full(arcs, 1000, np.int32), panel * 1000),
            SummedResource("visits", (visits[row] * 1000).astype(np.int32), visit_room * 1000),
        ),
        distinct=(
            DistinctResource(
                "facilities",
                pair.astype(np.int32),
                (pairs % providers).astype(np.int32),
                np.zeros(len(pairs), np.bool_),
                room.astype(np.int64),
            ),
        ),
        name=f"{count.sum()} members",
    )


def _near(rng, facility_at, provider_at):
    """Nearest providers of every facility, miles to them, and which are in reach and credentialed."""
    nearest = min(len(provider_at), 60)
    miles, candidates = cKDTree(provider_at).query(facility_at, k=nearest)
    radius = rng.choice([20, 30, 40], len(provider_at))
    credentialed = rng.random((len(provider_at), 5)) < 0.7
    credentialed[:, 0] = True
    kind = rng.choice(5, len(facility_at), p=[0.4, 0.25, 0.15, 0.12, 0.08])
    return candidates, miles, (miles <= radius[candidates]) & credentialed[candidates, kind[:, None]]


def _classes(rng, members, near):
    """Rows of facility, payer, visits, current provider (-1: none), count."""
    candidates, _, reachable = near
    facilities = len(candidates)
    size = rng.lognormal(3.6, 0.7, facilities)
    facility = rng.choice(facilities, members, p=size / size.sum())
    payer = np.minimum(rng.zipf(1.6, members) - 1, 11)
    visits = rng.choice([1, 2, 4], members, p=[0.6, 0.3, 0.1])
    default = _one_of_nearest(rng, candidates, reachable, 5)
    second = _one_of_nearest(rng, candidates, reachable, 8)
    current = np.where(rng.random(members) < 0.85, default[facility], second[facility])
    current[rng.random(members) < 0.03] = -1
    rows, count = np.unique(np.stack([facility, payer, visits, current], axis=1), axis=0, return_counts=True)
    return np.column_stack([rows, count])


def _one_of_nearest(rng, candidates, reachable, most):
    chosen = np.full(len(candidates), -1)
    for f in range(len(candidates)):
        reach = candidates[f][reachable[f]]
        if len(reach):
            chosen[f] = reach[min(len(reach) - 1, rng.integers(0, most))]
    return chosen


def _panel(rng, providers, members, shape):
    panel = rng.integers(220, 420, providers)
    return np.maximum(1, panel * (members / shape.panel_used) / panel.sum()).astype(np.int64)
