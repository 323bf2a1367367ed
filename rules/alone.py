"""One patient with every provider: what bulk evaluation says of them, and what removes whom."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from data.eligibility import Eligibility, Funnel, Int8, Int32, SummedLimit
from data.slot import Slot
from data.standing import population as planned_patients
from rules.bits import Words, count, full, lookup, unpack_rows
from rules.compiler import CompiledRule, CompiledRules
from rules.evaluation import SAMPLE, Removal, WhyNot
from rules.grid import Population
from rules.limits import distinct_limits, summed_limit, uses
from rules.reads import Read
from rules.verdicts import RuleVerdicts

_ONLY = np.zeros(1, np.int32)
"""The class, and the row, of the only patient."""


@dataclass(frozen=True)
class Alone:
    """The rules' word on one patient: an eligibility of that patient only, and what removes the others."""

    eligibility: Eligibility
    why_not: WhyNot


class Judge:
    """The rules of one day that exclude or cost points, for one patient after another."""

    def __init__(self, compiled: CompiledRules, slot: Slot, day: date) -> None:
        self._compiled, self._slot = compiled, slot
        counting = (each for each in compiled.rules if each.rule.hard or each.rule.penalty)
        self._rules = [_Judged(each) for each in counting if each.rule.effective.covers(day)]
        self._hard = [each.rule for each in self._rules if each.rule.hard]
        self._ids = tuple(each.id for each in self._hard)
        self._titles = tuple(each.title for each in self._hard)

    def judge(self, population: Population, standing_provider: Int32) -> Alone:
        """As `rules.evaluator.evaluation_of` of a population of one patient.

        Quick where the population keeps what was made for other patients: what a rule says is looked up by
        the patient's values, and only distances and what is new are worked out.
        """
        said = [each.allowed(population) for each in self._rules]
        everybody = full(len(population.providers))
        hard = (bits for bits, each in zip(said, self._rules, strict=True) if each.rule.hard)
        steps = np.concatenate([everybody, *hard])
        left = np.bitwise_and.accumulate(steps, axis=0)
        remaining = count(left)
        planned = bool(planned_patients(population.snapshot, self._slot)[0])
        providers = unpack_rows(left[-1:])[0] if planned else np.zeros(0, np.int32)
        penalties = self._penalties(said, providers)
        summed, notes = self._summed(population, providers, standing_provider)
        ok, penalty = self._standing(said, standing_provider)
        funnel = remaining[None, :] if planned else np.zeros((0, len(remaining)), np.int32)
        eligibility = Eligibility(
            slot=self._slot,
            row=np.array([0 if planned else -1], np.int32),
            indptr=np.array([0, len(providers)] if planned else [0], np.int64),
            provider=providers,
            penalty=sum(penalties.values(), np.zeros(len(providers), np.int32)),
            penalties=penalties,
            summed=summed,
            distinct=distinct_limits(population, self._compiled.limits),
            standing_provider=standing_provider,
            standing_ok=ok,
            standing_penalty=penalty,
            funnel=Funnel(self._ids, self._titles, funnel),
            rules=self._compiled.stamp,
            notes=notes,
        )
        return Alone(eligibility, self._why_not(len(population.providers), steps[1:], left, remaining))

    def _penalties(self, said: list[Words], providers: Int32) -> dict[str, Int32]:
        """Points of every soft rule on the arcs, by rule id."""
        return {
            each.rule.id: each.rule.penalty * _objects(bits, providers).astype(np.int32)
            for bits, each in zip(said, self._rules, strict=True)
            if each.rule.penalty
        }

    def _summed(
        self, population: Population, providers: Int32, standing_provider: Int32
    ) -> tuple[tuple[SummedLimit, ...], tuple[str, ...]]:
        """Summed limits over the arcs, and notes about them."""
        used, notes = uses(population, self._compiled.limits)
        patients = np.zeros(len(providers), np.int32)
        made = [summed_limit(use, patients, providers, standing_provider) for use in used]
        said = (note for _, some in made for note in some)
        return tuple(limit for limit, _ in made), (*notes, *said)

    def _standing(self, said: list[Words], provider: Int32) -> tuple[Int8, Int32]:
        """Whether the rules let the patient stay with the provider, and the points; 0 where there is none."""
        ok, penalty = np.zeros(1, np.int8), np.zeros(1, np.int32)
        if provider[0] < 0:
            return ok, penalty
        ok[0] = 1
        every = np.arange(len(said), dtype=np.int32)
        allowed = lookup(np.concatenate(said), every, provider.repeat(len(said))).tolist() if said else []
        for each, holds in zip(self._rules, allowed, strict=True):
            if each.rule.standing == "check" and not holds:
                ok[0] &= not each.rule.hard
                penalty[0] += each.rule.penalty
        return ok, penalty

    def _why_not(self, providers: int, allowed: Words, left: Words, remaining: Int32) -> WhyNot:
        """Which rules take which providers away; `left` and `remaining` have who is left after each, too."""
        removed = providers - count(allowed)
        first = remaining[:-1] - remaining[1:]
        lost = np.unpackbits((left[:-1] & ~allowed).view(np.uint8), axis=1)
        removals = []
        for row, (rule, every, some) in enumerate(
            zip(self._hard, removed.tolist(), first.tolist(), strict=True)
        ):
            sample = tuple(np.flatnonzero(lost[row])[:SAMPLE].tolist()) if some else ()
            removals.append(Removal(rule.id, rule.title, every, some, sample))
        return WhyNot(providers, tuple(removals), int(remaining[-1]))


class _Judged:
    """One rule, and what it reads of a patient."""

    def __init__(self, compiled: CompiledRule) -> None:
        self.rule, self._compiled = compiled.rule, compiled
        self._reads: frozenset[Read] = compiled.condition.reads.union(*(each.reads for each in compiled.when))
        self._named = frozenset(each.spec.patient for each in compiled.waivers if each.spec.patient)

    def allowed(self, population: Population) -> Words:
        """Providers whom the rule allows the patient, as one row of bits.

        The same for all patients with the same values, but for those whom a waiver names.
        """
        what = ("allowed", self.rule.id, self._waived(population))
        return population.kept(what, self._reads, lambda: self._made(population))

    def _waived(self, population: Population) -> str:
        """The patient's id where a waiver of the rule names it, else nothing."""
        if not self._named:
            return ""
        name: str = population.snapshot.patients["patient_id"][0].as_py()
        return name if name in self._named else ""

    def _made(self, population: Population) -> Words:
        return RuleVerdicts(population, self._compiled).allowed(_ONLY)


def _objects(bits: Words, providers: Int32) -> npt.NDArray[np.bool_]:
    """Providers of the list who are not allowed."""
    return ~lookup(bits, np.zeros_like(providers), providers)
