"""From documents to checked programs, with every problem reported at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

from data.eligibility import RuleStamp
from rules.cel import Engine, ExpressionError, Program
from rules.clauses import Clause, Splitter
from rules.dates import read_dates, tested_dates
from rules.diagnostics import Diagnostic, RuleCompilationError, nearest
from rules.documents import Documents, Limit, LimitSet, Rule, RuleSet, read_all
from rules.environment import FUNCTIONS, RECORDS, VARIABLES
from rules.masking import without_comments
from rules.messages import Messages, param_type, params_message
from rules.reads import Read, WholeRecordError, reads_of, sides_of
from rules.source import Path, Source

_NUMBERS = ("DOUBLE", "INT", "google.protobuf.DoubleValue", "google.protobuf.Int64Value")


@dataclass(frozen=True)
class CompiledText:
    """A program and the fields that it reads."""

    program: Program
    reads: frozenset[Read]


@dataclass(frozen=True)
class CompiledRule:
    """A rule with its conditions split into clauses."""

    rule: Rule
    when: tuple[Clause, ...]
    condition: Clause
    message: CompiledText | None

    @property
    def reads(self) -> frozenset[Read]:
        """Fields that conditions and message read."""
        spoken = self.message.reads if self.message else frozenset()
        return frozenset().union(*(each.reads for each in (*self.when, self.condition)), spoken)


@dataclass(frozen=True)
class CompiledLimit:
    """A limit; `use` is set for sums, `key` for distinct limits."""

    limit: Limit
    maximum: CompiledText
    use: Clause | None = None
    key: CompiledText | None = None


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


def compile_rules(documents: Documents) -> CompiledRules:
    """Check every expression of rules and limits. Raises RuleCompilationError with all problems."""
    problems: list[Diagnostic] = []
    params, types = _params(documents, problems)
    messages = Messages(types)
    engine = Engine(messages)
    rules: list[CompiledRule] = []
    limits: list[CompiledLimit] = []
    for located in documents.rule_sets:
        rules += _rules(located.document, _Compiler(engine, located.source, types, problems))
    for limit_set in documents.limit_sets:
        limits += _limits(limit_set.document, _Compiler(engine, limit_set.source, types, problems))
    if problems:
        raise RuleCompilationError(problems)
    return CompiledRules(
        tuple(rules), tuple(limits), engine, params_message(messages, params), _stamp(documents)
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
    named = named or [each.document.metadata for each in documents.limit_sets]
    name = "+".join(each.name for each in named)
    return RuleStamp(name, max((each.version for each in named), default=1), documents.digest)


def _params(documents: Documents, problems: list[Diagnostic]) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    types: dict[str, str] = {}
    given: list[tuple[Source, dict[str, Any]]] = [
        *((each.source, each.document.spec.params) for each in documents.rule_sets),
        *((each.source, each.document.spec.params) for each in documents.limit_sets),
    ]
    for source, params in given:
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
    return values, types


def _rules(document: RuleSet, compiler: "_Compiler") -> list[CompiledRule]:
    found = []
    for position, rule in enumerate(document.spec.rules):
        path: Path = ("spec", "rules", position)
        when = [compiler.condition((*path, "when", row), text) for row, text in enumerate(rule.when)]
        condition = compiler.condition((*path, "expression"), rule.expression)
        message = None
        if rule.message_expression is not None:
            message = compiler.text((*path, "messageExpression"), rule.message_expression, ("STRING",))
        compiler.check_scope((*path, "scope"), rule.scope, [*when, condition])
        compiler.check_dates()
        clauses = tuple(each for each in when if each is not None)
        if condition is not None and len(clauses) == len(when):
            found.append(CompiledRule(rule, clauses, condition, message))
    return found


def _limits(document: LimitSet, compiler: "_Compiler") -> list[CompiledLimit]:
    found = []
    for position, limit in enumerate(document.spec.limits):
        path: Path = ("spec", "limits", position)
        maximum = compiler.text((*path, "max"), limit.maximum, _NUMBERS, side="provider")
        use = key = None
        if limit.sum_of is not None:
            use = compiler.quantity((*path, "sum"), limit.sum_of)
        elif limit.distinct is not None:
            kinds = ("STRING", "google.protobuf.StringValue")
            key = compiler.text((*path, "distinct"), limit.distinct, kinds, side="patient")
        compiler.check_dates()
        if maximum is not None and (use is not None or key is not None):
            found.append(CompiledLimit(limit, maximum, use, key))
    return found


class _Compiler:
    """Compiles the expressions of one document and collects what is wrong with them."""

    def __init__(
        self, engine: Engine, source: Source, params: Mapping[str, str], problems: list[Diagnostic]
    ) -> None:
        self.engine, self.source, self.params, self.problems = engine, source, params, problems
        self._trees: list[tuple[Path, str, Message]] = []

    def condition(self, path: Path, text: str) -> Clause | None:
        program = self._program(path, text, ("BOOL",))
        return Splitter(self.engine, program).condition() if program else None

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
        try:
            program = self.engine.compile(without_comments(text))
            checked = program.checked()
            reads_of(checked, checked.expr)
            self._trees.append((path, text, checked))
        except ExpressionError as error:
            for line, column, problem in error.problems:
                hint = self._hint(problem)
                self.problems.append(
                    self.source.inside(path, line, column, "expression", _reworded(problem), hint)
                )
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
