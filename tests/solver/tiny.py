"""Tiny random problems that use every kind of limit and cost, small enough for brute force."""

import numpy as np

from solver.problem import NO_LIMIT, Budget, Costs, DistinctResource, Excess, Problem, SummedResource


def tiny(seed: int) -> Problem:
    """A problem of up to 4 classes, 3 providers, 2 members a class; which constraints it has varies too."""
    rng = np.random.default_rng(seed)
    classes, providers = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    chosen = rng.random((classes, providers)) < 0.8
    provider = np.nonzero(chosen)[1].astype(np.int32)
    indptr = np.concatenate([[0], np.cumsum(chosen.sum(axis=1))]).astype(np.int64)
    arcs = len(provider)
    keys = rng.integers(-1, 3, classes)
    class_of_arc = np.nonzero(chosen)[0]
    summed = tuple(_summed(rng, f"load{k}", arcs, providers) for k in range(rng.integers(0, 3)))
    distinct = tuple(
        _distinct(rng, f"keys{d}", keys if d == 0 else rng.integers(-1, 2, classes), class_of_arc, provider,
                  providers)
        for d in range(rng.integers(0, 3))
    )  # fmt: skip
    budgets = tuple(
        Budget(f"moves{b}", rng.integers(0, 3, arcs).astype(np.int32), int(rng.integers(0, 8)))
        for b in range(rng.integers(0, 2))
    )
    return Problem(
        providers=providers,
        count=rng.integers(0, 3, classes).astype(np.int32),
        indptr=indptr,
        provider=provider,
        tiers=tuple(
            _costs(rng, arcs, classes, providers, len(summed), distinct, t) for t in range(rng.integers(1, 3))
        ),
        summed=summed,
        distinct=distinct,
        budgets=budgets,
    )


def _summed(rng, name, arcs, providers):
    capacity = rng.integers(0, 10, providers)
    capacity[rng.random(providers) < 0.1] = NO_LIMIT
    return SummedResource(name, rng.integers(0, 5, arcs).astype(np.int32), capacity.astype(np.int64))


def _distinct(rng, name, keys, class_of_arc, provider, providers):
    key = keys[class_of_arc]
    code = np.where(key < 0, -1, key * providers + provider)
    pairs = np.unique(code[code >= 0])
    capacity = np.where(rng.random(providers) < 0.15, NO_LIMIT, rng.integers(0, 3, providers))
    pair = np.where(code < 0, -1, np.searchsorted(pairs, code)).astype(np.int32)
    return DistinctResource(
        name,
        pair,
        (pairs % providers).astype(np.int32),
        rng.random(len(pairs)) < 0.2,
        capacity.astype(np.int64),
    )


def _costs(rng, arcs, classes, providers, resources, distinct, tier):
    excess = tuple(
        Excess(
            int(rng.integers(resources)),
            np.where(rng.random(providers) < 0.1, NO_LIMIT, rng.integers(-2, 8, providers)).astype(np.int64),
            rng.integers(0, 20, providers).astype(np.int64),
        )
        for _ in range(rng.integers(0, 3) if resources else 0)
    )
    return Costs(
        arc=rng.integers(0, 30, arcs).astype(np.int64),
        unassigned=rng.integers(0, 100, classes).astype(np.int64),
        opening=tuple(rng.integers(0, 20, len(each.pair_provider)).astype(np.int64) for each in distinct),
        excess=excess,
        constant=int(rng.integers(-5, 5)),
        name=f"tier {tier}",
        crowding=_crowding(rng, providers, len(distinct)),
    )


def _crowding(rng, providers, resources):
    """Prices of open pairs above a target: none, one, or several that add up."""
    return tuple(
        Excess(
            int(rng.integers(resources)),
            np.where(rng.random(providers) < 0.1, NO_LIMIT, rng.integers(-1, 3, providers)).astype(np.int64),
            rng.integers(0, 40, providers).astype(np.int64),
        )
        for _ in range(rng.integers(0, 3) if resources else 0)
    )
