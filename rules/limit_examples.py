"""Runs the examples of limits, and says which of their conditions and outcomes were never shown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.eligibility import NO_LIMIT, UNIT, Int32
from rules.clauses import Clause
from rules.compiler import CompiledLimit, CompiledRules, compile_rules
from rules.diagnostics import Diagnostic, RuleCompilationError, nearest
from rules.documents import Documents, Located
from rules.grid import Population
from rules.limit_test import LimitCase, LimitTest
from rules.limits import distinct_limits, summed_limit, uses
from rules.planes import condition_node

TOLERANCE = 0.0005
"""Limits are counted in thousandths."""


@dataclass(frozen=True)
class LimitResult:
    """One case: what was expected and what came out, at `file:line`."""

    test: str
    limit_id: str
    provider: str
    patients: tuple[str, ...]
    expected: str
    found: str
    place: str

    @property
    def over(self) -> bool:
        """Whether the provider was over the limit."""
        return self.found.startswith("over")


@dataclass(frozen=True)
class LimitExamples:
    """Results of all cases; `seen` are the truths of each clause of each limit."""

    results: tuple[LimitResult, ...]
    seen: Mapping[tuple[str, str], frozenset[bool]]


def limit_examples(documents: Documents) -> LimitExamples:
    """Run every LimitTest. Raises RuleCompilationError for cases that make no sense."""
    alone = replace(documents, bindings=(), waivers=())
    known = {each.limit.id for each in compile_rules(alone).limits} if documents.limit_tests else set()
    problems = [each for located in documents.limit_tests for each in _problems(located, known)]
    if problems:
        raise RuleCompilationError(problems)
    results: list[LimitResult] = []
    seen: dict[tuple[str, str], set[bool]] = {}
    for located in documents.limit_tests:
        compiled = compile_rules(alone, located.document.spec.params)
        results += _run(located, compiled, seen)
    return LimitExamples(tuple(results), {key: frozenset(truths) for key, truths in seen.items()})


def conditions(compiled: CompiledLimit) -> Iterator[Clause]:
    """Clauses of a limit's conditions that may be true or false."""
    for clause in compiled.when:
        yield from clause.leaves()


def _run(
    located: Located[LimitTest], compiled: CompiledRules, seen: dict[tuple[str, str], set[bool]]
) -> Iterator[LimitResult]:
    spec = located.document.spec
    world = spec.fixtures.snapshot(spec.as_of)
    population = Population(compiled, world, spec.slot.slot)
    limits = {each.limit.id: each for each in compiled.limits}
    for position, case in enumerate(spec.cases):
        who = np.array([world.position("patients", each) for each in case.patients], np.int32)
        whom = world.position("providers", case.provider)
        for leaf in conditions(limits[case.limit]):
            truth = condition_node(population, leaf).pairs(who, np.full_like(who, whom))
            told = seen.setdefault((case.limit, leaf.text), set())
            told |= {True} if truth.true.any() else set()
            told |= {False} if truth.false.any() else set()
        used, maximum = _load(population, limits[case.limit], who, whom)
        line = located.source.spot(("spec", "cases", position)).line + 1
        yield LimitResult(
            located.document.metadata.name,
            case.limit,
            case.provider,
            tuple(case.patients),
            _told(case.expect, case.used, case.maximum if _matters(case) else maximum),
            _told(_verdict(used, maximum), _near(used, case.used), maximum),
            f"{located.source.file}:{line}",
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


def _problems(located: Located[LimitTest], limits: Iterable[str]) -> Iterator[Diagnostic]:
    spec, source = located.document.spec, located.source
    for position, case in enumerate(spec.cases):
        asked: list[tuple[str, str, Sequence[str]]] = [
            ("limit", case.limit, sorted(limits)),
            ("provider", case.provider, list(spec.fixtures.providers)),
            *(("patient", each, list(spec.fixtures.patients)) for each in case.patients),
        ]
        for what, name, known in asked:
            if name not in known:
                text = f"there is no {what} {name}"
                yield source.diagnostic(("spec", "cases", position), "case", text, nearest(name, known))
