"""Compiles findings, and looks for them in tables of facts; each different case is evaluated once."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.finding import FINDINGS
from data.slot import Slot
from rules.cel import Engine, ExpressionError, Program, midnight
from rules.checked import record_of, walk
from rules.coding import Coded, coded_array, combined
from rules.dates import read_dates, tested_dates
from rules.diagnostics import Diagnostic, RuleCompilationError, nearest
from rules.documents import Documents
from rules.environment import ARROW_OF, RECORDS
from rules.facts import SCOPES, Scope
from rules.finding_set import PLACEHOLDER, Finding
from rules.masking import without_comments
from rules.messages import Messages, param_type, params_message
from rules.source import Path, Source

ERROR_CODE = "FINDING_ERROR"
"""Code of a subject that a finding's expression could not be evaluated for; never passed over."""

_KINDS = {"expression": ("BOOL",), "message": ("STRING",), "since": ("TIMESTAMP",)}


@dataclass(frozen=True)
class _Text:
    """A checked expression and the fields that it reads."""

    text: str
    program: Program
    reads: tuple[str, ...]


@dataclass(frozen=True)
class CompiledFinding:
    """A finding with its programs."""

    finding: Finding
    engine: Engine
    expression: _Text
    message: _Text
    since: _Text | None

    @property
    def scope(self) -> Scope:
        """What it is about."""
        return SCOPES[self.finding.scope]


@dataclass(frozen=True)
class CompiledFindings:
    """All findings of all sets, in order."""

    findings: tuple[CompiledFinding, ...]
    params: Any

    @property
    def scopes(self) -> frozenset[str]:
        """Scopes that some finding looks at."""
        return frozenset(each.finding.scope for each in self.findings)


def compile_findings(documents: Documents) -> CompiledFindings:
    """Check every finding. Raises RuleCompilationError with all problems."""
    problems: list[Diagnostic] = []
    values: dict[str, Any] = {}
    types: dict[str, str] = {}
    for located in documents.finding_sets:
        for name, value in located.document.spec.params.items():
            kind, path = param_type(value), ("spec", "params", name)
            if kind is None or not name.isidentifier() or values.get(name, value) != value:
                text = f"parameter {name} has no type or name that rules can read, or another value elsewhere"
                problems.append(located.source.diagnostic(path, "params", text))
            else:
                values[name], types[name] = value, kind
    messages = Messages(types)
    engines = {
        name: Engine(messages, {name: scope.record, **_SHARED}, name) for name, scope in SCOPES.items()
    }
    found = []
    for located in documents.finding_sets:
        for row, finding in enumerate(located.document.spec.findings):
            place: Path = ("spec", "findings", row)
            compiler = _Compiler(engines[finding.scope], located.source, finding.scope, types, problems)
            made = compiler.finding(place, finding)
            if made is not None:
                found.append(made)
    if problems:
        raise RuleCompilationError(problems)
    return CompiledFindings(tuple(found), params_message(messages, values))


_SHARED = {"as_of": "timestamp", "params": "Params", "slot": "Slot"}


