"""The generalized assignment problem of the literature: value and gap to the best known.

An instance is a file of integers: m agents, n jobs, m rows of n costs, m rows of n uses, m capacities. The
best known values are a table with the columns `instance` and `best_known`. Neither is part of the product:
name the folder and the file.
"""

import csv
import pickle
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import numpy.typing as npt

from solver.params import Params
from solver.problem import Costs, Problem, SummedResource
from solver.solve import solve
from solver.stage import nobody_placed
from solver.verify import evaluate, verify
from tests.benchmarks.benchmark import Benchmark, Figures, Stopwatch
from tests.benchmarks.cpsat import solve_plainly
from tests.benchmarks.highs import solve_as_program

Flow = npt.NDArray[np.int32]
Solver = Callable[[Problem, Namespace], tuple[Flow, float]]


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--instances", type=Path, help="folder of instance files (needed)")
    parser.add_argument("--best-known", type=Path, help="CSV with instance and best_known (needed)")
    parser.add_argument("--only", default="*", help="names of instances, with wildcards")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each instance and solver")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)


def problem_of(text: str) -> Problem:
    """Classes of one, one summed limit; leaving a job out costs more than any plan."""
    numbers = np.array(text.split(), dtype=np.int64)
    agents, jobs = (int(each) for each in numbers[:2])
    cost, use = numbers[2 : 2 + 2 * agents * jobs].reshape(2, agents, jobs)
    capacity = numbers[2 + 2 * agents * jobs :]
    dearest = int(cost.max(axis=0).sum()) + 1
    return Problem(
        providers=agents,
        count=np.ones(jobs, np.int32),
        indptr=np.arange(0, jobs * agents + 1, agents),
        provider=np.tile(np.arange(agents, dtype=np.int32), jobs),
        tiers=(Costs(cost.T.ravel(), np.full(jobs, dearest)),),
        summed=(SummedResource("use", use.T.ravel().astype(np.int32), capacity),),
    )


def prepare(chosen: Namespace, directory: Path) -> None:
    """Read all instances that have a best known value."""
    if chosen.instances is None or chosen.best_known is None:
        raise SystemExit(
            "gap: name --instances FOLDER and --best-known CSV; they are not part of the product"
        )
    with chosen.best_known.open(newline="") as file:
        best = {row["instance"]: int(row["best_known"]) for row in csv.DictReader(file)}
    names = sorted(each.name for each in chosen.instances.iterdir() if each.name in best)
    named = [name for name in names if fnmatch(name, chosen.only)]
    if not named:
        raise SystemExit(f"gap: no instance in {chosen.instances} matches {chosen.only}")
    problems = [(name, problem_of((chosen.instances / name).read_text()), best[name]) for name in named]
    with (directory / "problems.pickle").open("wb") as file:
        pickle.dump(problems, file)


def measured(solver: Solver) -> Callable[[Namespace, Path], Figures]:
    """A case: every instance in turn; gaps to the best known in per cent, by instance and their mean."""

    def run(chosen: Namespace, directory: Path) -> Figures:
        with (directory / "problems.pickle").open("rb") as file:
            problems: list[tuple[str, Problem, int]] = pickle.load(file)
        watch = Stopwatch()
        gaps = {}
        for name, problem, best in problems:
            flow, _ = solver(problem, chosen)
            broken = verify(problem, flow)
            if broken:
                raise AssertionError(f"{name}: {broken[:3]}")
            gaps[name] = 100.0 * (evaluate(problem, problem.tiers[0], flow) - best) / best
        mean = {"mean gap": float(np.mean(list(gaps.values()))), "worst gap": max(gaps.values())}
        return watch.figures() | mean | gaps

    return run


def ours(problem: Problem, chosen: Namespace) -> tuple[Flow, float]:
    result = solve(problem, Params(seconds=chosen.seconds, seed=chosen.seed, workers=chosen.workers))
    assert result.flow is not None  # the engine always holds a flow
    return result.flow, float(result.bound)


def cp_sat(problem: Problem, chosen: Namespace) -> tuple[Flow, float]:
    """CP-SAT on the plain model, from nothing."""
    return solve_plainly(problem, nobody_placed(problem), chosen.seconds, chosen.seed, chosen.workers)


def highs(problem: Problem, chosen: Namespace) -> tuple[Flow, float]:
    """HiGHS on the plain model, from nothing."""
    return solve_as_program(problem, nobody_placed(problem), chosen.seconds, chosen.seed)


BENCHMARK = Benchmark(
    about="Literature's generalized assignment instances: gap to the best known value, in per cent.",
    options=options,
    prepare=prepare,
    cases={"panelwise": measured(ours), "cpsat": measured(cp_sat), "highs": measured(highs)},
    compared=("mean gap",),
)
