"""What is wrong with a rule document, and where."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field


class RulesError(Exception):
    """Something about the rules is wrong."""


@dataclass(frozen=True, order=True)
class Diagnostic:
    """One problem at `file:line:column` (both from 1), with a hint where one can be given.

    `source` is the line it is in; printed with a caret under the column.
    """

    file: str
    line: int
    column: int
    code: str
    text: str
    hint: str = ""
    source: str = field(default="", compare=False)

    def __str__(self) -> str:
        lines = [f"{self.file}:{self.line}:{self.column} {self.code} {self.text}"]
        if self.source.strip():
            lines += [f"    {self.source}", f"    {' ' * (self.column - 1)}^"]
        if self.hint:
            lines.append(f"    hint: {self.hint}")
        return "\n".join(lines)


class RuleCompilationError(RulesError):
    """Rule documents that cannot be used; `diagnostics` has every problem, in order of place."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(set(diagnostics)))
        super().__init__("\n".join(map(str, self.diagnostics)))


class RuleTooBroadError(RulesError):
    """A clause would need too many evaluations; the estimate and a way out are in the message."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names what was probably meant; empty where nothing is similar."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean {found[0]}?" if found else ""
