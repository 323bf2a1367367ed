"""Runs cases in processes of their own and collects what they measured."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.benchmark import Figures

KIB_PER_UNIT = 1 / 1024 if sys.platform == "darwin" else 1
"""macOS gives ru_maxrss in bytes, Linux in KiB."""


class CaseFailedError(RuntimeError):
    """A case ended with an error; what it printed is above."""


@dataclass(frozen=True)
class Spread:
    """Least, middle and greatest of the repeats."""

    least: float
    median: float
    greatest: float


def spread(values: Sequence[float]) -> Spread:
    """Of at least one value."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return Spread(ordered[0], median, ordered[-1])


def run_child(name: str, case: str, arguments: Sequence[str], directory: Path) -> Figures:
    """Figures of one case (or of the preparation, where `case` is empty), with `peak_mb` of its process."""
    answer = directory / "figures.json"
    answer.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.benchmarks", name, *arguments]
    command += ["--child", case, "--directory", str(directory)]
    with subprocess.Popen(command) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise CaseFailedError(f"{name} {case or 'preparation'} ended with {child.returncode}")
    figures: Figures = json.loads(answer.read_text())
    return figures | {"peak_mb": usage.ru_maxrss * KIB_PER_UNIT / 1024}


def keep_figures(figures: Figures, directory: Path) -> None:
    """Called in the child: hand the figures back."""
    (directory / "figures.json").write_text(json.dumps(figures))