class _Compiler:
    """Compiles the texts of one finding and collects what is wrong with them."""

    def __init__(
        self,
        engine: Engine,
        source: Source,
        scope: str,
        params: Mapping[str, str],
        problems: list[Diagnostic],
    ) -> None:
        self._engine, self._source, self._scope = engine, source, scope
        self._params, self._problems = params, problems
        self._trees: list[tuple[Path, Any]] = []

    def finding(self, path: Path, finding: Finding) -> CompiledFinding | None:
        texts = {name: getattr(finding, name) for name in _KINDS}
        made = {
            name: self._text((*path, name), text, _KINDS[name])
            for name, text in texts.items()
            if text is not None
        }
        self._check_dates()
        fields = [each.name for each in SCOPES[self._scope].fields]
        for name in finding.placeholders:
            if name not in fields:
                text, hint = f"{self._scope} has no field {name}", nearest(name, fields)
                self._problems.append(self._source.diagnostic((*path, "action"), "action", text, hint))
        expression, message, since = made["expression"], made["message"], made.get("since")
        if expression is None or message is None or (finding.since and since is None):
            return None
        return CompiledFinding(finding, self._engine, expression, message, since)

    def _text(self, path: Path, text: str, kinds: tuple[str, ...]) -> _Text | None:
        try:
            program = self._engine.compile(without_comments(text))
        except ExpressionError as error:
            for line, column, problem in error.problems:
                told = problem.replace("panelwise.", "").removesuffix(" (in container '')")
                self._problems.append(
                    self._source.inside(path, line, column, "expression", told, self._hint(problem))
                )
            return None
        if program.kind not in kinds:
            text = f"the expression gives {program.kind.lower()}, not {kinds[0].lower()}"
            self._problems.append(self._source.diagnostic(path, "type", text))
            return None
        checked = program.checked()
        self._trees.append((path, checked))
        record = SCOPES[self._scope].record
        reads = {
            each.select_expr.field
            for each in walk(checked.expr)
            if each.HasField("select_expr") and record_of(checked, each.select_expr.operand) == record
        }
        return _Text(program.text, program, tuple(sorted(reads)))

    def _check_dates(self) -> None:
        tested = frozenset().union(*(tested_dates(checked) for _, checked in self._trees))
        for path, checked in self._trees:
            for field, _ in read_dates(checked):
                if field not in tested:
                    text = f"{field[1]} may be empty, and would then be read as 1970-01-01"
                    hint = f"test it first, as in has({self._scope}.{field[1]})"
                    self._problems.append(self._source.diagnostic(path, "empty-date", text, hint))

    def _hint(self, problem: str) -> str:
        parts = problem.split("'")
        name = parts[1] if len(parts) > 2 else ""
        if "undefined field" in problem:
            record = problem.rsplit("'", 2)[-2].rsplit(".", 1)[-1]
            known = self._params if record == "Params" else [each.name for each in RECORDS.get(record, ())]
            return nearest(name, known)
        return f"this finding is about {self._scope}: {self._scope}.FIELD" if "undeclared" in problem else ""


def find(
    compiled: CompiledFindings, tables: Mapping[str, pa.Table], as_of: date, slot: Slot
) -> tuple[int, pa.Table]:
    """Number of subjects looked at, and every finding (columns `data.finding.FINDINGS`); no cap.

    `tables` has one table of facts for every scope in `compiled.scopes`, with the scope's columns. A subject
    for which an expression fails is a finding of its own, code FINDING_ERROR.
    """
    parts = [FINDINGS.empty_table()]
    for each in compiled.findings:
        looked_at = _Look(compiled, each, tables[each.finding.scope], as_of, slot)
        parts += looked_at.findings()
    checked = sum(tables[scope].num_rows for scope in sorted(compiled.scopes))
    return checked, pa.concat_tables(parts)


