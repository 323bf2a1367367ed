"""Runs the examples of limits, and says which of their conditions and outcomes were never shown."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from data.eligibility import NO_LIMIT, UNIT, Int32
from rules.clauses import Clause
from rules.compiler import CompiledLimit, CompiledRules, compile_rules
from rules.diagnostics import Diagnostic, RuleCompilationError, nearest
from rules.documents import Documents, Located
from rules.example import CaseResult, Examined, LeafCoverage
from rules.grid import Population
from rules.limit_test import LimitCase, LimitTest
from rules.limits import distinct_limits, summed_limit, uses
from rules.planes import condition_node

TOLERANCE = 0.0005
"""Limits are counted in thousandths."""


def limits(documents: Documents) -> Examined:
    """Run every LimitTest. Raises RuleCompilationError for cases that make no sense.

    Coverage is of the conditions, and whether each limit was seen exceeded, and kept.
    """
    alone = replace(documents, bindings=(), waivers=())
    written = compile_rules(alone).limits
    known = {each.limit.id for each in written}
    problems = [each for located in documents.limit_tests for each in _problems(located, known)]
    if problems:
        raise RuleCompilationError(problems)
    found, seen = Examined(), _Seen()
    for located in documents.limit_tests:
        compiled = compile_rules(alone, located.document.spec.params)
        found.results += _run(located, compiled, seen)
    for each in written:
        name = each.limit.id
        shown = [(leaf.text, seen.truths.get((name, leaf.text), set())) for leaf in _conditions(each)]
        shown.append((f"used > {each.limit.maximum}", seen.over.get(name, set())))
        found.coverage += [
            LeafCoverage(name, text, True in truths, False in truths) for text, truths in shown
        ]
    return found


@dataclass
class _Seen:
    """Truths of each clause of each limit, and whether each was seen exceeded."""

    truths: dict[tuple[str, str], set[bool]] = field(default_factory=dict)
    over: dict[str, set[bool]] = field(default_factory=dict)


def _conditions(compiled: CompiledLimit) -> Iterator[Clause]:
    """Clauses of a limit's conditions."""
    for clause in compiled.when:
        yield from clause.leaves()


def _run(located: Located[LimitTest], compiled: CompiledRules, seen: _Seen) -> Iterator[CaseResult]:
    spec = located.document.spec
    world = spec.fixtures.snapshot(spec.as_of)
    population = Population(compiled, world, spec.slot.slot)
    by_id = {each.limit.id: each for each in compiled.limits}
    for position, case in enumerate(spec.cases):
        who = np.array([world.position("patients", each) for each in case.patients], np.int32)
        whom = world.position("providers", case.provider)
        for leaf in _conditions(by_id[case.limit]):
            truth = condition_node(population, leaf).pairs(who, np.full_like(who, whom))
            told = seen.truths.setdefault((case.limit, leaf.text), set())
            told |= {True} if truth.true.any() else set()
            told |= {False} if truth.false.any() else set()
        used, maximum = _load(population, by_id[case.limit], who, whom)
        verdict = _verdict(used, maximum)
        seen.over.setdefault(case.limit, set()).add(verdict == "over")
        line = located.source.spot(("spec", "cases", position)).line + 1
        yield CaseResult(
            test=located.document.metadata.name,
            rule_id=case.limit,
            patient=", ".join(case.patients) or "nobody",
            provider=case.provider,
            expected=_told(case.expect, case.used, case.maximum if _matters(case) else maximum),
            verdict=_told(verdict, _near(used, case.used), maximum),
            expected_message=None,
            message="",
            place=f"{located.source.file}:{line}",
        )


def _load(
    population: Population, limit: CompiledLimit, patients: Int32, provider: int
) -> tuple[float, float | None]:
    """Used and most, in the limit's unit; no limit where it does not apply to the slot."""
    standing = np.full(len(population.patients), -1, np.int32)
    standing[patients] = provider
    nobody = np.zeros(0, np.int32)
    for use in uses(population, [limit])[0]:
        made, _ = summed_limit(use, nobody, nobody, standing)
        most = int(made.maximum[provider])
        return int(made.standing_use[patients].sum()) / UNIT, None if most == NO_LIMIT else most / UNIT
    for distinct in distinct_limits(population, [limit]):
        keys, most = distinct.key[patients], int(distinct.maximum[provider])
        return float(len(np.unique(keys[keys >= 0]))), None if most == NO_LIMIT else float(most)
    return 0.0, None


def _verdict(used: float, maximum: float | None) -> str:
    return "over" if maximum is not None and used > maximum + TOLERANCE else "within"


def _near(used: float, expected: float) -> float:
    """The expected number where the used one is the same in thousandths."""
    return expected if abs(used - expected) <= TOLERANCE else used


def _matters(case: LimitCase) -> bool:
    return "maximum" in case.model_fields_set


def _told(verdict: str, used: float, maximum: float | None) -> str:
    return f"{verdict}: {used:g} of {'any number' if maximum is None else f'{maximum:g}'}"


def _problems(located: Located[LimitTest], known_limits: Iterable[str]) -> Iterator[Diagnostic]:
    spec, source = located.document.spec, located.source
    for position, case in enumerate(spec.cases):
        asked: list[tuple[str, str, Sequence[str]]] = [
            ("limit", case.limit, sorted(known_limits)),
            ("provider", case.provider, list(spec.fixtures.providers)),
            *(("patient", each, list(spec.fixtures.patients)) for each in case.patients),
        ]
        for what, name, known in asked:
            if name not in known:
                text = f"there is no {what} {name}"
                yield source.diagnostic(("spec", "cases", position), "case", text, nearest(name, known))
