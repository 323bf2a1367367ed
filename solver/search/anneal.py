"""Simulated annealing over flows: shifts, ejections, and moves of everything that a pair carries.

Limits are penalties here: a search that may not cross them is stranded between them. Moves of single
classes cannot close a pair; so one move in seven takes a whole pair to another provider, spreads it over
those that are open, or exchanges it. Tables are explained in `state`.
"""

# ruff: noqa: NPY002 - compiled code has its own generator, seeded at each call of `anneal`

import numpy as np

from data.compiled import compiled
from solver.layout import Float
from solver.problem import Int32, Int64
from solver.search.state import (
    CARRIED,
    CLASS,
    OPENED,
    OUT,
    PROVIDER,
    ROOM,
    UNASSIGNED,
    add,
    opens_nothing,
    price_of,
)

BLOCK_SHARE = 0.15
EJECT_SHARE = 0.55
CONTESTED_SHARE = 0.9
"""Share of the moves of single classes that are of contested ones."""

LONGEST_MOVE = 4096


@compiled
def anneal(  # noqa: C901 - see the docstring
    seed: int, moves: int, temperature: float, contested: Int32, limits: int, providers: int, arcs: Int32,
    indptr: Int64, level_ptr: Int64, pair_ptr: Int64, arc_of_pair: Int32, arc_ptr: Int64, arc_at: Int32,
    pair_at_ptr: Int64, pair_at: Int32, rank: Int32, flow: Int64, cost: Float, slots: Float, levels: Float,
    pairs: Float, rooms: Float, classes: Float, log_arc: Int64, log_members: Int64,
) -> float:  # fmt: skip
    """Try `moves` moves at one temperature; the change of the penalized cost. Most are of `contested` ones.

    A move is written to the log (arc, or -1 - class for members out; members) before it is applied, so that
    it can be taken back. One long loop: calls with twenty tables would cost more than the moves.
    """
    np.random.seed(seed)
    gained = 0.0
    for _ in range(moves):
        done, change = 0, 0.0
        if len(pair_at) > 0 and np.random.random() < BLOCK_SHARE:
            p = crowded_provider(np.random.randint(providers), providers, rooms)
            o = carrying_pair(p, pair_at_ptr, pair_at, pairs)
            if o < 0:
                continue
            to = -1
            if np.random.random() < 0.5:
                t = np.random.randint(pair_ptr[o], pair_ptr[o + 1])
                c = arcs[arc_of_pair[t], CLASS]
                to = arcs[target_of(c, -1, limits, arcs, indptr, rank, pairs), PROVIDER]
                to = -1 if to == p else to
            for turn in range(2):
                if turn == 1:
                    if done == 0 or to < 0 or np.random.random() > 0.6:
                        break
                    o = carrying_pair(to, pair_at_ptr, pair_at, pairs)
                    to = p
                if o < 0:
                    break
                more, done = empty_pair(
                    o, to, limits, providers, arcs, indptr, level_ptr, pair_ptr, arc_of_pair, flow, cost,
                    slots, levels, pairs, rooms, classes, log_arc, log_members, done,
                )  # fmt: skip
                change += more
        else:
            c = np.random.randint(len(classes))
            if len(contested) > 0 and np.random.random() < CONTESTED_SHARE:
                c = contested[np.random.randint(len(contested))]
            done = propose(
                c, limits, arcs, indptr, arc_ptr, arc_at, rank, flow, pairs, classes, log_arc, log_members
            )
            for t in range(done):
                a, q = log_arc[t], log_members[t]
                if a < 0:
                    classes[-1 - a, OUT] += q
                    change += classes[-1 - a, UNASSIGNED] * q
                else:
                    change += add(
                        a, q, limits, providers, arcs, level_ptr, flow, cost, slots, levels, pairs, rooms
                    )
        if done == 0:
            continue
        if change <= 0.0 or np.random.random() < np.exp(-change / temperature):
            gained += change
        else:
            for t in range(done - 1, -1, -1):
                a, q = log_arc[t], -log_members[t]
                if a < 0:
                    classes[-1 - a, OUT] += q
                else:
                    add(a, q, limits, providers, arcs, level_ptr, flow, cost, slots, levels, pairs, rooms)
    return gained


