"""Runs the examples of rule documents, and says which clauses they never showed true or false."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from data.columns import TABLES, TableSpec
from rules.adequacy_examples import standards
from rules.attribution_examples import attributions
from rules.clauses import Clause
from rules.compiler import CompiledRule, CompiledRules, compile_rules
from rules.diagnostics import Diagnostic, RuleCompilationError, nearest
from rules.documents import Case, Documents, Located, RuleTest
from rules.effective import given_params
from rules.environment import LISTED
from rules.example import CaseResult, Examined, LeafCoverage
from rules.finding_examples import findings
from rules.limit_examples import limits
from rules.messages import param_type
from rules.source import Path
from rules.validate import Validator

_KINDS: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "number": (int, float),
    "date": (date,),
    "boolean": (bool,),
    "list": (list,),
}


@dataclass(frozen=True)
class ExamplesReport:
    """Results of all cases and coverage of all leaves of all rules."""

    results: tuple[CaseResult, ...]
    coverage: tuple[LeafCoverage, ...]

    @property
    def failures(self) -> tuple[CaseResult, ...]:
        """Cases that came out otherwise."""
        return tuple(each for each in self.results if not each.ok)

    @property
    def uncovered(self) -> tuple[LeafCoverage, ...]:
        """Clauses that were not seen both true and false."""
        return tuple(each for each in self.coverage if not (each.seen_true and each.seen_false))

    @property
    def ok(self) -> bool:
        """Whether every case is as expected; coverage is not asked for."""
        return not self.failures


def run_examples(documents: Documents, files: Collection[str] | None = None) -> ExamplesReport:
    """Run every test (of rules, limits, findings, attribution), or those of some files.

    Coverage is of what stands in the same files. Raises RuleCompilationError for cases that make no sense.
    """
    report = _run_all(documents)
    if files is None:
        return report
    home = _home(documents)
    return ExamplesReport(
        tuple(each for each in report.results if each.place.rpartition(":")[0] in files),
        tuple(each for each in report.coverage if home.get(each.rule_id) in files),
    )


def _home(documents: Documents) -> dict[str, str]:
    """File of everything that examples can be about, by its id."""
    named = [(each.source.file, rule.id) for each in documents.rule_sets for rule in each.document.spec.rules]
    named += [(each.source.file, rule.id) for each in documents.tables for rule in each.document.rules]
    named += [
        (each.source.file, limit.id) for each in documents.limit_sets for limit in each.document.spec.limits
    ]
    named += [
        (each.source.file, one.code) for each in documents.finding_sets for one in each.document.spec.findings
    ]
    named += [(each.source.file, each.document.metadata.name) for each in documents.attributions]
    named += [(each.source.file, each.document.metadata.name) for each in documents.standards]
    return {name: file for file, name in named}


def _run_all(documents: Documents) -> ExamplesReport:
    parts = [_rules(documents)]
    parts += [examined(documents) for examined in (findings, limits, attributions, standards)]
    return ExamplesReport(
        tuple(result for part in parts for result in part.results),
        tuple(leaf for part in parts for leaf in part.coverage),
    )


def _rules(documents: Documents) -> Examined:
    """Examples of rules; coverage of the clauses of all."""
    written = compile_rules(replace(documents, bindings=(), waivers=()))
    by_id = {each.rule.id: each for each in written.rules}
    problems = [each for located in documents.tests for each in _problems(located, documents, by_id)]
    if problems:
        raise RuleCompilationError(problems)
    seen: dict[tuple[str, str], set[bool | None]] = {}
    found = Examined()
    for located in documents.tests:
        found.results += _run(located, _compiled_for(located.document, documents, written), seen)
    for rule in written.rules:
        for leaf in _leaves(rule):
            shown = seen.get((rule.rule.id, leaf.text), set())
            found.coverage.append(LeafCoverage(rule.rule.id, leaf.text, True in shown, False in shown))
    return found


def _compiled_for(test: RuleTest, documents: Documents, written: CompiledRules) -> CompiledRules:
    """The rules with the parameters, the binding and the waivers that a test asks for."""
    spec = test.spec
    if not (spec.params or spec.binding or spec.waivers):
        return written
    asked = replace(
        documents,
        bindings=tuple(each for each in documents.bindings if each.document.metadata.name == spec.binding),
        waivers=tuple(each for each in documents.waivers if each.document.metadata.name in spec.waivers),
    )
    return compile_rules(asked, spec.params)


def _leaves(rule: CompiledRule) -> Iterable[Clause]:
    """Clauses that may be true or false; constants are not."""
    for clause in (*rule.when, rule.condition):
        yield from (leaf for leaf in clause.leaves() if leaf.text not in ("true", "false"))


def _run(
    located: Located[RuleTest], compiled: CompiledRules, seen: dict[tuple[str, str], set[bool | None]]
) -> Iterable[CaseResult]:
    test = located.document
    by_id = {each.rule.id: each for each in compiled.rules}
    validator = Validator(compiled, test.spec.fixtures.snapshot(test.spec.as_of), test.slot)
    for position, case in enumerate(test.spec.cases):
        pair = validator.pair(case.patient, case.provider)
        for leaf in _leaves(by_id[case.rule]):
            seen.setdefault((case.rule, leaf.text), set()).add(pair.truth(leaf))
        verdict = validator.validate(case.patient, case.provider, case.standing).rule(case.rule)
        spot = located.source.spot(("spec", "cases", position))
        yield CaseResult(
            test=test.metadata.name,
            rule_id=case.rule,
            patient=case.patient,
            provider=case.provider,
            expected=case.expect,
            verdict=verdict.verdict,
            expected_message=case.message,
            message=verdict.message,
            place=f"{located.source.file}:{spot.line + 1}",
        )


def _problems(
    located: Located[RuleTest], documents: Documents, rules: Mapping[str, CompiledRule]
) -> Iterable[Diagnostic]:
    fixtures = located.document.spec.fixtures
    yield from _asked_problems(located, documents)
    for table in ("patients", "providers", "facilities"):
        for key, record in getattr(fixtures, table).items():
            yield from _record_problems(located, ("spec", "fixtures", table, key), TABLES[table], record)
    for position, case in enumerate(located.document.spec.cases):
        yield from _case_problems(located, ("spec", "cases", position), case, rules)


def _asked_problems(located: Located[RuleTest], documents: Documents) -> Iterable[Diagnostic]:
    """Bindings, waivers and parameters that a test asks for and that are not there."""
    spec = located.document.spec
    params = {name: value for _, given in given_params(documents) for name, value in given.items()}
    asked: list[tuple[str, Path, str, Iterable[str]]] = [
        ("waiver", ("spec", "waivers"), each, [one.document.metadata.name for one in documents.waivers])
        for each in spec.waivers
    ]
    asked += [("parameter", ("spec", "params"), name, params) for name in spec.params]
    if spec.binding is not None:
        names = [each.document.metadata.name for each in documents.bindings]
        asked.append(("binding", ("spec", "binding"), spec.binding, names))
    for what, path, name, known in asked:
        if name not in known:
            yield located.source.diagnostic(path, "case", f"there is no {what} {name}", nearest(name, known))
    for name, value in spec.params.items():
        if name in params and param_type(value) != param_type(params[name]):
            text = f"parameter {name} is a {param_type(params[name])}, not a {param_type(value)}"
            yield located.source.diagnostic(("spec", "params", name), "params", text)


def _record_problems(
    located: Located[RuleTest], path: Path, spec: TableSpec, record: Mapping[str, Any]
) -> Iterable[Diagnostic]:
    columns = {column.name: column for column in spec.columns}
    for name, value in record.items():
        if spec.name == "providers" and name in LISTED and isinstance(value, list):
            for row, item in enumerate(value):
                yield from _record_problems(located, (*path, name, row), LISTED[name][1], item)
        elif name not in columns:
            hint = nearest(name, [*columns, *LISTED])
            text = f"{spec.name} have no column {name}"
            yield located.source.diagnostic((*path, name), "fixture", text, hint, key=True)
        elif value is not None and type(value) not in _KINDS[columns[name].kind]:
            kind, example = columns[name].kind, columns[name].example
            yield located.source.diagnostic((*path, name), "fixture", f"{name} is a {kind}, as {example}")


def _case_problems(
    located: Located[RuleTest], path: Path, case: Case, rules: Mapping[str, object]
) -> Iterable[Diagnostic]:
    fixtures = located.document.spec.fixtures
    asked: tuple[tuple[str, str, Iterable[str]], ...] = (
        ("rule", case.rule, rules),
        ("patient", case.patient, fixtures.patients),
        ("provider", case.provider, fixtures.providers),
    )
    for what, name, known in asked:
        if name not in known:
            text = f"there is no {what} {name}"
            yield located.source.diagnostic((*path, what), "case", text, nearest(name, known))
