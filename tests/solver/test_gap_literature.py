"""Generalized assignment instances of the literature: classes of one, one summed limit, nothing else.

The files are not part of the product: PANELWISE_GAP_DATA names the folder with `instances/` and
`best_known.csv`; without it these tests are skipped.
"""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from solver.params import Params
from solver.problem import Costs, Problem, SummedResource
from solver.solve import solve
from solver.verify import left_out

FOLDER = Path(os.environ.get("PANELWISE_GAP_DATA", "no-such-folder"))

pytestmark = pytest.mark.skipif(
    not (FOLDER / "best_known.csv").is_file(),
    reason="PANELWISE_GAP_DATA does not name a folder with best_known.csv and instances/",
)


def read(name: str) -> Problem:
    """Agents, jobs, costs, uses, capacities, separated by white space."""
    numbers = np.array((FOLDER / "instances" / name).read_text().split(), dtype=np.int64)
    agents, jobs = numbers[:2]
    cost, use = numbers[2 : 2 + 2 * agents * jobs].reshape(2, agents, jobs)
    return Problem(
        providers=int(agents),
        count=np.ones(jobs, np.int32),
        indptr=np.arange(0, jobs * agents + 1, agents),
        provider=np.tile(np.arange(agents, dtype=np.int32), jobs),
        tiers=(Costs(cost.T.ravel(), np.full(jobs, 100 * cost.max())),),
        summed=(SummedResource("use", use.T.ravel().astype(np.int32), numbers[2 + 2 * agents * jobs :]),),
    )


@pytest.mark.parametrize(
    "name", ["gap1-0", "gap4-2", "gap8-4", "a05100", "a20100", "b05100", "b10100", "c05100"]
)
def test_small_instances_reach_the_best_known_value(name):
    with (FOLDER / "best_known.csv").open() as file:
        best = {row["instance"]: int(row["best_known"]) for row in csv.DictReader(file)}
    problem = read(name)
    result = solve(problem, Params(seconds=60))
    assert (result.value, result.bound, result.termination) == (best[name], best[name], "optimal")
    assert left_out(problem, result.flow).sum() == 0
