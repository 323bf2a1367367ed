"""Runs the examples of findings."""

from collections.abc import Iterable, Mapping
from datetime import date

import pyarrow as pa

from rules.diagnostics import Diagnostic, RuleCompilationError, nearest
from rules.documents import Documents, Located
from rules.example import CaseResult, Examined, LeafCoverage
from rules.facts import SCOPES
from rules.finding_set import FindingCase, FindingTest, FindingTestSpec
from rules.findings import ERROR_CODE, CompiledFinding, CompiledFindings, compile_findings, find, schema_of
from rules.source import Path

_EMPTY: dict[str, object] = {"string": "", "int": 0, "double": 0.0, "bool": False}
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "int": (int,),
    "double": (int, float),
    "bool": (bool,),
    "timestamp": (date,),
}


def findings(documents: Documents) -> Examined:
    """Run every FindingTest. Raises RuleCompilationError for cases that make no sense."""
    compiled = compile_findings(documents)
    by_code = {each.finding.code: each for each in compiled.findings}
    problems = [each for located in documents.finding_tests for each in _problems(located, by_code)]
    if problems:
        raise RuleCompilationError(problems)
    found = Examined()
    for located in documents.finding_tests:
        test = located.document
        for position, case in enumerate(test.spec.cases):
            verdict, message = _said(compiled, by_code[case.code], case, test.spec)
            line = located.source.spot(("spec", "cases", position)).line + 1
            found.results.append(
                CaseResult(
                    test=test.metadata.name,
                    rule_id=case.code,
                    patient="",
                    provider="",
                    expected=case.expect,
                    verdict=verdict,
                    expected_message=case.message,
                    message=message,
                    place=f"{located.source.file}:{line}",
                )
            )
    shown = {(each.rule_id, each.verdict) for each in found.results}
    for finding in (each.finding for each in compiled.findings):
        truths = ((finding.code, verdict) in shown for verdict in ("found", "not_found"))
        found.coverage.append(LeafCoverage(finding.code, finding.expression, *truths))
    return found


def _said(
    compiled: CompiledFindings, each: CompiledFinding, case: FindingCase, test: FindingTestSpec
) -> tuple[str, str]:
    scope = each.finding.scope
    given: dict[str, object] = {**_EMPTY, "timestamp": test.as_of}
    subject = {
        field.name: case.subject.get(field.name, given[field.type])
        if field.given
        else case.subject.get(field.name)
        for field in SCOPES[scope].fields
    }
    table = pa.Table.from_pylist([subject], schema=schema_of(scope))
    _, found = find(CompiledFindings((each,), compiled.params), {scope: table}, test.as_of, test.slot.slot)
    if not found.num_rows:
        return "not_found", ""
    (row,) = found.to_pylist()
    return ("error" if row["code"] == ERROR_CODE else "found"), row["message"]


def _problems(located: Located[FindingTest], findings: Mapping[str, CompiledFinding]) -> Iterable[Diagnostic]:
    for position, case in enumerate(located.document.spec.cases):
        path: Path = ("spec", "cases", position)
        each = findings.get(case.code)
        if each is None:
            text, hint = f"there is no finding {case.code}", nearest(case.code, findings)
            yield located.source.diagnostic((*path, "code"), "case", text, hint)
            continue
        fields = {field.name: field for field in each.scope.fields}
        for name, value in case.subject.items():
            place = (*path, "subject", name)
            if name not in fields:
                text = f"{each.finding.scope} has no field {name}"
                yield located.source.diagnostic(place, "case", text, nearest(name, fields), key=True)
            elif value is not None and type(value) not in _TYPES[fields[name].type]:
                yield located.source.diagnostic(place, "case", f"{name} is a {fields[name].type}")
