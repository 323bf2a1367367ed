"""How long it takes to draw a population."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from data.synthetic import generate
from tests.benchmarks.benchmark import AS_OF, Benchmark, Figures, Stopwatch


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tightness", choices=("typical", "tight"), default="typical")


def population(chosen: Namespace, directory: Path) -> Figures:
    watch = Stopwatch()
    generated = generate(chosen.patients, chosen.seed, AS_OF, chosen.tightness)
    spent = watch.figures()
    snapshot = generated.snapshot
    return spent | {
        "providers": snapshot.providers.num_rows,
        "facilities": snapshot.facilities.num_rows,
        "assignments": snapshot["assignments"].num_rows,
    }


BENCHMARK = Benchmark(
    about="Drawing a synthetic population with a planted assignment.",
    options=options,
    cases={"generate": population},
    targets={"generate": {"seconds": 60, "peak_mb": 3000}},
)
