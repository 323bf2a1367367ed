"""How long it takes to read and check a folder of CSV files."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

import pandas as pd

from data.columns import TABLES
from data.intake.export import write_folder
from data.intake.folder import read_folder
from data.synthetic import generate
from tests.benchmarks.benchmark import AS_OF, Benchmark, Figures, Stopwatch


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)


def prepare(chosen: Namespace, directory: Path) -> None:
    folder = directory / "folder"
    folder.mkdir()
    write_folder(generate(chosen.patients, chosen.seed, AS_OF).snapshot, folder, "csv")


def checked(chosen: Namespace, directory: Path) -> Figures:
    watch = Stopwatch()
    intake = read_folder(directory / "folder", AS_OF)
    spent = watch.figures()
    return spent | {"rows": sum(table.num_rows for table in intake.tables.values())}


def pandas_without_checks(chosen: Namespace, directory: Path) -> Figures:
    """Reads and types the same files, and looks at nothing: what the checks cost is the difference."""
    watch = Stopwatch()
    rows = 0
    for path in sorted((directory / "folder").glob("*.csv")):
        spec = TABLES[path.stem]
        dates = [column.name for column in spec.columns if column.kind == "date"]
        text = {column.name: "string" for column in spec.columns if column.kind in ("text", "list")}
        rows += len(pd.read_csv(path, dtype=text, parse_dates=dates))
    return watch.figures() | {"rows": rows}


BENCHMARK = Benchmark(
    about="Reading a folder of CSV files with every check, against pandas.read_csv without any.",
    options=options,
    prepare=prepare,
    cases={"checked": checked, "pandas": pandas_without_checks},
    targets={"checked": {"seconds": 10}},
)
