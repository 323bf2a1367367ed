"""Problems of a folder, grouped so that a hundred equal ones stay readable."""

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.markup import escape

from data.intake.issue import Issue

EXAMPLES = 5
"""Problems of one kind in one file that are told one by one."""


def show_issues(console: Console, issues: Sequence[Issue]) -> None:
    """Errors first, then warnings; by file and code, with the first few places and the remedy."""
    ordered = sorted(issues, key=lambda issue: (issue.severity, issue.file, issue.code, issue.row))
    for (severity, file, code), group in groupby(
        ordered, key=lambda each: (each.severity, each.file, each.code)
    ):
        listed = list(group)
        color = "red" if severity == "error" else "yellow"
        console.print(f"[{color}]{severity}[/] [bold]{escape(file)}[/] {code} ({len(listed):,})")
        for issue in listed[:EXAMPLES]:
            console.print(f"    {_place(issue)}{escape(issue.message)}", soft_wrap=True)
        if len(listed) > EXAMPLES:
            console.print(f"    ... and {len(listed) - EXAMPLES:,} more of this kind (--json lists them)")
        console.print(f"    [dim]→ {escape(listed[0].remedy)}[/]", soft_wrap=True)


def _place(issue: Issue) -> str:
    parts = ([f"row {issue.row}"] if issue.row else []) + ([issue.column] if issue.column else [])
    value = f" {escape(repr(issue.value))}" if issue.value else ""
    return f"{', '.join(parts)}{value}: " if parts else ""
