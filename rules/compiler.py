"""From documents to checked programs, with every problem reported at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from google.protobuf.message import Message

from data.eligibility import RuleStamp
from rules.binding import Mode
from rules.cel import Engine, ExpressionError, Program
from rules.clauses import Clause, Splitter
from rules.dates import read_dates, tested_dates
from rules.decision import DecisionTable
from rules.diagnostics import Diagnostic, RuleCompilationError, nearest
from rules.documents import Documents, read_all
from rules.effective import Prepared, given_params, prepared_limits, prepared_rules, usable
from rules.environment import FUNCTIONS, RECORDS, VARIABLES
from rules.masking import without_comments
from rules.messages import Messages, param_type, params_message
from rules.reads import Read, WholeRecordError, reads_of, sides_of
from rules.rule import Limit, Rule
from rules.source import Path, Source
from rules.waiver import Waiver

MOST_CHARACTERS = 10_000
"""Of one expression; the engine itself stops at a nesting of 32."""

_NUMBERS = ("DOUBLE", "INT", "google.protobuf.DoubleValue", "google.protobuf.Int64Value")


@dataclass(frozen=True)
class CompiledText:
    """A program and the fields that it reads."""

    program: Program
    reads: frozenset[Read]


@dataclass(frozen=True)
class CompiledRule:
    """A rule with its conditions split into clauses, the mode of its binding and the waivers of it."""

    rule: Rule
    when: tuple[Clause, ...]
    condition: Clause
    message: CompiledText | None
    mode: Mode = "enforce"
    waivers: tuple[Waiver, ...] = ()

    @property
    def base_id(self) -> str:
        """Id of the rule as it was written, without the binding's name."""
        return self.rule.id.partition("@")[0]

    @property
    def reads(self) -> frozenset[Read]:
        """Fields that conditions and message read."""
        spoken = self.message.reads if self.message else frozenset()
        return frozenset().union(*(each.reads for each in (*self.when, self.condition)), spoken)


@dataclass(frozen=True)
class CompiledLimit:
    """A limit; `use` is set for sums, `key` for distinct limits; `when` says for which patients."""

    limit: Limit
    maximum: CompiledText
    use: Clause | None = None
    key: CompiledText | None = None
    when: tuple[Clause, ...] = ()
    mode: Mode = "enforce"


@dataclass(frozen=True)
class CompiledRules:
    """Everything that evaluation needs; nothing of it changes."""

    rules: tuple[CompiledRule, ...]
    limits: tuple[CompiledLimit, ...]
    engine: Engine
    params: Any
    stamp: RuleStamp

    @property
    def reads(self) -> frozenset[Read]:
        """Every field that any rule reads; one entry for each list of records."""
        return merged(read for rule in self.rules for read in rule.reads)


def merged(reads: Iterable[Read]) -> frozenset[Read]:
    """One read for each field, with the parts of all."""
    parts: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for read in reads:
        parts.setdefault((read.side, read.path), set()).update(read.parts)
    return frozenset(Read(side, path, tuple(sorted(each))) for (side, path), each in parts.items())


def compile_rules(documents: Documents, params: Mapping[str, Any] | None = None) -> CompiledRules:
    """Check every expression of rules and limits; `params` go before those of the documents.

    Raises RuleCompilationError with all problems.
    """
    problems: list[Diagnostic] = []
    documents = usable(documents, problems)
    values, types = _params(documents, params or {}, problems)
    messages = Messages(types)
    engine = Engine(messages)
    made = _Documents(engine, types, problems)
    sound = tuple(each for each in documents.tables if made.cells_hold(each.document, each.source))
    documents = replace(documents, tables=sound)
    rules = [rule for each in prepared_rules(documents) for rule in made.rule(each)]
    limits = [limit for each in prepared_limits(documents) for limit in made.limit(each)]
    if problems:
        raise RuleCompilationError(problems)
    return CompiledRules(
        tuple(rules), tuple(limits), engine, params_message(messages, values), _stamp(documents)
    )


def load_rules(texts: Mapping[str, str]) -> tuple[Documents, CompiledRules]:
    """Parse and compile. Raises RuleCompilationError with the problems of form and of all expressions."""
    documents, problems = read_all(texts)
    try:
        compiled = compile_rules(documents)
    except RuleCompilationError as error:
        raise RuleCompilationError([*problems, *error.diagnostics]) from None
    if problems:
        raise RuleCompilationError(problems)
    return documents, compiled


