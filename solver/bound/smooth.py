"""First prices, found fast: the limits are priced while every class spreads softly over its arcs.

At temperature t a class sends the share exp(-reduced / t) of its members along each arc, so loads answer
smoothly to prices and one Newton step for each slot brings its load near its limit, or near a kink of what
it costs above a target. As t falls, the shares harden to the cheapest arc, and the prices are those of the
relaxation but for what pairs cost, which is spread over all who could share them. No bound is claimed here:
any price is valid, and `lagrangian` evaluates the ones that come out.

The smoothing is Nesterov's, "Smooth minimization of non-smooth functions", Mathematical Programming 103
(2005), with the entropy as its distance.
"""

from collections.abc import Callable, Iterator
from math import exp, inf

import numpy as np

from data.compiled import compiled
from solver.layout import Float, Layout, Prices
from solver.params import never
from solver.problem import Int32, Int64

FALL = 0.8
"""Factor on the temperature from one round of steps to the next."""

STEPS = 4
"""Newton steps at each temperature."""

WARM, COLDEST = 0.5, 0.01
"""Temperatures at the ends, as shares of what a typical arc costs."""

HOT = 0.2
"""Temperature to begin with where demand exceeds capacity: a share of the cost of leaving a member out."""

SHORT = 0.005
"""Share of all capacity by which loads must still exceed theirs for that."""

FARTHEST = 1e5
"""Longest step of a price, in temperatures for an average member."""


def first_prices(
    layout: Layout, blend: Prices, typical: float, stop: Callable[[], bool] = never
) -> Iterator[Float]:
    """Prices of all slots near those of the relaxation, one or two sets to choose from.

    `stop()` is asked at every step whether to leave them as they are by then.

    The first suits enough capacity. Where it leaves loads above their limits, prices must rise toward what
    leaving members out costs: the second set comes down from there.
    """
    if len(layout.capacity) == 0 or len(blend.arc) == 0:
        return
    arc = blend.arc + _shared_opening(layout, blend)
    price, over = _cooled(layout, blend, arc, WARM * typical, COLDEST * typical, stop)
    yield price
    if over > SHORT and not stop():
        hottest = max(HOT * float(blend.unassigned.max(initial=0.0)), WARM * typical)
        yield _cooled(layout, blend, arc, hottest, COLDEST * typical, stop)[0]


def _cooled(
    layout: Layout, blend: Prices, arc: Float, hottest: float, coldest: float, stop: Callable[[], bool]
) -> tuple[Float, float]:
    """Prices at the coldest temperature, and the share of all capacity by which loads exceed theirs."""
    price, load, curve = (np.zeros(len(layout.capacity)) for _ in range(3))
    mean = _mean_use(layout)
    temperature = hottest
    while temperature > coldest:
        for _ in range(STEPS):
            if stop():
                return price, 0.0
            spread(
                layout.indptr, layout.provider, layout.use, layout.members, arc, blend.unassigned, price,
                layout.providers, temperature, load, curve,
            )  # fmt: skip
            settle_prices(
                layout.providers, layout.limits, layout.capacity, layout.level_ptr, layout.level_threshold,
                blend.slope, load, curve, FARTHEST * temperature / mean, price,
            )  # fmt: skip
        temperature *= FALL
    limited = np.isfinite(layout.capacity)
    over = np.maximum(load - layout.capacity, 0.0)[limited].sum()
    return price, float(over / max(layout.capacity[limited].sum(), 1.0))


def _shared_opening(layout: Layout, blend: Prices) -> Float:
    """What opening costs for each member if all who could share a pair did."""
    shared = np.zeros(len(layout.provider))
    members = np.repeat(layout.members, np.diff(layout.indptr))
    for d in range(layout.pair.shape[1]):
        pair = layout.pair[:, d]
        named = pair >= 0
        sharing = np.bincount(pair[named], members[named], len(layout.pair_slot))
        shared[named] += (blend.opening / np.maximum(sharing, 1.0))[pair[named]]
    return shared


def _mean_use(layout: Layout) -> Float:
    means = [np.zeros(0)]
    for k in range(layout.limits):
        use = layout.use[:, k]
        total = np.bincount(layout.provider, use, layout.providers)
        users = np.bincount(layout.provider, use > 0, layout.providers)
        means.append(np.maximum(total / np.maximum(users, 1), 1.0))
    return np.concatenate(means)


@compiled
def spread(
    indptr: Int64, provider: Int32, use: Int32, members: Float, arc: Float, unassigned: Float, price: Float,
    providers: int, temperature: float, load: Float, curve: Float,
) -> None:  # fmt: skip
    """Load of every slot when classes spread softly, and how fast it falls with the slot's price."""
    load[:] = 0.0
    curve[:] = 0.0
    widest = 0
    for c in range(len(members)):
        widest = max(widest, indptr[c + 1] - indptr[c])
    share = np.empty(widest)
    limits = use.shape[1]
    for c in range(len(members)):
        first, last = indptr[c], indptr[c + 1]
        least = unassigned[c]
        for a in range(first, last):
            reduced = arc[a]
            for k in range(limits):
                reduced += price[k * providers + provider[a]] * use[a, k]
            share[a - first] = reduced
            least = min(least, reduced)
        total = exp((least - unassigned[c]) / temperature)
        for i in range(last - first):
            above = (share[i] - least) / temperature
            share[i] = exp(-above) if above < 30.0 else 0.0
            total += share[i]
        for a in range(first, last):
            x = share[a - first] / total
            if x == 0.0:
                continue
            steep = members[c] * x * (1.0 - x) / temperature
            for k in range(limits):
                slot = k * providers + provider[a]
                load[slot] += members[c] * use[a, k] * x
                curve[slot] += steep * use[a, k] * use[a, k]


@compiled
def settle_prices(
    providers: int, limits: int, capacity: Float, level_ptr: Int64, threshold: Float, slope: Float,
    load: Float, curve: Float, farthest: Float, price: Float,
) -> None:  # fmt: skip
    """One damped Newton step for every slot; limits of one provider share the step."""
    for p in range(providers):
        moving = 0
        for turn in range(2):
            for k in range(limits):
                slot = k * providers + p
                aim = meeting(
                    slot, capacity, level_ptr, threshold, slope, load[slot], curve[slot], price[slot]
                )
                by = min(max(aim - price[slot], -farthest[slot]), farthest[slot])
                if turn == 0:
                    moving += by != 0.0
                else:
                    price[slot] = max(0.0, price[slot] + by / max(1, moving))


@compiled
def meeting(
    slot: int, capacity: Float, level_ptr: Int64, threshold: Float, slope: Float, load: float, curve: float,
    price: float,
) -> float:  # fmt: skip
    """The price at which a load that falls by `curve` for each unit of price meets what that price buys."""
    steep = max(curve, 1e-12)
    low = 0.0
    for level in range(level_ptr[slot], level_ptr[slot + 1]):
        mark = min(threshold[level], capacity[slot])
        if load - steep * (low - price) <= mark:
            return low
        high = low + slope[level]
        aim = price + (load - mark) / steep
        if aim <= high:
            return aim
        low = high
    if capacity[slot] == inf or load - steep * (low - price) <= capacity[slot]:
        return low
    return price + (load - capacity[slot]) / steep
