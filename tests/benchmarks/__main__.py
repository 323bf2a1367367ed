"""`python -m tests.benchmarks NAME [options] [--repeat N] [--cases A,B | --against A,B] [--json FILE]`."""

import json
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from tests.benchmarks.benchmark import Benchmark
from tests.benchmarks.measure import CaseFailedError, keep_figures, run_child, spread
from tests.benchmarks.report import Measured, document, text

NAMES = (
    *("generate", "rules", "candidates", "intake", "commit", "snapshot", "load"),
    *("plan", "propose", "gap", "sweep", "repair", "cancel"),
)
OWN = ("repeat", "cases", "against", "json", "child", "directory")


def parser_of(name: str, benchmark: Benchmark) -> ArgumentParser:
    """Options of one benchmark and those that all share."""
    parser = ArgumentParser(prog=f"python -m tests.benchmarks {name}", description=benchmark.about)
    benchmark.options(parser)
    parser.add_argument("--repeat", type=int, default=1, help="runs of every case (default 1)")
    parser.add_argument("--cases", default=",".join(benchmark.cases), help="some of: %(default)s")
    parser.add_argument("--against", help="our case against these alone, such as cpsat,mip")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--child", help="used internally: run this case here")
    parser.add_argument("--directory", type=Path, help="used internally: where the input is")
    return parser


def chosen_cases(parser: ArgumentParser, benchmark: Benchmark, options: Namespace) -> list[str]:
    """The cases asked for, ours first; unknown names end the program.

    An alternative to compare with that is not available here is said so and left away.
    """
    if options.against is not None:
        others = options.against.split(",")
        for absent in (each for each in others if each not in benchmark.cases):
            print(f"{absent}: not available here, so not measured", file=sys.stderr)
        return [case for number, case in enumerate(benchmark.cases) if number == 0 or case in others]
    asked = options.cases.split(",")
    unknown = [case for case in asked if case not in benchmark.cases]
    if unknown or options.repeat < 1:
        parser.error(f"--cases is some of {', '.join(benchmark.cases)}, and --repeat at least 1")
    return [case for case in benchmark.cases if case in asked]


def settings_of(options: Namespace) -> dict[str, object]:
    """The options that make up the instance; files and folders by their names."""
    named = {key: str(value) if isinstance(value, Path) else value for key, value in vars(options).items()}
    return {key: value for key, value in named.items() if key not in OWN}


def measure(name: str, cases: Sequence[str], repeat: int, arguments: Sequence[str]) -> Measured:
    """Prepare once, then run the cases in turn, `repeat` times over."""
    figures: dict[str, list[dict[str, float]]] = {case: [] for case in cases}
    with tempfile.TemporaryDirectory(prefix="panelwise-benchmark-") as directory:
        run_child(name, "", arguments, Path(directory))
        for _ in range(repeat):
            for case in cases:
                figures[case].append(run_child(name, case, arguments, Path(directory)))
    return {
        case: {figure: spread([run[figure] for run in runs]) for figure in runs[0]}
        for case, runs in figures.items()
    }


def run_here(benchmark: Benchmark, options: Namespace) -> None:
    """The part of the child: one case, or the preparation."""
    if options.child:
        keep_figures(benchmark.cases[options.child](options, options.directory), options.directory)
    else:
        benchmark.prepare(options, options.directory)
        keep_figures({}, options.directory)


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark that the first argument names."""
    if not arguments or arguments[0] not in NAMES:
        print(f"usage: python -m tests.benchmarks NAME [options]\nNAME is one of: {', '.join(NAMES)}")
        return 0 if arguments[:1] in ([], ["--help"], ["-h"]) else 2
    name, *rest = arguments
    benchmark: Benchmark = import_module(f"tests.benchmarks.{name}").BENCHMARK
    parser = parser_of(name, benchmark)
    options = parser.parse_args(rest)
    if options.child is not None:
        run_here(benchmark, options)
        return 0
    try:
        measured = measure(name, chosen_cases(parser, benchmark, options), options.repeat, rest)
    except CaseFailedError as failed:
        print(failed, file=sys.stderr)
        return 1
    settings = settings_of(options)
    default = settings == settings_of(parser.parse_args([]))
    print(text(benchmark, measured, settings, default))
    if options.json:
        written = document(name, benchmark, measured, settings, default)
        options.json.write_text(json.dumps(written, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
