"""How good a plan is after a time, and how near to the proven bound."""

import pickle
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import numpy as np
import numpy.typing as npt

from data.scope import Scope
from data.slot import Slot
from data.standing import standing
from data.synthetic import generate
from rules.compiler import compile_rules
from rules.documents import parse
from rules.evaluator import evaluate as evaluate_rules
from rules.packs import pack_text
from solver.build import build_problem
from solver.costs import COST_UNIT
from solver.params import Params
from solver.problem import Problem
from solver.result import relative_gap
from solver.solve import solve
from solver.verify import evaluate, left_out, verify
from tests.benchmarks.benchmark import AS_OF, Benchmark, Figures, Stopwatch
from tests.benchmarks.cpsat import solve_plainly
from tests.benchmarks.greedy import least_loaded
from tests.benchmarks.highs import solve_as_program

EFFECTIVE_ON = AS_OF + timedelta(days=15)
"""All who leave are gone by then."""

Flow = npt.NDArray[np.int32]


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1, help="of the population and of the search")
    parser.add_argument("--tightness", choices=("typical", "tight"), default="tight")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each solver")
    parser.add_argument("--preset", default="rebalance", help="with one tier, such as %(default)s")
    parser.add_argument("--workers", type=int, default=1)


@dataclass(frozen=True)
class Instance:
    """A problem, and the flow that changes nothing."""

    problem: Problem
    standing_flow: Flow


def prepare(chosen: Namespace, directory: Path) -> None:
    """From a generated population through the shipped rules to a problem."""
    generated = generate(chosen.patients, chosen.seed, AS_OF, chosen.tightness)
    documents = parse(pack_text("core") | pack_text("objectives"))
    snapshot, slot = generated.snapshot.on(EFFECTIVE_ON), Slot()
    held = standing(snapshot, slot)
    eligibility = evaluate_rules(compile_rules(documents), snapshot, slot, held.owner)
    objective = documents.objectives[chosen.preset]
    planning = build_problem(snapshot, held, eligibility, objective, Scope())
    instance = Instance(planning.problem, planning.standing_flow)
    with (directory / "instance.pickle").open("wb") as file:
        pickle.dump(instance, file)


def load(directory: Path) -> Instance:
    with (directory / "instance.pickle").open("rb") as file:
        instance: Instance = pickle.load(file)
    return instance


def figures(problem: Problem, flow: Flow, spent: Figures, bound: float | None = None) -> Figures:
    """Value in points, recomputed from the problem; a flow that breaks a limit is no answer.

    Whoever has proven nothing within the time has an infinite bound, and no gap.
    """
    broken = verify(problem, flow)
    if broken:
        raise AssertionError(f"{len(broken)} constraints broken: {broken[:3]}")
    (costs,) = problem.tiers
    value = evaluate(problem, costs, flow)
    found = spent | {"value": value / COST_UNIT, "left out": int(left_out(problem, flow).sum())}
    if bound is not None and np.isfinite(bound):
        proven = {"bound": bound / COST_UNIT, "gap": relative_gap(value, int(np.ceil(bound)))}
        found |= proven
    return found


def ours(chosen: Namespace, directory: Path) -> Figures:
    problem = load(directory).problem
    params = Params(seconds=chosen.seconds, seed=chosen.seed, workers=chosen.workers)
    watch = Stopwatch()
    result = solve(problem, params)
    spent = watch.figures()
    assert result.flow is not None  # the engine always holds a flow, at worst one that places nobody
    size = {"classes": problem.classes, "arcs": problem.arcs}
    return figures(problem, result.flow, spent, result.bound) | size


def today(chosen: Namespace, directory: Path) -> Figures:
    """Doing nothing."""
    instance = load(directory)
    return figures(instance.problem, instance.standing_flow, Stopwatch().figures())


def greedy(chosen: Namespace, directory: Path) -> Figures:
    """Everybody without a provider at work goes to the least loaded eligible one; the others stay."""
    instance = load(directory)
    watch = Stopwatch()
    flow = least_loaded(instance.problem, instance.standing_flow)
    return figures(instance.problem, flow, watch.figures())


def plain_cp_sat(chosen: Namespace, directory: Path) -> Figures:
    """The same problem handed to CP-SAT as it is, with today's flow as a hint."""
    instance = load(directory)
    watch = Stopwatch()
    flow, bound = solve_plainly(
        instance.problem, instance.standing_flow, chosen.seconds, chosen.seed, chosen.workers
    )
    return figures(instance.problem, flow, watch.figures(), bound)


def plain_program(chosen: Namespace, directory: Path) -> Figures:
    """The same problem handed to HiGHS as it is, with today's flow as a hint."""
    instance = load(directory)
    watch = Stopwatch()
    flow, bound = solve_as_program(instance.problem, instance.standing_flow, chosen.seconds, chosen.seed)
    return figures(instance.problem, flow, watch.figures(), bound)


def timefold(chosen: Namespace, directory: Path) -> Figures:
    """The same problem handed to Timefold, beginning with today; what breaks limits is taken out."""
    from tests.benchmarks.timefold import solve_by_timefold

    instance = load(directory)
    watch = Stopwatch()
    flow, broken = solve_by_timefold(instance.problem, instance.standing_flow, chosen.seconds, chosen.seed)
    return figures(instance.problem, flow, watch.figures()) | {"taken out": broken}


def timefold_case() -> dict[str, Callable[[Namespace, Path], Figures]]:
    """The case where Timefold and Java are installed (`pip install --pre timefold`), none elsewhere."""
    return {"timefold": timefold} if find_spec("timefold") and which("java") else {}


BENCHMARK = Benchmark(
    about="Plans after a time limit: value in points (less is better) and gap to the bound that is proven.",
    options=options,
    prepare=prepare,
    cases={
        "panelwise": ours,
        "cpsat": plain_cp_sat,
        "mip": plain_program,
        **timefold_case(),
        "greedy": greedy,
        "today": today,
    },
    compared=("value",),
)
