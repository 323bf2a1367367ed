"""What is wrong with a folder: every problem with its place and a remedy."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.errors import DataError

Severity = Literal["error", "warning"]

KEPT = 1000
"""Problems kept for each (file, column, code); the rest is counted in one summary."""

SHOWN = 120
"""Longest cell, in characters, that an issue repeats."""


@dataclass(frozen=True, order=True)
class Issue:
    """One problem.

    `row` counts as a spreadsheet does: the header is row 1, the first record row 2; 0 is the whole file.
    Lines of an NDJSON file count from 1. `code` is stable and meant for programs, `message` and `remedy`
    are sentences for people.
    """

    file: str
    row: int
    column: str
    code: str
    message: str
    remedy: str
    value: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        place = self.file + (f":{self.row}" if self.row else "") + (f" {self.column}" if self.column else "")
        return f"{self.severity} {self.code} {place}: {self.message}. {self.remedy}"


class IntakeError(DataError):
    """The folder cannot be taken in; `issues` lists everything that is wrong, errors first."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        errors = [issue for issue in self.issues if issue.severity == "error"]
        first = "; ".join(str(issue) for issue in errors[:3])
        more = f"; and {len(errors) - 3:,} more" if len(errors) > 3 else ""
        count = "one problem" if len(errors) == 1 else f"{len(errors):,} problems"
        super().__init__(f"{count} in the folder: {first}{more}")

    @property
    def errors(self) -> tuple[Issue, ...]:
        """What must be mended."""
        return tuple(issue for issue in self.issues if issue.severity == "error")

    @property
    def warnings(self) -> tuple[Issue, ...]:
        """What deserves a look."""
        return tuple(issue for issue in self.issues if issue.severity == "warning")


class IssueLog:
    """Collects issues, with a bound on equal ones, so that a million of them stay readable."""

    def __init__(self) -> None:
        self._kept: list[Issue] = []
        self._counts: Counter[tuple[str, str, str, Severity]] = Counter()

    def __contains__(self, code: str) -> bool:
        return any(issue.code == code for issue in self._kept)

    def add(
        self,
        file: str,
        code: str,
        message: str,
        remedy: str,
        *,
        row: int = 0,
        column: str = "",
        value: str = "",
        severity: Severity = "error",
    ) -> None:
        """Record one problem."""
        if self._room(file, column, code, severity, 1):
            shown = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
            self._kept.append(Issue(file, row, column, code, message, remedy, shown, severity))

    def note(self, file: str, code: str, count: int, message: str, remedy: str) -> None:
        """Warn once of `count` things that were inferred; nothing where there are none."""
        if count:
            self.add(file, code, f"{count:,} {message}", remedy, value=str(count), severity="warning")

    def add_rows(
        self,
        file: str,
        rows: npt.NDArray[np.int64],
        code: str,
        message: str,
        remedy: str,
        *,
        column: str = "",
        values: pa.ChunkedArray | pa.Array | None = None,
        also: Mapping[str, Callable[[int], str]] | None = None,
        severity: Severity = "error",
    ) -> None:
        """Record one problem in each of `rows`; `message` may name `{value}` and the keys of `also`.

        `values` runs parallel to `rows`; the functions of `also` are given a position in it. Only the rows
        that are kept are turned into text.
        """
        room = self._room(file, column, code, severity, len(rows))
        shown = [""] * room if values is None else values.slice(0, room).to_pylist()
        for position in range(room):
            value = as_text(shown[position])
            words = {name: each(position) for name, each in (also or {}).items()}
            words["value"] = repr(value if len(value) <= SHOWN else value[: SHOWN - 1] + "…")
            self._kept.append(
                Issue(
                    file,
                    int(rows[position]),
                    column,
                    code,
                    message.format(**words),
                    remedy.format(**words),
                    value[:SHOWN],
                    severity,
                )
            )

    def _room(self, file: str, column: str, code: str, severity: Severity, count: int) -> int:
        key = (file, column, code, severity)
        before = self._counts[key]
        self._counts[key] += count
        return max(0, min(count, KEPT - before))

    @property
    def has_errors(self) -> bool:
        """Whether anything must be mended."""
        return any(key[3] == "error" for key, count in self._counts.items() if count)

    def issues(self) -> tuple[Issue, ...]:
        """Everything found, errors before warnings, each in the order of files, rows and columns."""
        summaries = [
            Issue(
                file,
                0,
                column,
                code,
                f"{count:,} rows have this problem; the first {KEPT:,} are listed",
                "Mend the cause once, at the source of the file, and read it again",
                str(count),
                severity,
            )
            for (file, column, code, severity), count in self._counts.items()
            if count > KEPT
        ]
        return tuple(sorted(self._kept + summaries, key=lambda issue: (issue.severity, issue)))

    def raise_errors(self) -> None:
        """IntakeError with everything found, when any of it is an error."""
        if self.has_errors:
            raise IntakeError(self.issues())


def as_text(value: object) -> str:
    """How a cell looks in a message; lists as in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "|".join(str(each) for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
