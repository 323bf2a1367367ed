"""All rules over all pairs: who may go to whom, at what penalty."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.eligibility import Eligibility, Funnel, Int8, Int32, Int64, SummedLimit
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import population as planned_patients
from rules.bits import Words, count, fingerprints, full, unpack_rows
from rules.coding import combined, distinct
from rules.compiler import CompiledRules
from rules.evaluation import Evaluation
from rules.grid import Population
from rules.limits import CHUNK, Use, distinct_limits, summed_limit, uses
from rules.planes import chunks
from rules.verdicts import RuleVerdicts


def evaluate(
    compiled: CompiledRules, snapshot: Snapshot, slot: Slot, standing_provider: Int32
) -> Eligibility:
    """Arcs, penalties and limits of one slot; see `Eligibility` for shapes.

    Patients who do not need the slot (inactive, not in the program) get row -1. Raises
    RuleTooBroadError where a clause would need too many evaluations.
    """
    return evaluation(compiled, snapshot, slot, standing_provider).eligibility


def evaluation(
    compiled: CompiledRules, snapshot: Snapshot, slot: Slot, standing_provider: Int32
) -> Evaluation:
    """As `evaluate`, keeping what explanations need."""
    return evaluation_of(compiled, Population(compiled, snapshot, slot), slot, standing_provider)


def evaluation_of(
    compiled: CompiledRules, population: Population, slot: Slot, standing_provider: Int32
) -> Evaluation:
    """As `evaluation`, of a population that is at hand."""
    snapshot = population.snapshot
    verdicts = tuple(
        RuleVerdicts(population, each)
        for each in compiled.rules
        if each.rule.effective.covers(snapshot.as_of)
    )
    used, notes = uses(population, compiled.limits)
    hard = [each for each in verdicts if each.rule.hard]
    soft = [each for each in verdicts if each.rule.penalty]
    rows = _Rows(population, hard, soft, used).find(planned_patients(snapshot, slot))
    asked = soft or used  # otherwise nobody needs them, and of many arcs they take much memory
    patients = np.repeat(rows.representative, np.diff(rows.indptr) if asked else 0)
    penalties = {each.rule.id: _penalties(each, patients, rows.provider) for each in soft}
    summed: list[SummedLimit] = []
    for use in used:
        limit, more = summed_limit(use, patients, rows.provider, standing_provider)
        summed.append(limit)
        notes += more
    ok, standing_penalty = _standing(verdicts, standing_provider)
    eligibility = Eligibility(
        slot=slot,
        row=rows.row,
        indptr=rows.indptr,
        provider=rows.provider,
        penalty=sum(penalties.values(), np.zeros(len(rows.provider), np.int32)),
        penalties=penalties,
        summed=tuple(summed),
        distinct=distinct_limits(population, compiled.limits),
        standing_provider=standing_provider,
        standing_ok=ok,
        standing_penalty=standing_penalty,
        funnel=_funnel(hard, rows.remaining),
        rules=compiled.stamp,
        notes=tuple(notes),
    )
    return Evaluation(compiled, population, verdicts, eligibility)


def loads(compiled: CompiledRules, snapshot: Snapshot, slot: Slot, standing_provider: Int32) -> Eligibility:
    """Limits and what stands uses of them, without rules and arcs: quick where only loads are asked for."""
    return loads_of(compiled, Population(compiled, snapshot, slot), slot, standing_provider)


def loads_of(
    compiled: CompiledRules, population: Population, slot: Slot, standing_provider: Int32
) -> Eligibility:
    """As `loads`, of a population that is at hand."""
    snapshot = population.snapshot
    used, notes = uses(population, compiled.limits)
    nobody = np.zeros(0, np.int32)
    made = [summed_limit(use, nobody, nobody, standing_provider) for use in used]
    nothing = np.zeros(len(standing_provider), np.int32)
    return Eligibility(
        slot=slot,
        row=np.where(planned_patients(snapshot, slot), 0, -1).astype(np.int32),
        indptr=np.zeros(2, np.int64),
        provider=nobody,
        penalty=nobody,
        penalties={},
        summed=tuple(limit for limit, _ in made),
        distinct=distinct_limits(population, compiled.limits),
        standing_provider=standing_provider,
        standing_ok=nothing.astype(np.int8),
        standing_penalty=nothing,
        funnel=Funnel((), (), np.zeros((1, 1), np.int32)),
        rules=compiled.stamp,
        notes=tuple(notes),
    )


def _funnel(hard: Sequence[RuleVerdicts], remaining: Int32) -> Funnel:
    ids = tuple(each.rule.id for each in hard)
    return Funnel(ids, tuple(each.rule.title for each in hard), remaining)


def _penalties(soft: RuleVerdicts, patients: Int32, providers: Int32) -> Int32:
    points = np.zeros(len(patients), np.int32)
    for start in range(0, len(patients), CHUNK):
        part = slice(start, start + CHUNK)
        points[part] = soft.rule.penalty * soft.objects(patients[part], providers[part])
    return points


def _standing(verdicts: Sequence[RuleVerdicts], standing_provider: Int32) -> tuple[Int8, Int32]:
    """Whether the rules let standing pairs go on, and their penalties."""
    rows = np.flatnonzero(standing_provider >= 0).astype(np.int32)
    ok = np.zeros(len(standing_provider), np.int8)
    penalty = np.zeros(len(standing_provider), np.int32)
    ok[rows] = 1
    for each in verdicts:
        if each.rule.standing == "ignore" or not (each.rule.hard or each.rule.penalty):
            continue
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            objects = each.objects(part, standing_provider[part])
            if each.rule.hard:
                ok[part[objects]] = 0
            penalty[part[objects]] += each.rule.penalty
    return ok, penalty


@dataclass(frozen=True)
class _Found:
    """Rows of the eligibility; `representative[r]` is the first patient of row r."""

    row: Int32
    indptr: Int64
    provider: Int32
    representative: Int32
    remaining: Int32


class _Rows:
    """Finds the distinct rows: equal arcs, equal soft objections, equal uses.

    Rows without arcs are also told apart by how the providers were lost, so that the funnel of a
    patient whom nobody may take is that patient's own.
    """

    def __init__(
        self,
        population: Population,
        hard: Sequence[RuleVerdicts],
        soft: Sequence[RuleVerdicts],
        used: Sequence[Use],
    ) -> None:
        self._patients = len(population.patients)
        self._all = full(len(population.providers))
        self._hard, self._soft = hard, soft
        self._rules = [each.coded for each in (*hard, *soft)]
        self._uses = [use.quantity.coded for use in used]
        self._known: dict[bytes, int] = {}
        self._providers: list[Int32] = []
        self._lengths: list[Int64] = [np.zeros(1, np.int64)]
        self._remaining: list[Int32] = []
        self._representative: list[Int32] = []

    def find(self, planned: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> _Found:
        who = np.flatnonzero(planned).astype(np.int32)
        parts = [distinct(each.code[who].astype(np.int64)) for each in (*self._rules, *self._uses)]
        classes = combined(parts, len(who))
        found = [self._chunk(who[classes.first[chunk]]) for chunk in chunks(classes.size)]
        row = np.full(self._patients, -1, np.int32)
        if found:
            row[who] = np.concatenate(found)[classes.code]
        steps = len(self._hard) + 1
        return _Found(
            row,
            np.cumsum(np.concatenate(self._lengths)),
            np.concatenate([np.zeros(0, np.int32), *self._providers]),
            np.concatenate([np.zeros(0, np.int32), *self._representative]),
            np.concatenate([np.zeros((0, steps), np.int32), *self._remaining]),
        )

    def _chunk(self, patients: Int32) -> Int32:
        """Row of every patient of a chunk; rows that are new are added."""
        bits = np.repeat(self._all, len(patients), axis=0)
        remaining = [count(bits)]
        for each in self._hard:
            bits &= each.allowed(each.coded.code[patients])
            remaining.append(count(bits))
        funnel = np.stack(remaining, axis=1)
        rows = np.empty(len(patients), np.int32)
        new: list[int] = []
        for position, key in enumerate(fingerprints(self._keys(patients, bits, funnel))):
            row = self._known.get(key)
            if row is None:
                row = self._known[key] = len(self._known)
                new.append(position)
            rows[position] = row
        providers, lengths = unpack_rows(bits[new])
        self._providers.append(providers)
        self._lengths.append(lengths)
        self._remaining.append(funnel[new])
        self._representative.append(patients[new])
        return rows

    def _keys(self, patients: Int32, bits: Words, funnel: Int32) -> Words:
        """Everything that makes a row, as words."""
        columns = [bits]
        columns += [bits & ~each.allowed(each.coded.code[patients]) for each in self._soft]
        columns += [each.code[patients].astype(np.uint64)[:, None] for each in self._uses]
        empty = funnel[:, -1:] == 0
        columns.append(np.where(empty, funnel, 0).astype(np.uint64))
        return np.concatenate(columns, axis=1)
