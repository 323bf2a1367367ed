"""Runs the examples of attribution methods, and says which steps they never showed deciding."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from data.snapshot import Snapshot
from rules.attribution import Allowed, Known, attribute
from rules.attribution_method import AttributionMethod, AttributionTest, AttributionTestSpec
from rules.diagnostics import Diagnostic, RuleCompilationError, nearest
from rules.documents import Documents, Located
from rules.example import CaseResult, Examined, LeafCoverage


def attributions(documents: Documents) -> Examined:
    """Run every AttributionTest. Raises RuleCompilationError for cases that make no sense.

    Coverage is whether each step was seen deciding, and passed over.
    """
    methods = {each.document.metadata.name: each.document for each in documents.attributions}
    problems = [each for located in documents.attribution_tests for each in _problems(located, methods)]
    if problems:
        raise RuleCompilationError(problems)
    found = Examined()
    for located in documents.attribution_tests:
        found.results += _run(located, methods[located.document.spec.method])
    for name, method in methods.items():
        titles = [each.title for each in method.spec.steps]
        theirs = [each.verdict for each in found.results if each.rule_id == name]
        reached = [titles.index(each) if each else len(titles) for each in theirs]
        for position, title in enumerate(titles):
            passed_over = any(each > position for each in reached)
            found.coverage.append(LeafCoverage(name, title, position in reached, passed_over))
    return found


def _run(located: Located[AttributionTest], method: AttributionMethod) -> Iterator[CaseResult]:
    """What came of each case: the step is the verdict, the provider the message; empty is nobody."""
    test = located.document
    found = _found(test.spec, method)
    for position, case in enumerate(test.spec.cases):
        owner, step = found[case.patient]
        line = located.source.spot(("spec", "cases", position)).line + 1
        yield CaseResult(
            test=test.metadata.name,
            rule_id=test.spec.method,
            patient=case.patient,
            provider=case.expect or "nobody",
            expected=case.step or step,
            verdict=step,
            expected_message=case.expect or "",
            message=owner,
            place=f"{located.source.file}:{line}",
        )


def _found(test: AttributionTestSpec, method: AttributionMethod) -> dict[str, tuple[str, str]]:
    """Provider and step of every patient of a test, empty where nobody was found."""
    visits = [
        {
            "visit_id": str(number),
            "patient_id": each.patient,
            "provider_id": each.provider,
            "on": each.day,
            "minutes": each.minutes,
        }
        for number, each in enumerate(test.visits)
    ]
    world = test.fixtures.snapshot(test.as_of, visits=visits)
    row = {name: number for number, name in enumerate(world.provider_ids)}
    standing = np.array([row.get(test.record.get(each, ""), -1) for each in world.patient_ids], np.int32)
    everybody = np.ones(len(world.patient_ids), np.bool_)
    able = np.ones(len(row), np.bool_)
    known = Known(world, standing, able, _allowed(test, world, row))
    owner, step = attribute(method.spec, known, everybody)
    titles = [each.title for each in method.spec.steps]
    return {
        patient: (world.provider_ids[who], titles[by]) if who >= 0 else ("", "")
        for patient, who, by in zip(world.patient_ids, owner.tolist(), step.tolist(), strict=True)
    }


def _allowed(test: AttributionTestSpec, world: Snapshot, row: Mapping[str, int]) -> Allowed:
    """Whom the test says that the rules allow."""
    chosen = [sorted(row[each] for each in test.allowed.get(patient, row)) for patient in world.patient_ids]
    provider = np.array([each for some in chosen for each in some], np.int32)
    indptr = np.concatenate([[0], np.cumsum([len(each) for each in chosen])]).astype(np.int64)
    return Allowed(np.arange(len(chosen), dtype=np.int32), indptr, provider, np.zeros_like(provider))


def _problems(
    located: Located[AttributionTest], methods: Mapping[str, AttributionMethod]
) -> Iterable[Diagnostic]:
    spec, source = located.document.spec, located.source
    if spec.method not in methods:
        text, hint = f"there is no attribution method {spec.method}", nearest(spec.method, methods)
        yield source.diagnostic(("spec", "method"), "case", text, hint)
    patients, providers = spec.fixtures.patients, spec.fixtures.providers
    named: list[tuple[tuple[str | int, ...], str, str, Mapping[str, object]]] = []
    for number, visit in enumerate(spec.visits):
        named.append((("spec", "visits", number), "patient", visit.patient, patients))
        named.append((("spec", "visits", number), "provider", visit.provider, providers))
    for number, case in enumerate(spec.cases):
        named.append((("spec", "cases", number), "patient", case.patient, patients))
        if case.expect is not None:
            named.append((("spec", "cases", number), "provider", case.expect, providers))
    for patient, owner in spec.record.items():
        named.append((("spec", "record"), "patient", patient, patients))
        named.append((("spec", "record"), "provider", owner, providers))
    for patient, some in spec.allowed.items():
        named.append((("spec", "allowed"), "patient", patient, patients))
        named += [(("spec", "allowed"), "provider", each, providers) for each in some]
    for path, what, name, known in named:
        if name not in known:
            yield source.diagnostic(path, "case", f"there is no {what} {name}", nearest(name, known))