def _stamp(documents: Documents) -> RuleStamp:
    named = [each.document.metadata for each in documents.rule_sets]
    named += [each.document.metadata for each in documents.tables]
    named = named or [each.document.metadata for each in documents.limit_sets]
    name = "+".join(each.name for each in named)
    return RuleStamp(name, max((each.version for each in named), default=1), documents.digest)


def _params(
    documents: Documents, first: Mapping[str, Any], problems: list[Diagnostic]
) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    types: dict[str, str] = {}
    for source, params in given_params(documents):
        for name, value in params.items():
            path = ("spec", "params", name)
            kind = param_type(value)
            if kind is None:
                text = f"parameter {name} has no type that rules can read"
                hint = "a text, number, true or false, date, a list of one of these, or a map to one of these"
                problems.append(source.diagnostic(path, "params", text, hint))
            elif not name.isidentifier():
                text = f"{name!r} is no name for a parameter"
                problems.append(source.diagnostic(path, "params", text, "use letters, digits and _"))
            elif name in values and values[name] != value:
                text = f"parameter {name} has another value elsewhere"
                problems.append(source.diagnostic(path, "params", text))
            else:
                values[name], types[name] = value, kind
    return {name: first.get(name, value) for name, value in values.items()}, types


class _Documents:
    """Compiles prepared rules and limits."""

    def __init__(self, engine: Engine, types: Mapping[str, str], problems: list[Diagnostic]) -> None:
        self._engine, self._types, self._problems = engine, types, problems

    def cells_hold(self, table: DecisionTable, source: Source) -> bool:
        """Whether every cell of a decision table compiles; what is wrong is reported at the cell."""
        before = len(self._problems)
        compiler = _Compiler(self._engine, source, self._types, self._problems, generated=True)
        for row in range(len(table.spec.rows)):
            for column in range(len(table.spec.inputs)):
                cell = table.cell(row, column)
                if cell is not None:
                    compiler.condition(("spec", "rows", row, "match", column), cell)
        return len(self._problems) == before

    def rule(self, prepared: Prepared[Rule]) -> Iterable[CompiledRule]:
        """The rule, none where it has problems or is only to be checked."""
        rule, path, compiler = prepared.item, prepared.path, self._compiler(prepared)
        when = [compiler.condition((*path, "when", row), text) for row, text in enumerate(rule.when)]
        condition = compiler.condition((*path, "expression"), rule.expression)
        message = None
        if rule.message_expression is not None:
            message = compiler.text((*path, "messageExpression"), rule.message_expression, ("STRING",))
        if not prepared.generated:
            compiler.check_scope((*path, "scope"), rule.scope, [*when, condition])
        compiler.check_dates()
        clauses = tuple(each for each in when if each is not None)
        if condition is not None and len(clauses) == len(when) and prepared.counts:
            yield CompiledRule(rule, clauses, condition, message, prepared.mode, prepared.waivers)

    def limit(self, prepared: Prepared[Limit]) -> Iterable[CompiledLimit]:
        """The limit, none where it has problems or is only to be checked."""
        limit, path, compiler = prepared.item, prepared.path, self._compiler(prepared)
        maximum = compiler.text((*path, "max"), limit.maximum, _NUMBERS, side="provider")
        when = [compiler.patients((*path, "when", row), text) for row, text in enumerate(limit.when)]
        use = key = None
        if limit.sum_of is not None:
            use = compiler.quantity((*path, "sum"), limit.sum_of)
        elif limit.distinct is not None:
            kinds = ("STRING", "google.protobuf.StringValue")
            key = compiler.text((*path, "distinct"), limit.distinct, kinds, side="patient")
        compiler.check_dates()
        clauses = tuple(each for each in when if each is not None)
        whole = maximum is not None and (use is not None or key is not None) and len(clauses) == len(when)
        if maximum is not None and whole and prepared.counts:
            yield CompiledLimit(limit, maximum, use, key, clauses, prepared.mode)

    def _compiler(self, prepared: Prepared[Any]) -> "_Compiler":
        return _Compiler(self._engine, prepared.source, self._types, self._problems, prepared.generated)


