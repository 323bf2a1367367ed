"""How long whoever cancels a search waits for what it holds, whatever it is at."""

import pickle
import time
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, field
from pathlib import Path

from data.scenario import Scenario
from data.synthetic import generate
from solver.params import Params
from solver.problem import Int32, Problem
from solver.solve import solve
from solver.verify import verify
from solver.warm_up import warm_up
from tests.benchmarks.benchmark import AS_OF, Benchmark, Figures, Stopwatch
from tests.benchmarks.repair import planned


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--patients", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1, help="of the population and of the search")
    parser.add_argument("--tightness", choices=("typical", "tight"), default="typical")
    parser.add_argument("--seconds", type=float, default=30.0, help="time limit of the search")
    parser.add_argument("--points", type=int, default=6, help="searches cancelled, each at another moment")
    parser.add_argument("--workers", type=int, default=2, help="threads")


def prepare(chosen: Namespace, directory: Path) -> None:
    """A generated population as a problem."""
    planning = planned(generate(chosen.patients, chosen.seed, AS_OF, chosen.tightness).snapshot, Scenario())
    with (directory / "cancel.pickle").open("wb") as file:
        pickle.dump((planning.problem, planning.standing_flow), file, protocol=5)


def load(directory: Path) -> tuple[Problem, Int32]:
    with (directory / "cancel.pickle").open("rb") as file:
        loaded: tuple[Problem, Int32] = pickle.load(file)
    return loaded


@dataclass
class Switch:
    """Says stop from a moment on, and remembers the longest time between two looks at it."""

    at: float
    begun: float = field(default_factory=time.monotonic)
    looked: float = field(default_factory=time.process_time)
    longest: float = 0.0

    def __call__(self) -> bool:
        """Whether the moment has come."""
        now = time.process_time()
        self.longest, self.looked = max(self.longest, now - self.looked), now
        return time.monotonic() - self.begun >= self.at


def cancelled(chosen: Namespace, directory: Path) -> Figures:
    """One search after another, each cancelled later than the one before; all have to hold a flow."""
    problem, standing = load(directory)
    warm_up()
    watch, waits, looks = Stopwatch(), [], []
    for point in range(chosen.points):
        # the first moments matter most: that is where a search builds what it works with
        switch = Switch(chosen.seconds * ((point + 0.5) / chosen.points) ** 2)
        params = Params(chosen.seconds, seed=chosen.seed, workers=chosen.workers, cancelled=switch)
        result = solve(problem, params, standing)
        waits.append(max(time.monotonic() - switch.begun - switch.at, 0.0))
        looks.append(max(switch.longest, time.process_time() - switch.looked))
        assert result.flow is not None  # one was given
        assert not verify(problem, result.flow)
    return watch.figures() | {
        "longest wait": max(waits),
        "mean wait": sum(waits) / len(waits),
        "longest without a look (cpu)": max(looks),
    }


BENCHMARK = Benchmark(
    about="A search cancelled at several moments, measured from a built problem: how long that takes.",
    options=options,
    prepare=prepare,
    cases={"panelwise": cancelled},
    targets={"panelwise": {"longest wait": 2.0}},
)
