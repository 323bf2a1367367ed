"""Losing every provider in turn (N-1), one after another and side by side."""

import math
import pickle
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from data.scenario import Departure, Scenario
from data.synthetic import generate
from solver.build import Planning
from solver.loss import Loss
from solver.params import Params
from solver.problem import Int32
from solver.resilience import resilience
from solver.solve import solve
from tests.benchmarks.benchmark import AS_OF, Benchmark, Figures, Stopwatch
from tests.benchmarks.plan import EFFECTIVE_ON
from tests.benchmarks.repair import planned

SAMPLE = 3
"""So many losses are computed from the snapshot on, for comparison."""

SECONDS = 2.0
"""Time limit of each of these."""


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1, help="of the population and of the search")
    parser.add_argument("--tightness", choices=("typical", "tight"), default="typical")
    parser.add_argument("--before", type=float, default=15.0, help="seconds for the plan before")
    parser.add_argument("--seconds", type=float, default=45.0, help="for all losses together")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--each", action="store_true", help="print every loss")


def prepare(chosen: Namespace, directory: Path) -> None:
    """A plan for a generated population."""
    planning = planned(generate(chosen.patients, chosen.seed, AS_OF, chosen.tightness).snapshot, Scenario())
    found = solve(planning.problem, Params(chosen.before, seed=chosen.seed), planning.standing_flow)
    with (directory / "sweep.pickle").open("wb") as file:
        pickle.dump((planning, found.flow), file, protocol=5)


def load(directory: Path) -> tuple[Planning, Int32]:
    with (directory / "sweep.pickle").open("rb") as file:
        loaded: tuple[Planning, Int32] = pickle.load(file)
    return loaded


def swept(chosen: Namespace, directory: Path, executor: Executor | None, workers: int) -> Figures:
    planning, flow = load(directory)
    params = Params(chosen.seconds, gap=0.001, seed=chosen.seed, workers=workers)
    watch = Stopwatch()
    losses = resilience(planning, flow, params, executor)
    spent = watch.figures()
    if chosen.each:
        for each in losses:
            print(
                f"{each.provider_id}: of {each.patients} {each.land} land, {each.left} are left; price "
                f"{each.price:,.0f}, at least {each.at_least or math.nan:,.0f}, gap {each.gap or 0.0:.2%}"
            )
    return spent | told(losses)


def told(losses: Sequence[Loss]) -> Figures:
    """Sums over all losses, and how far they are from their bounds."""
    gaps = [each.gap for each in losses if each.gap is not None] or [np.nan]
    return {
        "losses": len(losses),
        "patients": sum(each.patients for each in losses),
        "left": sum(each.left for each in losses),
        "points": sum(each.price for each in losses),
        "at least": sum(each.at_least or 0.0 for each in losses),
        "median gap": float(np.median(gaps)),
        "largest gap": float(np.max(gaps)),
        "gaps under 1 %": sum(each.gap is not None and each.gap < 0.01 for each in losses),
    }


def one_after_another(chosen: Namespace, directory: Path) -> Figures:
    return swept(chosen, directory, None, 1)


def side_by_side(chosen: Namespace, directory: Path) -> Figures:
    """In processes; the time of starting them counts."""
    with ProcessPoolExecutor(chosen.workers, get_context("spawn")) as executor:
        return swept(chosen, directory, executor, chosen.workers)


def from_the_snapshot(chosen: Namespace, directory: Path) -> Figures:
    """Rules and problem anew for each loss; the time is scaled up from a few to all."""
    planning, flow = load(directory)
    members = np.bincount(planning.problem.provider, flow, planning.problem.providers)
    losing = np.flatnonzero(members)[:SAMPLE].tolist()
    snapshot = planning.subjects.snapshot
    watch = Stopwatch()
    for provider in losing:
        departure = Departure(snapshot.provider_ids[provider], EFFECTIVE_ON)
        again = planned(snapshot, Scenario(departures=(departure,)))
        solve(again.problem, Params(SECONDS, seed=chosen.seed), again.standing_flow)
    scale = np.count_nonzero(members) / max(len(losing), 1)
    return {name: value * scale for name, value in watch.figures().items()}


BENCHMARK = Benchmark(
    about="What happens if a provider leaves, for every provider, measured from a built problem and a plan.",
    options=options,
    prepare=prepare,
    cases={
        "side by side": side_by_side,
        "one after another": one_after_another,
        "from the snapshot": from_the_snapshot,
    },
    compared=("seconds",),
    targets={"side by side": {"seconds": 60.0}},
)
