"""Some providers and the units they have, solved again exactly: branch and bound over knapsacks.

A node of the tree has some units placed for good. The worth of the others follows how often they are taken
(a subgradient); arcs that no assignment below the target can use are dropped; then one unit is placed
everywhere in turn, cheapest first. All arrays are of the part: k providers, n units (see `bound.knapsack`).

Posta, Ferland, Michelon, "An exact method with variable fixing for solving the generalized assignment
problem", Computational Optimization and Applications 52 (2012).
"""

from typing import NamedTuple

import numpy as np

from data.compiled import compiled
from solver.bound.knapsack import pack, surcharge
from solver.layout import Float
from solver.problem import Bool, Int64

BASE, TARGET, FOUND, SPENT, LEVEL, CLOSED, DEPTH = 0, 1, 2, 3, 4, 5, 6
"""Cost of what is placed, what an answer must be below, its cost (infinite: none), entries of knapsacks
computed, the best bound of the node, 1 once the tree is exhausted, how many units are placed."""

FIGURES = 7
FRESH = -1
"""Turn of a node that was not looked at yet."""

ROOT_STEPS, STEPS = 40, 6
"""Changes of worth at the root of the tree and at every other node."""

PATIENCE, SHRINK = 3, 0.6
"""Changes without a better bound after which steps shrink, and to which share."""

LONGEST_PATH = 32_000_000
"""Arcs of all nodes of a path together that are worth their memory."""

WHOLE = 1.0
"""Costs are whole numbers: whoever is better is better by one."""


class Piece(NamedTuple):
    """What does not change: see the module. `margin`: what sums may err by."""

    cost: Float
    use: Int64
    margin: float


class Tree(NamedTuple):
    """The path from the root to a node, by depth where it has one more dimension, and scratch space."""

    worth: Float
    allowed: Bool
    unit: Int64
    child: Int64
    turn: Int64
    children: Int64
    free: Bool
    room: Int64
    place: Int64
    often: Float
    dearer: Float
    chosen: Bool
    table: Float
    back: Float


def fits_a_tree(units: int, providers: int) -> bool:
    """Whether there is anything to exchange, and a path through the tree takes little memory."""
    return units > 1 and units * units * providers <= LONGEST_PATH


def targeted(target: float) -> Float:
    """Figures of a tree that has not been looked into."""
    now = np.zeros(FIGURES)
    now[TARGET], now[FOUND] = target, np.inf
    return now


@compiled
def branch(piece: Piece, tree: Tree, budget: float, now: Float, best: Int64) -> None:
    """Look for an assignment below now[TARGET], the best into `best`, until now[SPENT] is above the budget.

    Called again with a larger budget, it goes on where it stopped.
    """
    depth = int(now[DEPTH])
    while now[SPENT] <= budget and now[CLOSED] == 0.0:
        if tree.turn[depth] == FRESH:
            tree.turn[depth] = tree.children[depth] = 0
            if not priced(piece, tree, depth, now, best):
                split(piece, tree, depth, now)
        elif tree.turn[depth] < tree.children[depth]:
            depth += descended(piece, tree, depth, now, best)
        elif depth == 0:
            now[CLOSED] = 1.0
        else:
            depth -= 1
            lift(piece, tree, depth, now)
    now[DEPTH] = depth


@compiled
def planted(capacity: Int64, worth: Float, allowed: Bool) -> Tree:
    """A tree with nothing placed."""
    providers, units = allowed.shape
    deep, widest = units + 1, capacity.max() + 1
    tree = Tree(
        np.empty((deep, units)),
        np.empty((deep, providers, units), np.bool_),
        np.zeros(deep, np.int64),
        np.zeros((deep, providers), np.int64),
        np.full(deep, FRESH),
        np.zeros(deep, np.int64),
        np.ones(units, np.bool_),
        capacity.copy(),
        np.full(units, -1),
        np.zeros((providers, units)),
        np.zeros((providers, units)),
        np.zeros((providers, units), np.bool_),
        np.empty((deep, widest)),
        np.empty((deep, widest)),
    )
    tree.worth[0] = worth
    tree.allowed[0] = allowed
    return tree


@compiled
def priced(piece: Piece, tree: Tree, depth: int, now: Float, best: Int64) -> bool:
    """Raise the bound of a node by its units' worth; whether nothing below the target is left in it."""
    worth, level, step, idle = tree.worth[depth].copy(), -np.inf, 1.0, 0
    tree.often[:] = 0.0
    for _ in range(ROOT_STEPS if depth == 0 else STEPS):
        gained, entries = pack(
            piece.cost, piece.use, tree.room, worth, tree.free, tree.allowed[depth], tree.chosen, tree.table
        )
        now[SPENT] += entries
        bound = now[BASE] - gained + worth[tree.free].sum()
        idle += 1
        if bound > level:
            level, idle = bound, 0
            tree.worth[depth] = worth
        elif idle % PATIENCE == 0:
            step *= SHRINK
        missed = missing(tree)
        mend(piece, tree, depth, now, best)
        now[LEVEL] = level
        if level > now[TARGET] - WHOLE + piece.margin or missed == 0:
            return True
        by = step * max(now[TARGET] - bound, 0.5) / missed
        for u in range(len(worth)):
            if tree.free[u]:
                worth[u] += by * (1 - tree.chosen[:, u].sum())
    return False


