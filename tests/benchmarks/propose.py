"""From a snapshot to a checked plan: rules, problem, search, plan with reasons, independent check."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from data.scope import Scope
from data.slot import Slot
from data.standing import standing
from data.synthetic import generate
from rules.compiler import compile_rules
from rules.documents import parse
from rules.evaluator import evaluate
from rules.packs import pack_text
from solver.build import build_problem
from solver.check import check
from solver.params import Params
from solver.planning import Facts, make_plan
from solver.solve import silent, solve
from solver.warm_up import ready
from tests.benchmarks.benchmark import AS_OF, Benchmark, Figures, Stopwatch, read_snapshot, write_snapshot
from tests.benchmarks.plan import EFFECTIVE_ON

MADE_AT = datetime(2026, 11, 1, 9, tzinfo=UTC)


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--patients", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1, help="of the population and of the search")
    parser.add_argument("--tightness", choices=("typical", "tight"), default="typical")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of the search alone")
    parser.add_argument("--gap", type=float, default=0.001, help="stop when proven this close")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--preset", default="rebalance")


def prepare(chosen: Namespace, directory: Path) -> None:
    """A generated population."""
    write_snapshot(generate(chosen.patients, chosen.seed, AS_OF, chosen.tightness).snapshot, directory)


def proposed(chosen: Namespace, directory: Path) -> Figures:
    """Seconds of each step, and of all together; a plan that breaks anything is no answer."""
    ready(Params(), silent)
    documents = parse(pack_text("core") | pack_text("objectives"))
    objective, slot, rules = documents.objectives[chosen.preset], Slot(), compile_rules(documents)
    whole, spent = Stopwatch(), {}
    watch = Stopwatch()

    def took(step: str) -> None:
        nonlocal watch
        figures = watch.figures()
        spent[f"{step} s"], spent[f"{step} cpu s"] = figures["seconds"], figures["cpu seconds"]
        watch = Stopwatch()

    snapshot = read_snapshot(directory).on(EFFECTIVE_ON)
    took("snapshot")
    held = standing(snapshot, slot)
    eligibility = evaluate(rules, snapshot, slot, held.owner)
    took("rules")
    planning = build_problem(snapshot, held, eligibility, objective, Scope())
    took("problem")
    params = Params(chosen.seconds, gap=chosen.gap, seed=chosen.seed, workers=chosen.workers)
    result = solve(planning.problem, params, planning.standing_flow)
    took("search")
    plan = make_plan(planning, result, Facts("plan", chosen.preset, "", AS_OF, MADE_AT, "benchmark"))
    took("plan")
    violations = check(snapshot, held, eligibility, objective, Scope(), plan)
    took("check")
    if violations:
        raise AssertionError(f"{len(violations)} violations: {violations[:3]}")
    counts = plan.header.counts
    sizes = {"classes": planning.problem.classes, "arcs": planning.problem.arcs}
    told = {"gap": result.gap, "moves": counts.assign + counts.move, "left": counts.left}
    return whole.figures() | spent | sizes | told


BENCHMARK = Benchmark(
    about="From a snapshot to a checked plan, step by step.",
    options=options,
    prepare=prepare,
    cases={"panelwise": proposed},
)