class _Look:
    """One finding over one table."""

    def __init__(
        self, compiled: CompiledFindings, each: CompiledFinding, table: pa.Table, as_of: date, slot: Slot
    ) -> None:
        self.each, self.table = each, table
        values = {
            "level": slot.level,
            "role": slot.role,
            "program": slot.program,
            "specialty": slot.specialty,
        }
        self.constants = {
            "as_of": midnight(as_of),
            "params": compiled.params,
            "slot": each.engine.messages.filled("Slot", values),
        }

    def findings(self) -> Iterable[pa.Table]:
        """Findings, then subjects that could not be looked at."""
        if not self.table.num_rows:
            return
        values, failed = self.evaluated(self.each.expression, self.table, "i1")
        finding = self.each.finding
        found = self.table.filter(pa.array((values != 0) & ~failed))
        if found.num_rows:
            yield self._rows(found, finding.code, finding.severity, self._messages(found), self._since(found))
        wrong = self.table.filter(pa.array(failed))
        if wrong.num_rows:
            text = f"{finding.code} could not be looked for: a value that it needs is missing"
            nothing = pa.nulls(wrong.num_rows, pa.date32())
            messages = pa.repeat(pa.scalar(text), wrong.num_rows)
            yield self._rows(wrong, ERROR_CODE, "warning", messages, nothing)

    def evaluated(self, text: _Text, table: pa.Table, kind: str) -> tuple[np.ndarray[Any, Any], Any]:
        """Value of every row, and where it failed."""
        coded = self._coded(text.reads, table)
        rows = table.select(list(text.reads)).take(pa.array(coded.first)).to_pylist()
        record = self.each.scope.record
        messages = [self.each.engine.messages.filled(record, row) for row in rows] or None
        values = np.zeros((coded.size, 1), kind)
        failed = self.each.engine.grid(text.text, self.constants, messages, None, values)
        return values[coded.code, 0], failed[coded.code, 0]

    def _coded(self, reads: tuple[str, ...], table: pa.Table) -> Coded:
        return combined([coded_array(table[name]) for name in reads], table.num_rows)

    def _messages(self, found: pa.Table) -> pa.Array:
        """The message of every finding; its title where the message fails."""
        values, failed = self.evaluated(self.each.message, found, "O")
        spoken = pa.array(values, pa.string(), mask=failed)
        return pc.fill_null(spoken, self.each.finding.title)

    def _since(self, found: pa.Table) -> pa.Array:
        if self.each.since is None:
            return pa.nulls(found.num_rows, pa.date32())
        values, failed = self.evaluated(self.each.since, found, "O")
        days = [None if bad else value.date() for value, bad in zip(values, failed, strict=True)]
        return pa.array(days, pa.date32())

    def _rows(
        self, found: pa.Table, code: str, severity: str, messages: pa.Array, since: pa.Array
    ) -> pa.Table:
        count = found.num_rows
        ids = [
            found[name].combine_chunks() if name in found.column_names else pa.nulls(count, pa.string())
            for name in ("patient_id", "provider_id", "facility_id")
        ]
        columns = [
            pa.repeat(pa.scalar(code), count),
            pa.repeat(pa.scalar(severity), count),
            self._subjects(found),
            *ids,
            messages,
            since,
            self._actions(found),
        ]
        return pa.table(columns, schema=FINDINGS)

    def _subjects(self, found: pa.Table) -> pa.Array:
        """`license P1 MA MD`: the scope and what names the subject."""
        parts = [pc.fill_null(found[name].cast(pa.string()), "-") for name in self.each.scope.subject]
        scope = pa.scalar(self.each.finding.scope)
        return pc.binary_join_element_wise(scope, *(each.combine_chunks() for each in parts), " ")

    def _actions(self, found: pa.Table) -> pa.Array:
        """The prepared request of every finding, as JSON."""
        finding = self.each.finding
        if not finding.action:
            return pa.nulls(found.num_rows, pa.string())
        pieces = PLACEHOLDER.split(json.dumps(finding.action, ensure_ascii=False))
        if len(pieces) == 1:
            return pa.repeat(pa.scalar(pieces[0]), found.num_rows)
        parts = [
            _quoted(found[piece]) if position % 2 else pa.scalar(piece)
            for position, piece in enumerate(pieces)
        ]
        return pc.binary_join_element_wise(*parts, "")


def _quoted(column: pa.ChunkedArray) -> pa.Array:
    """Texts as they stand inside a JSON string."""
    coded = pc.fill_null(column.cast(pa.string()), "").combine_chunks().dictionary_encode()
    quoted = [json.dumps(each, ensure_ascii=False)[1:-1] for each in coded.dictionary.to_pylist()]
    return pa.array(quoted, pa.string()).take(coded.indices)


def schema_of(scope: str) -> pa.Schema:
    """Columns of a table of facts."""
    return pa.schema([(each.name, ARROW_OF[each.type]) for each in SCOPES[scope].fields])