@compiled
def missing(tree: Tree) -> int:
    """Squares of how often free units are taken, less once, summed; counts who takes them."""
    missed = 0
    for u in range(len(tree.free)):
        if tree.free[u]:
            taken = 0
            for p in range(len(tree.room)):
                if tree.chosen[p, u]:
                    taken += 1
                    tree.often[p, u] += 1.0
            missed += (1 - taken) ** 2
    return missed


@compiled
def mend(piece: Piece, tree: Tree, depth: int, now: Float, best: Int64) -> None:
    """Every unit once: where it is cheapest of those that took it, else where there is room."""
    place, left, cost = tree.place.copy(), tree.room.copy(), now[BASE]
    for u in range(len(place)):
        if tree.free[u]:
            p = cheapest_of(piece.cost, tree.chosen, u)
            if p >= 0:
                place[u] = p
                left[p] -= piece.use[p, u]
                cost += piece.cost[p, u]
    for u in range(len(place)):
        if place[u] < 0:
            p = -1
            for q in range(len(left)):
                open_to = tree.allowed[depth, q, u] and piece.use[q, u] <= left[q]
                if open_to and (p < 0 or piece.cost[q, u] < piece.cost[p, u]):
                    p = q
            if p < 0:
                return
            place[u] = p
            left[p] -= piece.use[p, u]
            cost += piece.cost[p, u]
    if cost < now[TARGET] - piece.margin:
        now[TARGET] = now[FOUND] = cost
        best[:] = place


@compiled
def cheapest_of(cost: Float, among: Bool, u: int) -> int:
    """The cheapest provider of those that are marked for a unit, -1 for none."""
    found = -1
    for p in range(len(cost)):
        if among[p, u] and (found < 0 or cost[p, u] < cost[found, u]):
            found = p
    return found


@compiled
def split(piece: Piece, tree: Tree, depth: int, now: Float) -> None:
    """Drop arcs that are too dear, choose the unit to place next, and order its providers."""
    allowed, dearer = tree.allowed[depth], tree.dearer
    gained, entries = surcharge(
        piece.cost, piece.use, tree.room, tree.worth[depth], tree.free, allowed, tree.table, tree.back, dearer
    )
    now[SPENT] += entries
    bound = now[BASE] - gained + tree.worth[depth][tree.free].sum()
    for p in range(len(allowed)):
        for u in range(allowed.shape[1]):
            if bound + dearer[p, u] > now[TARGET] - WHOLE + piece.margin:
                allowed[p, u] = False
    chosen = undecided(tree, allowed, STEPS if depth else ROOT_STEPS)
    if chosen < 0:
        return
    tree.unit[depth] = chosen
    providers = np.flatnonzero(allowed[:, chosen])
    tree.children[depth] = len(providers)
    tree.child[depth, : len(providers)] = providers[np.argsort(dearer[providers, chosen])]


@compiled
def undecided(tree: Tree, allowed: Bool, steps: int) -> int:
    """A free unit with one provider left, else the one that knapsacks disagree on most; -1: one has none."""
    found, least = -1, np.inf
    for u in range(len(tree.free)):
        if tree.free[u]:
            left = allowed[:, u].sum()
            if left == 0:
                return -1
            agreed = -1.0 if left == 1 else abs(tree.often[:, u].max() - 0.5 * steps)
            if agreed < least:
                found, least = u, agreed
    return found


@compiled
def descended(piece: Piece, tree: Tree, depth: int, now: Float, best: Int64) -> bool:
    """Place a node's unit at the next of its providers; whether there is a node below."""
    u, p = tree.unit[depth], tree.child[depth, tree.turn[depth]]
    tree.turn[depth] += 1
    tree.place[u] = p
    tree.free[u] = False
    tree.room[p] -= piece.use[p, u]
    now[BASE] += piece.cost[p, u]
    if depth + 1 < len(tree.free):
        tree.worth[depth + 1] = tree.worth[depth]
        tree.allowed[depth + 1] = tree.allowed[depth]
        tree.turn[depth + 1] = FRESH
        return True
    if now[BASE] < now[TARGET] - piece.margin:
        now[TARGET] = now[FOUND] = now[BASE]
        best[:] = tree.place
    lift(piece, tree, depth, now)
    return False


@compiled
def lift(piece: Piece, tree: Tree, depth: int, now: Float) -> None:
    """Take the unit of a node out again."""
    u = tree.unit[depth]
    p = tree.place[u]
    tree.place[u] = -1
    tree.free[u] = True
    tree.room[p] += piece.use[p, u]
    now[BASE] -= piece.cost[p, u]
