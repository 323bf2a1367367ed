"""Random generalized assignment instances of the literature's types a to e, by the published formulas.

Chu, Beasley, "A genetic algorithm for the generalised assignment problem", Computers & Operations Research 24
(1997), types a to d; Laguna, Kelly, González-Velarde, Glover, "Tabu search for the multilevel generalized
assignment problem", European Journal of Operational Research 82 (1995), type e.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.int64]

TYPES = "abcde"


def assignment(kind: str, agents: int, jobs: int, seed: int) -> tuple[Table, Table, Table]:
    """Cost and use of every job (column) at every agent (row), and every agent's capacity; whole numbers."""
    rng = np.random.default_rng([seed, TYPES.index(kind), agents, jobs])
    shape = (agents, jobs)
    cost, use = _tables(kind, rng, shape)
    return cost, use, _CAPACITY.get(kind, _share_of_all)(cost, use)


def text_of(cost: Table, use: Table, capacity: Table) -> str:
    """The file form: agents, jobs, costs, uses, capacities."""
    numbers = np.concatenate([cost.shape, cost.ravel(), use.ravel(), capacity])
    return " ".join(map(str, numbers.tolist()))


def _tables(kind: str, rng: np.random.Generator, shape: tuple[int, int]) -> tuple[Table, Table]:
    if kind == "d":
        use = rng.integers(1, 101, shape)
        return 111 - use + rng.integers(-10, 11, shape), use
    if kind == "e":
        exact = 1.0 - 10.0 * np.log(1.0 - rng.random(shape))
        cost = 1000.0 / exact - 10.0 * rng.random(shape)
        return np.maximum(cost, 1.0).astype(np.int64), exact.astype(np.int64)
    return rng.integers(10, 51, shape), rng.integers(5, 26, shape)


def _share_of_all(cost: Table, use: Table) -> Table:
    """Eight tenths of what every agent would have with an equal share of jobs."""
    return (0.8 * use.sum(axis=1) / len(use)).astype(np.int64)


def _loose(cost: Table, use: Table) -> Table:
    """From the mean use of 15, and the largest load where every job goes to its cheapest agent."""
    cheapest = cost.argmin(axis=0)
    load = np.bincount(cheapest, use[cheapest, np.arange(use.shape[1])], len(use))
    return np.full(len(use), int(9 * use.shape[1] / len(use) + 0.4 * load.max()))


def _tighter(cost: Table, use: Table) -> Table:
    return (0.7 * _loose(cost, use)).astype(np.int64)


_CAPACITY: dict[str, Callable[[Table, Table], Table]] = {"a": _loose, "b": _tighter}