class _Compiler:
    """Compiles the expressions of one document and collects what is wrong with them.

    Texts that are `generated` are not in the document as they are: their problems have no column there.
    """

    def __init__(
        self,
        engine: Engine,
        source: Source,
        params: Mapping[str, str],
        problems: list[Diagnostic],
        generated: bool = False,
    ) -> None:
        self.engine, self.source, self.params, self.problems = engine, source, params, problems
        self.generated = generated
        self._trees: list[tuple[Path, str, Message]] = []

    def condition(self, path: Path, text: str) -> Clause | None:
        program = self._program(path, text, ("BOOL",))
        return Splitter(self.engine, program).condition() if program else None

    def patients(self, path: Path, text: str) -> Clause | None:
        """A condition that says for which patients."""
        found = self.condition(path, text)
        if found is not None and sides_of(found.reads) - {"patient"}:
            self._report(path, "side", f"{text} may read the patient and the slot only")
            return None
        return found

    def quantity(self, path: Path, text: str) -> Clause | None:
        program = self._program(path, text, _NUMBERS)
        return Splitter(self.engine, program).quantity() if program else None

    def text(self, path: Path, text: str, kinds: tuple[str, ...], side: str = "") -> CompiledText | None:
        program = self._program(path, text, kinds)
        if program is None:
            return None
        checked = program.checked()
        reads = reads_of(checked, checked.expr)
        if side and sides_of(reads) - {side}:
            self._report(path, "side", f"{text} may read the {side} only")
            return None
        return CompiledText(program, reads)

    def check_scope(self, path: Path, scope: str, clauses: list[Clause | None]) -> None:
        sides = frozenset().union(*(sides_of(each.reads) for each in clauses if each is not None))
        if scope != "pair" and sides - {scope}:
            other = next(iter(sides - {scope}))
            self._report(path, "scope", f"scope is {scope}, but the rule reads the {other}", "scope: pair")

    def _program(self, path: Path, text: str, kinds: tuple[str, ...]) -> Program | None:
        if len(text) > MOST_CHARACTERS and not self.generated:
            problem = f"the expression has {len(text):,} characters, at most {MOST_CHARACTERS:,}"
            self._report(path, "too-long", problem, "split it into several rules, or use a decision table")
            return None
        try:
            program = self.engine.compile(without_comments(text))
            checked = program.checked()
            reads_of(checked, checked.expr)
            self._trees.append((path, text, checked))
        except ExpressionError as error:
            for line, column, problem in error.problems:
                self._inside(path, line, column, "expression", _reworded(problem), self._hint(problem))
            return None
        except WholeRecordError as error:
            hint = f"name the fields that matter, for example {error.record}.{error.record}_id"
            self._report_inside(path, text, error.position, "whole-record", str(error), hint)
            return None
        if program.kind not in kinds:
            wanted = " or ".join(sorted({kind.rsplit(".", 1)[-1].lower() for kind in kinds}))
            self._report(path, "type", f"the expression gives {program.kind.lower()}, not {wanted}")
            return None
        return program

    def check_dates(self) -> None:
        """Refuse dates that may be empty and are not tested anywhere in the same rule or limit."""
        trees, self._trees = self._trees, []
        tested = frozenset().union(*(tested_dates(checked) for _, _, checked in trees))
        for path, text, checked in trees:
            for field, position in read_dates(checked):
                if field not in tested:
                    name = field[1]
                    problem = f"{name} may be empty, and would then be read as 1970-01-01"
                    hint = f"test it first, as in !has(x.{name}) || x.{name} > as_of"
                    self._report_inside(path, text, position, "empty-date", problem, hint)

    def _report_inside(self, path: Path, text: str, offset: int, code: str, problem: str, hint: str) -> None:
        before = text[:offset]
        line, column = before.count("\n") + 1, offset - (before.rfind("\n") + 1)
        self._inside(path, line, column, code, problem, hint)

    def _inside(self, path: Path, line: int, column: int, code: str, problem: str, hint: str) -> None:
        if self.generated:
            self._report(path, code, problem, hint)
        else:
            self.problems.append(self.source.inside(path, line, column, code, problem, hint))

    def _report(self, path: Path, code: str, text: str, hint: str = "") -> None:
        self.problems.append(self.source.diagnostic(path, code, text, hint))

    def _hint(self, problem: str) -> str:
        name = _quoted(problem)
        if name == "current_provider_id":
            return "a rule that does not apply to who is there already has standing: ignore"
        if "undefined field" in problem:
            record = problem.rsplit("'", 2)[-2].rsplit(".", 1)[-1]
            known = self.params if record == "Params" else [each.name for each in RECORDS.get(record, ())]
            return nearest(name, known)
        if "undeclared reference" in problem:
            functions = [each.name for each in FUNCTIONS]
            return nearest(name, functions) or nearest(name.split(".")[0], VARIABLES)
        return ""


def _quoted(problem: str) -> str:
    """The first name in quotes, empty where there is none."""
    parts = problem.split("'")
    return parts[1] if len(parts) > 2 else ""


def _reworded(problem: str) -> str:
    return problem.replace("panelwise.", "").removesuffix(" (in container '')")
