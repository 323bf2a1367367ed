"""What a benchmark is: prepared input, and cases that are measured on it side by side."""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
from pyarrow import feather

from data.columns import TABLES
from data.snapshot import Snapshot
from tests.postgres import binaries

AS_OF = date(2026, 11, 1)
"""Day of every generated population; a fixed one, so that two runs compare."""

Figures = dict[str, float]
"""What a case measured. `seconds` is the work itself, without reading its input."""


class Stopwatch:
    """Started when made. A busy machine lengthens the wall time, not the processor time."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def figures(self) -> Figures:
        """`seconds` on the wall and `cpu seconds` of all threads since the start."""
        return {
            "seconds": time.perf_counter() - self._wall,
            "cpu seconds": time.process_time() - self._processor,
        }


def postgres_cases(
    **cases: Callable[[Namespace, Path], Figures],
) -> dict[str, Callable[[Namespace, Path], Figures]]:
    """The cases where a PostgreSQL server can be started, none elsewhere."""
    return dict(cases) if binaries() else {}


def nothing(options: Namespace, directory: Path) -> None:
    """No input is needed."""


@dataclass(frozen=True)
class Benchmark:
    """`prepare` writes the input into a directory, each case reads it, works, and returns its figures.

    Every case runs in a process of its own, whose peak memory is measured as `peak_mb`. The first case is
    ours, the others are alternatives: for each of `compared`, how many times more they take.
    `targets[case][figure]` is the most that is allowed with the options as they are by default.
    """

    about: str
    options: Callable[[ArgumentParser], None]
    cases: Mapping[str, Callable[[Namespace, Path], Figures]]
    prepare: Callable[[Namespace, Path], None] = nothing
    compared: tuple[str, ...] = ("seconds", "peak_mb")
    targets: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def write_snapshot(snapshot: Snapshot, directory: Path) -> None:
    """Keep the tables of a snapshot as Arrow files."""
    for name in TABLES:
        feather.write_feather(snapshot[name], str(directory / f"{name}.arrow"), compression="uncompressed")


def read_snapshot(directory: Path) -> Snapshot:
    """The snapshot that `write_snapshot` kept, mapped into memory."""
    tables = {
        name: feather.read_table(str(directory / f"{name}.arrow"), memory_map=True).combine_chunks()
        for name in TABLES
    }
    return Snapshot(AS_OF, tables)


def sliced(table: pa.Table, rows: int) -> pa.Table:
    """The first rows as a table of its own."""
    return table.slice(0, rows).combine_chunks()
