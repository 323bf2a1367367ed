"""An expression split into clauses: leaves joined by and, or, not (or by arithmetic, for quantities)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from google.protobuf.message import Message

from rules import checked as tree
from rules.cel import Engine, Program
from rules.environment import LISTED
from rules.masking import without_strings
from rules.reads import Read, listed_columns, reads_of, sides_of

Operation = Literal["and", "or", "not", "+", "-", "*", "/", "leaf"]

_BOOLEAN: dict[str, Operation] = {"_&&_": "and", "_||_": "or", "!_": "not"}
_ARITHMETIC: dict[str, Operation] = {"_+_": "+", "_-_": "-", "_*_": "*", "_/_": "/"}
_WIDTH: dict[str, int] = {"and": 2, "or": 2, "not": 1, "+": 1, "-": 1, "*": 1, "/": 1}
_MIRRORED = {"_<=_": "_>=_", "_<_": "_>_", "_>=_": "_<=_", "_>_": "_<_"}
_QUANTIFIED = re.compile(r"provider\s*\.\s*(?P<rows>\w+)\s*\.\s*(?:exists|all)\s*\(\s*(?P<row>\w+)\s*,")
_GEO = {"geo.miles": "miles", "geo.minutes": "minutes"}


@dataclass(frozen=True)
class Travel:
    """A distance between patient and provider, alone or compared with a bound.

    `comparison` is `_<=_`, `_<_`, `_>=_`, `_>_` with the bound on the right, or empty; the bound reads
    at most one side.
    """

    unit: str
    comparison: str = ""
    bound: str = ""
    bound_reads: frozenset[Read] = frozenset()


@dataclass(frozen=True)
class Quantifier:
    """The leaf is `provider.<rows>.exists(...)` or `.all(...)`, and reads nothing else of the provider.

    `body` is the condition on one row; the text of each of its leaves is `provider.<rows>.exists(...)`
    of that leaf alone, to be asked of a provider with one row.
    """

    rows: Read
    is_all: bool
    body: "Clause"


@dataclass(frozen=True)
class Clause:
    """A node: its text in the rule, a program of its own, the fields that it reads, its parts."""

    operation: Operation
    text: str
    program: Program
    reads: frozenset[Read]
    parts: tuple["Clause", ...] = ()
    travel: Travel | None = None
    quantifier: Quantifier | None = None

    @cached_property
    def side(self) -> str:
        """The only side that is read, empty where both are or neither is."""
        sides = sides_of(self.reads)
        return next(iter(sides)) if len(sides) == 1 else ""

    def leaves(self) -> Iterator["Clause"]:
        """Leaves from left to right."""
        if self.operation == "leaf":
            yield self
        for part in self.parts:
            yield from part.leaves()


class Splitter:
    """Splits one compiled expression."""

    def __init__(self, engine: Engine, program: Program) -> None:
        self.engine = engine
        self.text = program.text
        self.mask = without_strings(program.text)
        self.checked = program.checked()

    def condition(self) -> Clause:
        """Split at `&&`, `||` and `!`."""
        return self._split(self.checked.expr, 0, len(self.text), _BOOLEAN)

    def quantity(self) -> Clause:
        """Split arithmetic on doubles that reads both sides of the pair; integers stay with the engine."""
        return self._split(self.checked.expr, 0, len(self.text), _ARITHMETIC)

    def _split(self, part: Message, start: int, end: int, operations: dict[str, Operation]) -> Clause:
        start, end = _trimmed(self.mask, start, end)
        text = self.text[start:end]
        reads = reads_of(self.checked, part)
        operation = operations.get(tree.function_of(part))
        arguments = part.call_expr.args
        program = self.engine.part(tree.pack(self.checked, part), text)
        if operation is None or not self._splits(part, operation, reads):
            return Clause(
                "leaf",
                text,
                program,
                reads,
                (),
                self._travel(part, start, end),
                self._quantifier(part, program, start, end, reads),
            )
        position = self.checked.source_info.positions[part.id]
        right = self._split(arguments[-1], position + _WIDTH[operation], end, operations)
        if operation == "not":
            return Clause("not", text, program, reads, (right,))
        left = self._split(arguments[0], start, position, operations)
        return Clause(operation, text, program, reads, (left, right))

    def _splits(self, part: Message, operation: Operation, reads: frozenset[Read]) -> bool:
        if operation in ("and", "or", "not"):
            return True
        is_double = self.checked.type_map[part.id].primitive == tree.DOUBLE
        return is_double and len(part.call_expr.args) == 2 and len(sides_of(reads)) == 2

    def _travel(self, part: Message, start: int, end: int) -> Travel | None:
        if self._is_travel(part):
            return Travel(_GEO[tree.function_of(part)])
        function = tree.function_of(part)
        if function not in _MIRRORED:
            return None
        left, right = part.call_expr.args
        position = self.checked.source_info.positions[part.id]
        bound = self.text[position + len(function.strip("_")) : end]
        if self._is_travel(right):
            left, right, function = right, left, _MIRRORED[function]
            bound = self.text[start:position]
        bound_reads = reads_of(self.checked, right)
        if not self._is_travel(left) or len(sides_of(bound_reads)) == 2 or self._kind(right) != tree.DOUBLE:
            return None
        return Travel(_GEO[tree.function_of(left)], function, bound.strip(), bound_reads)

    def _quantifier(
        self, part: Message, program: Program, start: int, end: int, reads: frozenset[Read]
    ) -> Quantifier | None:
        """Exists and all join their steps by or and and; other comprehensions do not."""
        loop = part.comprehension_expr
        form = _QUANTIFIED.match(self.text, start, end)
        uses = sum(tree.is_select_of(self.checked, each, "Provider") for each in tree.walk(part))
        joins = tree.function_of(loop.loop_step)
        if form is None or uses != 1 or joins not in ("_||_", "_&&_") or form["rows"] not in LISTED:
            return None
        if not tree.is_select_of(self.checked, loop.iter_range, "Provider"):
            return None
        rows = next(read for read in reads if read.side == "provider")
        body = _RowSplitter(self, program, f"provider.{rows.path[0]}.exists({form['row']}, ", rows)
        condition = body.split(loop.loop_step.call_expr.args[1], form.end(), end - 1)
        return Quantifier(rows, joins == "_&&_", condition)

    def _is_travel(self, part: Message) -> bool:
        if tree.function_of(part) not in _GEO:
            return False
        reads = sorted(read for each in part.call_expr.args for read in reads_of(self.checked, each))
        plain = all(each.HasField("select_expr") for each in part.call_expr.args)
        return plain and [(read.side, read.path) for read in reads] == [
            ("patient", ("place",)),
            ("provider", ("place",)),
        ]

    def _kind(self, part: Message) -> int:
        kind = self.checked.type_map[part.id]
        return kind.primitive or kind.wrapper


class _RowSplitter:
    """Splits the condition on one row of a provider's list."""

    def __init__(self, outer: Splitter, program: Program, prefix: str, rows: Read) -> None:
        self._text, self._mask, self._checked = outer.text, outer.mask, outer.checked
        self._program, self._prefix, self._rows = program, prefix, rows

    def split(self, part: Message, start: int, end: int) -> Clause:
        start, end = _trimmed(self._mask, start, end)
        text, operation = self._text[start:end], _BOOLEAN.get(tree.function_of(part))
        reads = self._reads(part)
        if operation is None:
            return Clause("leaf", f"{self._prefix}{text}\n)", self._program, reads)
        position = self._checked.source_info.positions[part.id]
        arguments = part.call_expr.args
        parts = [self.split(arguments[-1], position + _WIDTH[operation], end)]
        if operation != "not":
            parts.insert(0, self.split(arguments[0], start, position))
        return Clause(operation, text, self._program, reads, tuple(parts))

    def _reads(self, part: Message) -> frozenset[Read]:
        """Patient's fields, and the columns of the row."""
        columns = listed_columns(self._checked, part)[self._rows.path[0]]
        mine = frozenset(read for read in reads_of(self._checked, part) if read.side == "patient")
        return mine | {Read("provider", self._rows.path, columns)}


def _trimmed(mask: str, start: int, end: int) -> tuple[int, int]:
    """The span without blanks and without parentheses around the whole of it."""
    while start < end and mask[start].isspace():
        start += 1
    while end > start and mask[end - 1].isspace():
        end -= 1
    if end - start > 1 and mask[start] == "(" and _closes_at(mask, start, end) == end - 1:
        return _trimmed(mask, start + 1, end - 1)
    return start, end


def _closes_at(mask: str, start: int, end: int) -> int:
    """Position of the parenthesis that closes the one at `start`; -1 where it is not in the span."""
    depth = 0
    for position in range(start, end):
        depth += (mask[position] == "(") - (mask[position] == ")")
        if depth == 0:
            return position
    return -1
