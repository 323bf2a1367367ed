"""Runs the examples of adequacy standards, and says which of their conditions were never shown."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from rules.adequacy import adequacy
from rules.adequacy_standard import AdequacyCase, AdequacyStandard, AdequacyTest
from rules.diagnostics import Diagnostic, RuleCompilationError, nearest
from rules.documents import Documents, Located
from rules.example import CaseResult, Examined, LeafCoverage
from rules.packs.figures import adequacy_figures

CONDITIONS = ("enough are in reach", "there are enough of them", "telehealth is credited")
"""What is seen true and false of a standard by its examples."""

_WORDS = {True: "pass", False: "fail", None: "unknown"}


def standards(documents: Documents) -> Examined:
    """Run every AdequacyTest; coverage is of `CONDITIONS`. RuleCompilationError for cases without sense."""
    by_name = {each.document.metadata.name: each.document for each in documents.standards}
    figures = adequacy_figures() if documents.standard_tests else {}
    counties = set(figures["counties"]["ssa_code"].to_pylist()) if figures else set()
    tests = documents.standard_tests
    problems = [each for located in tests for each in _problems(located, by_name, counties)]
    if problems:
        raise RuleCompilationError(problems)
    found = Examined()
    seen: dict[tuple[str, str], set[bool]] = {}
    for located in tests:
        found.results += _run(located, by_name[located.document.spec.standard], figures, seen)
    for name, standard in by_name.items():
        for condition in CONDITIONS if standard.spec.telehealth else CONDITIONS[:2]:
            truths = seen.get((name, condition), set())
            found.coverage.append(LeafCoverage(name, condition, True in truths, False in truths))
    return found


def _run(
    located: Located[AdequacyTest],
    standard: AdequacyStandard,
    figures: Mapping[str, pa.Table],
    seen: dict[tuple[str, str], set[bool]],
) -> Iterator[CaseResult]:
    spec, name = located.document.spec, standard.metadata.name
    world = spec.fixtures.snapshot(spec.as_of)
    county = pa.repeat(pa.scalar(spec.county), world.patients.num_rows)
    report = adequacy(world, county, figures, standard.spec).to_pylist()
    rows = {row["specialty_code"]: row for row in report}
    for position, case in enumerate(spec.cases):
        row = rows.get(case.specialty)
        for condition, truth in zip(CONDITIONS, _truths(row), strict=True):
            if truth is not None:
                seen.setdefault((name, condition), set()).add(truth)
        line = located.source.spot(("spec", "cases", position)).line + 1
        yield CaseResult(
            test=located.document.metadata.name,
            rule_id=name,
            patient=case.specialty,
            provider=f"county {spec.county}",
            expected=_expected(case, row),
            verdict=_found(row),
            expected_message=None,
            message="",
            place=f"{located.source.file}:{line}",
        )


def _expected(case: AdequacyCase, row: Mapping[str, Any] | None) -> str:
    """In the words of `_found`; what the case does not say is as it came out."""
    reach = row["in_reach"] if case.in_reach is None and row else case.in_reach
    there = row["providers"] if case.providers is None and row else case.providers
    return f"{case.expect}: {reach} in reach, {there} there"


def _found(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "not in the report"
    return f"{_WORDS[row['passes']]}: {row['in_reach']} in reach, {row['providers']} there"


def _truths(row: Mapping[str, Any] | None) -> tuple[bool | None, ...]:
    if row is None:
        return (None, None, None)
    total, needed = row["beneficiaries"], row["providers_required"]
    enough = row["in_reach"] + row["credit"] * total >= row["share_required"] * total - 1e-9
    return bool(enough), None if needed is None else row["providers"] >= needed, row["credit"] > 0


def _problems(
    located: Located[AdequacyTest], standards: Mapping[str, AdequacyStandard], counties: set[str]
) -> Iterable[Diagnostic]:
    spec, source = located.document.spec, located.source
    if spec.county not in counties:
        text = f"there is no county {spec.county}"
        yield source.diagnostic(
            ("spec", "county"), "case", text, "an SSA code, as in network_adequacy/counties.csv"
        )
    standard = standards.get(spec.standard)
    if standard is None:
        text = f"there is no adequacy standard {spec.standard}"
        yield source.diagnostic(("spec", "standard"), "case", text, nearest(spec.standard, standards))
        return
    known = [*standard.spec.providers, *standard.spec.facilities]
    for position, case in enumerate(spec.cases):
        if case.specialty not in known:
            text = f"{spec.standard} does not look at {case.specialty}"
            yield source.diagnostic(("spec", "cases", position), "case", text, nearest(case.specialty, known))