@compiled
def propose(  # noqa: C901 - one draw after another, each with its way out
    c: int, limits: int, arcs: Int32, indptr: Int64, arc_ptr: Int64, arc_at: Int32, rank: Int32, flow: Int64,
    pairs: Float, classes: Float, log_arc: Int64, log_members: Int64,
) -> int:  # fmt: skip
    """Shift members of class c; often eject somebody from where they go. Returns the length of the log."""
    if indptr[c + 1] == indptr[c]:
        return 0
    source = source_of(c, indptr, flow, classes)
    if source == -2:
        return 0
    q = int(classes[c, OUT]) if source < 0 else flow[source]
    if np.random.random() < 0.15:
        q = 1 + np.random.randint(q)
    log_arc[0] = source if source >= 0 else -1 - c
    log_members[0], log_members[1] = -q, q
    if source >= 0 and np.random.random() < 0.01:
        log_arc[1] = -1 - c
        return 2
    target = target_of(c, source, limits, arcs, indptr, rank, pairs)
    log_arc[1] = target
    if target == source:
        return 0
    if np.random.random() >= EJECT_SHARE:
        return 2
    p, ejected = arcs[target, PROVIDER], -1
    for _ in range(6):
        a = arc_at[np.random.randint(arc_ptr[p], arc_ptr[p + 1])]
        if flow[a] > 0 and arcs[a, CLASS] != c:
            ejected = a
            break
    if ejected < 0:
        return 2
    other, to = arcs[ejected, CLASS], -1
    if source >= 0 and np.random.random() < 0.6:
        to = arc_between(other, arcs[source, PROVIDER], arcs, indptr)
    if to < 0:
        to = target_of(other, ejected, limits, arcs, indptr, rank, pairs)
    if to == ejected:
        return 2
    moved = flow[ejected]
    if moved > q and np.random.random() < 0.7:
        moved = q
    log_arc[2], log_arc[3] = ejected, to
    log_members[2], log_members[3] = -moved, moved
    return 4


@compiled
def source_of(c: int, indptr: Int64, flow: Int64, classes: Float) -> int:
    """A place where members of the class are: -1 (out) first, else an arc; -2 where there are none."""
    if classes[c, OUT] > 0:
        return -1
    width = indptr[c + 1] - indptr[c]
    start = np.random.randint(width)
    for t in range(width):
        a = indptr[c] + (start + t) % width
        if flow[a] > 0:
            return a
    return -2


@compiled
def target_of(c: int, but: int, limits: int, arcs: Int32, indptr: Int64, rank: Int32, pairs: Float) -> int:
    """An arc of the class, promising ones more often, and preferably one that opens nothing."""
    width = indptr[c + 1] - indptr[c]
    a = but
    for _ in range(5):
        u = np.random.random()
        a = rank[indptr[c] + int(width * u * u * u)]
        if (a != but and opens_nothing(a, limits, arcs, pairs)) or np.random.random() < 0.1:
            break
    return a


@compiled
def arc_between(c: int, p: int, arcs: Int32, indptr: Int64) -> int:
    """The arc of class c to provider p, or -1."""
    low, high = indptr[c], indptr[c + 1]
    while low < high:
        middle = (low + high) // 2
        if arcs[middle, PROVIDER] < p:
            low = middle + 1
        else:
            high = middle
    return low if low < indptr[c + 1] and arcs[low, PROVIDER] == p else -1


@compiled
def crowded_provider(p: int, providers: int, rooms: Float) -> int:
    """A provider with too many pairs if ten draws find one."""
    for _ in range(10):
        for room in range(p, len(rooms), providers):
            if rooms[room, OPENED] > rooms[room, ROOM]:
                return p
        p = np.random.randint(providers)
    return p


@compiled
def carrying_pair(p: int, pair_at_ptr: Int64, pair_at: Int32, pairs: Float) -> int:
    """A pair of the provider that carries somebody, small ones more often; -1 where there is none."""
    first = pair_at_ptr[p]
    width = pair_at_ptr[p + 1] - first
    if width == 0:
        return -1
    found, start = -1, np.random.randint(width)
    for t in range(width):
        o = pair_at[first + (start + t) % width]
        if pairs[o, CARRIED] == 0:
            continue
        if found < 0 or (pairs[o, CARRIED] < pairs[found, CARRIED] and np.random.random() < 0.5):
            found = o
        if np.random.random() < 0.3:
            break
    return found


@compiled
def empty_pair(
    o: int, to: int, limits: int, providers: int, arcs: Int32, indptr: Int64, level_ptr: Int64,
    pair_ptr: Int64, arc_of_pair: Int32, flow: Int64, cost: Float, slots: Float, levels: Float, pairs: Float,
    rooms: Float, classes: Float, log_arc: Int64, log_members: Int64, done: int,
) -> tuple[float, int]:  # fmt: skip
    """Move all that pair o carries, each class where it costs least: to provider `to` or where it is open."""
    change = 0.0
    for t in range(pair_ptr[o], pair_ptr[o + 1]):
        a = arc_of_pair[t]
        q = flow[a]
        if q == 0 or done + 2 > len(log_arc):
            continue
        c = arcs[a, CLASS]
        change += add(a, -q, limits, providers, arcs, level_ptr, flow, cost, slots, levels, pairs, rooms)
        best, least = -1, classes[c, UNASSIGNED] * q
        for b in range(indptr[c], indptr[c + 1]):
            if b == a:
                continue
            likely = arcs[b, PROVIDER] == to or opens_nothing(b, limits, arcs, pairs)
            if not likely and np.random.random() > 0.1:
                continue
            price = price_of(b, q, limits, providers, arcs, level_ptr, cost, slots, levels, pairs, rooms)
            if price < least:
                best, least = b, price
        log_arc[done], log_members[done] = a, -q
        log_arc[done + 1], log_members[done + 1] = best, q
        if best < 0:
            log_arc[done + 1] = -1 - c
            classes[c, OUT] += q
            change += least
        else:
            change += add(
                best, q, limits, providers, arcs, level_ptr, flow, cost, slots, levels, pairs, rooms
            )
        done += 2
    return change, done
