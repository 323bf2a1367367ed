"""What was measured, as a table and as JSON."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path

from tests.benchmarks.benchmark import Benchmark
from tests.benchmarks.measure import Spread

PACKAGES = (
    "panelwise",
    "numpy",
    "numba",
    "pyarrow",
    "pandas",
    "scipy",
    "ortools",
    "cel-expr-python",
    "sqlalchemy",
    "adbc-driver-sqlite",
)

Measured = dict[str, dict[str, Spread]]
"""Case -> figure -> spread over the repeats."""


def machine() -> dict[str, object]:
    """What the figures depend on."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cores": usable,
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
    }


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def ratios(benchmark: Benchmark, measured: Measured) -> dict[str, dict[str, float]]:
    """How many times more each alternative takes than ours, by the medians; empty where ours did not run."""
    ours, *others = benchmark.cases
    mine = measured.get(ours, {})
    return {
        case: {
            figure: measured[case][figure].median / mine[figure].median
            for figure in benchmark.compared
            if figure in measured[case] and mine[figure].median > 0
        }
        for case in others
        if mine and case in measured
    }


def verdicts(benchmark: Benchmark, measured: Measured) -> list[str]:
    """A line for every target whose case ran: what was measured at worst, and what is allowed."""
    lines = []
    for case, allowed in benchmark.targets.items():
        for figure, most in allowed.items():
            if case in measured and figure in measured[case]:
                worst = measured[case][figure].greatest
                word = "met" if worst <= most else "MISSED"
                lines.append(f"target {word}: {case} {figure} {number(worst)}, at most {number(most)}")
    return lines


def number(value: float) -> str:
    """Short and readable: 1234567 -> 1,234,567; 0.012345 -> 0.0123."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns side by side, the first to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def text(benchmark: Benchmark, measured: Measured, settings: Mapping[str, object], default: bool) -> str:
    """The whole report for people."""
    facts = machine()
    chosen = ", ".join(f"{key} {value}" for key, value in settings.items())
    rows = [("case and figure", "min", "median", "max")]
    for case, figures in measured.items():
        rows += [
            (f"{case} {figure}", number(each.least), number(each.median), number(each.greatest))
            for figure, each in figures.items()
        ]
    lines = [
        benchmark.about,
        f"{facts['cores']} cores, {facts['processor']}, Python {facts['python']}; {chosen}",
        "",
        table(rows),
    ]
    ours = next(iter(benchmark.cases))
    lines += [
        f"{case}: {number(ratio)} times the {figure} of {ours}"
        for case, each in ratios(benchmark, measured).items()
        for figure, ratio in each.items()
    ]
    return "\n".join(lines + (verdicts(benchmark, measured) if default else []))


def document(
    name: str, benchmark: Benchmark, measured: Measured, settings: Mapping[str, object], default: bool
) -> dict[str, object]:
    """The whole report for machines. Targets only where the options are the default ones."""
    return {
        "benchmark": name,
        "about": benchmark.about,
        "machine": machine(),
        "settings": dict(settings),
        "cases": {
            case: {figure: asdict(each) for figure, each in figures.items()}
            for case, figures in measured.items()
        },
        "ratios": ratios(benchmark, measured),
        "targets": {case: dict(most) for case, most in benchmark.targets.items()} if default else {},
        "verdicts": verdicts(benchmark, measured) if default else [],
    }
