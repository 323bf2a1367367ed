"""How fast a plan is mended after a provider leaves, and how good it is then."""

import pickle
from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path

import numpy as np

from data.scenario import Departure, Scenario, apply
from data.scope import Scope
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import standing
from data.synthetic import generate
from rules.compiler import compile_rules
from rules.documents import parse
from rules.evaluator import evaluate as evaluate_rules
from rules.packs import pack_text
from solver.build import Planning, build_problem
from solver.carry import flow_of_providers
from solver.params import Params
from solver.planning import arcs_of_patients
from solver.problem import Int32, Problem
from solver.repair import repair
from solver.shed import feasible_part
from solver.solve import solve
from solver.unsearched import NOT_BOUNDED
from tests.benchmarks.benchmark import AS_OF, Benchmark, Figures, Stopwatch
from tests.benchmarks.plan import EFFECTIVE_ON, figures

Loaded = tuple[Problem, Int32]


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--patients", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1, help="of the population and of the search")
    parser.add_argument("--tightness", choices=("typical", "tight"), default="typical")
    parser.add_argument("--before", type=float, default=30.0, help="seconds for the plan before")
    parser.add_argument("--seconds", type=float, default=3.0, help="for mending it")
    parser.add_argument("--workers", type=int, default=1)


def planned(snapshot: Snapshot, scenario: Scenario, on: date = EFFECTIVE_ON) -> Planning:
    """Everybody may move, by the shipped rules."""
    documents = parse(pack_text("core") | pack_text("objectives"))
    assumed, slot = apply(scenario, snapshot).on(on), Slot()
    held = standing(assumed, slot)
    eligibility = evaluate_rules(compile_rules(documents), assumed, slot, held.owner)
    return build_problem(assumed, held, eligibility, documents.objectives["rebalance"], Scope())


def prepare(chosen: Namespace, directory: Path) -> None:
    """A plan; then the provider with the median panel leaves, and the problem is built anew."""
    snapshot = generate(chosen.patients, chosen.seed, AS_OF, chosen.tightness).snapshot
    before = planned(snapshot, Scenario())
    limits = Params(chosen.before, seed=chosen.seed, workers=chosen.workers)
    found = solve(before.problem, limits, before.standing_flow)
    assert found.flow is not None  # a flow was given
    members = np.bincount(before.problem.provider, found.flow, before.problem.providers)
    at_work = np.flatnonzero(members)
    leaver = int(at_work[np.argsort(members[at_work])[len(at_work) // 2]])
    departure = Departure(snapshot.provider_ids[leaver], EFFECTIVE_ON)
    after = planned(snapshot, Scenario(departures=(departure,)))
    arc = arcs_of_patients(before, found.flow)
    provider = np.append(before.arcs.provider, np.int32(-1))[arc]  # -1, the last, is nobody
    warm = flow_of_providers(after, provider)
    with (directory / "repair.pickle").open("wb") as file:
        pickle.dump((after.problem, warm), file, protocol=5)


def load(directory: Path) -> Loaded:
    with (directory / "repair.pickle").open("rb") as file:
        loaded: Loaded = pickle.load(file)
    return loaded


def mended(chosen: Namespace, directory: Path) -> Figures:
    """Around the leaver first, then wider."""
    problem, flow = load(directory)
    watch = Stopwatch()
    params = Params(chosen.seconds, seed=chosen.seed, workers=chosen.workers)
    result = repair(problem, flow, params)
    spent = watch.figures()
    assert result.flow is not None
    bound = None if result.detail == NOT_BOUNDED else result.bound
    return figures(problem, result.flow, spent, bound) | {"arcs": problem.arcs}


def anew(chosen: Namespace, directory: Path) -> Figures:
    """From nothing, with the same time."""
    problem, _ = load(directory)
    watch = Stopwatch()
    result = solve(problem, Params(chosen.seconds, seed=chosen.seed, workers=chosen.workers))
    spent = watch.figures()
    assert result.flow is not None
    return figures(problem, result.flow, spent, result.bound)


def unmended(chosen: Namespace, directory: Path) -> Figures:
    """What of the plan before still fits."""
    problem, flow = load(directory)
    watch = Stopwatch()
    kept = feasible_part(problem, flow)
    spent = watch.figures()
    return figures(problem, kept, spent)


BENCHMARK = Benchmark(
    about="Mending a plan after one provider leaves, measured from a built problem.",
    options=options,
    prepare=prepare,
    cases={"panelwise": mended, "from nothing": anew, "not mended": unmended},
    compared=("value", "left out"),
    targets={"panelwise": {"seconds": 3.5}},
)
