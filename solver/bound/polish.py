"""The relaxed problem with one distinct limit, better than by ascent alone.

Primal: open or close one pair of a group at a time while that pays. Dual: with the primal value as target,
Polyak's subgradient steps on the worths, which are sharp (a linear program of some twenty unknowns), so they
close most of what the ascent leaves.
"""

import numpy as np

from data.compiled import compiled
from solver.bound.sweep import TINY, Frame, Relaxed, ascend
from solver.layout import Float
from solver.problem import Int32

PATIENCE = 6
"""Steps without progress before the target is believed to be out of reach and halved."""

CLOSE = 1e-6
"""Relative gap of a group at which it counts as solved."""


@compiled
def sweep(frame: Frame, at: Relaxed, rounds: int) -> None:
    """Answer the relaxed problem, every group on its own; at most `rounds` steps to polish each."""
    at.slack[:] = at.opening
    at.opened[:] = 0
    best = np.empty(len(frame.members))
    second = np.empty(len(frame.members))
    gain = np.zeros(len(at.opening))
    for group in range(len(frame.group_ptr) - 1):
        first, last = frame.group_ptr[group], frame.group_ptr[group + 1]
        ascend(frame, at, first, last)
        if frame.pair.shape[1] != 1 or frame.group_pair_ptr[group] == frame.group_pair_ptr[group + 1]:
            continue
        upper = improve_group(frame, at, group, best, second, gain)
        if rounds > 0:
            polish_group(frame, at, group, upper, rounds)


@compiled
def improve_group(frame: Frame, at: Relaxed, group: int, best: Float, second: Float, gain: Float) -> float:
    """Open or close pairs one at a time, the most profitable first; the primal value of the group."""
    pairs = frame.group_pair[frame.group_pair_ptr[group] : frame.group_pair_ptr[group + 1]]
    for _ in range(2 * len(pairs)):
        for o in pairs:
            gain[o] = at.opening[o] if at.opened[o] else -at.opening[o]
        cost = two_cheapest(frame, at, group, best, second)
        for i in range(frame.group_ptr[group], frame.group_ptr[group + 1]):
            c = frame.group_class[i]
            for a in range(frame.indptr[c], frame.indptr[c + 1]):
                o = frame.pair[a, 0]
                if o < 0 or at.reduced[a] >= second[c]:
                    continue
                if at.opened[o] == 0:
                    gain[o] += frame.members[c] * max(0.0, best[c] - at.reduced[a])
                elif a == at.choice[c]:
                    gain[o] -= frame.members[c] * (second[c] - best[c])
        turn, most = -1, TINY
        for o in pairs:
            if gain[o] > most:
                turn, most = o, gain[o]
        if turn < 0:
            break
        at.opened[turn] = 1 - at.opened[turn]
    return cost


@compiled
def two_cheapest(frame: Frame, at: Relaxed, group: int, best: Float, second: Float) -> float:
    """Cheapest open arc of every class of the group (its choice) and the next; the cost of it all."""
    cost = 0.0
    for i in range(frame.group_ptr[group], frame.group_ptr[group + 1]):
        c = frame.group_class[i]
        at.choice[c] = -1
        best[c] = second[c] = at.unassigned[c]
        for a in range(frame.indptr[c], frame.indptr[c + 1]):
            if frame.pair[a, 0] >= 0 and at.opened[frame.pair[a, 0]] == 0:
                continue
            if at.reduced[a] < best[c]:
                second[c] = best[c]
                best[c] = at.reduced[a]
                at.choice[c] = a
            elif at.reduced[a] < second[c]:
                second[c] = at.reduced[a]
        cost += frame.members[c] * best[c]
    for o in frame.group_pair[frame.group_pair_ptr[group] : frame.group_pair_ptr[group + 1]]:
        cost += at.opening[o] * at.opened[o]
    return cost


@compiled
def polish_group(frame: Frame, at: Relaxed, group: int, upper: float, rounds: int) -> None:
    """Polyak steps from the ascent's worths toward the primal value `upper`; the best worths are kept."""
    first, last = frame.group_ptr[group], frame.group_ptr[group + 1]
    classes = frame.group_class[first:last]
    worth = at.worth[classes]
    kept = worth.copy()
    lowest = np.empty(len(classes))
    for i, c in enumerate(classes):
        lowest[i] = at.unassigned[c]
        for a in range(frame.indptr[c], frame.indptr[c + 1]):
            lowest[i] = min(lowest[i], at.reduced[a])
    heading = np.zeros(len(classes))
    best = settle(frame, at, group, worth)
    delta, idle = upper - best, 0
    for _ in range(rounds):
        if delta <= CLOSE * abs(upper) + TINY:
            break
        value = settle(frame, at, group, worth)
        if value > best:
            idle = 0 if value > best + 0.1 * delta else idle
            best = value
            kept[:] = worth
        idle += 1
        if idle > PATIENCE:
            delta, idle = 0.5 * delta, 0
            worth[:] = kept
            heading[:] = 0.0
            continue
        norm = steepen(frame, at, classes, worth, heading)
        target = min(upper, best + delta)
        if target <= value or norm <= 0.0:
            break
        step = (target - value) / norm
        for i, c in enumerate(classes):
            worth[i] = min(at.unassigned[c], max(lowest[i], worth[i] + step * heading[i]))
    settle(frame, at, group, kept)
    at.worth[classes] = kept


@compiled
def settle(frame: Frame, at: Relaxed, group: int, worth: Float) -> float:
    """Slack of the group's pairs when its classes are worth `worth`; the group's part of the bound."""
    pairs = frame.group_pair[frame.group_pair_ptr[group] : frame.group_pair_ptr[group + 1]]
    for o in pairs:
        at.slack[o] = at.opening[o]
    value = 0.0
    first = frame.group_ptr[group]
    for i in range(len(worth)):
        c = frame.group_class[first + i]
        value += frame.members[c] * worth[i]
        for a in range(frame.indptr[c], frame.indptr[c + 1]):
            if worth[i] > at.reduced[a]:
                at.slack[frame.pair[a, 0]] -= frame.members[c] * (worth[i] - at.reduced[a])
    for o in pairs:
        value += min(0.0, at.slack[o])
    return value


@compiled
def steepen(frame: Frame, at: Relaxed, classes: Int32, worth: Float, heading: Float) -> float:
    """Add the subgradient (for each member of a class) to the fading direction; its weighted square."""
    norm = 0.0
    for i, c in enumerate(classes):
        slope = 1.0
        for a in range(frame.indptr[c], frame.indptr[c + 1]):
            if worth[i] > at.reduced[a] and at.slack[frame.pair[a, 0]] < 0.0:
                slope -= 1.0
        heading[i] = 0.5 * heading[i] + slope
        norm += frame.members[c] * heading[i] * heading[i]
    return norm
