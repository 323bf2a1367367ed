"""The relaxed problem at given prices: every group of classes by dual ascent for facility location.

A class may use an arc only where its pairs are open. A member's *worth* v rises from its cheapest arc, paid
for by the slack of the pairs of the arcs it has reached, until none gives way. The sum of the worths, plus
any slack below zero, is a lower bound whatever the order. Pairs without slack suggest which to open.

Erlenkotter, "A dual-based procedure for uncapacitated facility location", Operations Research 26 (1978).
"""

from typing import NamedTuple

from data.compiled import compiled
from solver.layout import Float
from solver.problem import Int32, Int64

ROUNDS = 8
"""Most passes of the ascent over a group; few groups need more than three."""

TINY = 1e-6
"""Costs are whole numbers: less than this is nothing."""


class Frame(NamedTuple):
    """What does not change between sweeps; see Layout."""

    members: Float
    indptr: Int64
    pair: Int32
    group_ptr: Int64
    group_class: Int32
    group_pair_ptr: Int64
    group_pair: Int32


class Relaxed(NamedTuple):
    """The relaxed problem at some prices, and its dual and primal answer.

    In: `reduced` cost of every arc, `unassigned` cost of every class, price of `opening` every pair. Out:
    `worth` of a member of every class, `slack` of every pair; `choice` of an arc for every class (-1: out)
    and which pairs that has `opened`.
    """

    reduced: Float
    unassigned: Float
    opening: Float
    worth: Float
    slack: Float
    choice: Int64
    opened: Int32


@compiled
def reduced_costs(arc: Float, provider: Int32, use: Int32, price: Float, providers: int, out: Float) -> None:
    """Cost of every arc with the price of everything it uses."""
    for a in range(len(arc)):
        total = arc[a]
        for k in range(use.shape[1]):
            total += price[k * providers + provider[a]] * use[a, k]
        out[a] = total


@compiled
def ascend(frame: Frame, at: Relaxed, first: int, last: int) -> None:
    """Raise the worth of the classes `group_class[first:last]`, then open and choose."""
    for i in range(first, last):
        c = frame.group_class[i]
        lowest = at.unassigned[c]
        for a in range(frame.indptr[c], frame.indptr[c + 1]):
            lowest = min(lowest, at.reduced[a])
        at.worth[c] = lowest
    for _ in range(ROUNDS):
        risen = False
        for i in range(first, last):
            risen |= raise_class(frame, at, frame.group_class[i])
        if not risen:
            break
    for i in range(first, last):
        open_for(frame, at, frame.group_class[i], True)
    for i in range(first, last):
        open_for(frame, at, frame.group_class[i], False)
    for i in range(first, last):
        c = frame.group_class[i]
        at.choice[c] = cheapest_open(frame, at, c)


@compiled
def raise_class(frame: Frame, at: Relaxed, c: int) -> bool:
    """Raise one class to its next level, or as far as the slack of the arcs it has reached allows."""
    n, v, level = frame.members[c], at.worth[c], at.unassigned[c]
    if n == 0.0 or v >= level:
        return False
    most = level - v
    for a in range(frame.indptr[c], frame.indptr[c + 1]):
        if at.reduced[a] <= v:
            free = 0.0
            for d in range(frame.pair.shape[1]):
                if frame.pair[a, d] >= 0:
                    free += at.slack[frame.pair[a, d]]
            most = min(most, free / n)
        elif at.reduced[a] < level:
            level = at.reduced[a]
    step = min(most, level - v)
    if step <= TINY:
        return False
    for a in range(frame.indptr[c], frame.indptr[c + 1]):
        if at.reduced[a] <= v:
            need = step * n
            for d in range(frame.pair.shape[1]):
                if frame.pair[a, d] >= 0:
                    taken = min(need, at.slack[frame.pair[a, d]])
                    at.slack[frame.pair[a, d]] -= taken
                    need -= taken
    at.worth[c] = level if step >= level - v else v + step
    return True


@compiled
def open_for(frame: Frame, at: Relaxed, c: int, only_essential: bool) -> None:
    """Open the pairs of the cheapest arc without slack that the class has reached, unless one is open.

    `only_essential`: do so only where there is a single such arc.
    """
    best, reached, cheapest = -1, 0, at.unassigned[c]
    for a in range(frame.indptr[c], frame.indptr[c + 1]):
        if at.reduced[a] > at.worth[c] + TINY:
            continue
        shut, dear = False, False
        for d in range(frame.pair.shape[1]):
            if frame.pair[a, d] >= 0:
                shut |= at.opened[frame.pair[a, d]] == 0
                dear |= at.slack[frame.pair[a, d]] > TINY
        if dear:
            continue
        if not shut:
            return
        reached += 1
        if at.reduced[a] < cheapest:
            best, cheapest = a, at.reduced[a]
    if best >= 0 and (reached == 1 or not only_essential):
        for d in range(frame.pair.shape[1]):
            if frame.pair[best, d] >= 0:
                at.opened[frame.pair[best, d]] = 1


@compiled
def cheapest_open(frame: Frame, at: Relaxed, c: int) -> int:
    """The class's cheapest arc whose pairs are open; -1 where staying out is cheaper."""
    best, cheapest = -1, at.unassigned[c]
    for a in range(frame.indptr[c], frame.indptr[c + 1]):
        if at.reduced[a] < cheapest:
            shut = False
            for d in range(frame.pair.shape[1]):
                shut |= frame.pair[a, d] >= 0 and at.opened[frame.pair[a, d]] == 0
            if not shut:
                best, cheapest = a, at.reduced[a]
    return best
