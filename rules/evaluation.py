"""What the rules said, kept for explanations."""

from dataclasses import dataclass

import numpy as np

from data.eligibility import Eligibility, Int32
from rules.bits import full, unpack_rows
from rules.compiler import CompiledRules
from rules.grid import Population
from rules.verdicts import NOT_EFFECTIVE, VERDICTS, RuleVerdicts

SAMPLE = 5
"""Providers who are named for each rule in an explanation."""


@dataclass(frozen=True)
class Removal:
    """Providers whom a rule takes away from a patient.

    `removed` of all providers; `first` of those who were left by the rules before it; `sample` are rows
    of some of the latter.
    """

    rule_id: str
    title: str
    removed: int
    first: int
    sample: tuple[int, ...]


@dataclass(frozen=True)
class WhyNot:
    """How one patient's providers went from all to eligible, in the rules' order."""

    providers: int
    removals: tuple[Removal, ...]
    eligible: int


@dataclass(frozen=True)
class Evaluation:
    """An eligibility with the verdicts behind it."""

    compiled: CompiledRules
    population: Population
    rules: tuple[RuleVerdicts, ...]
    eligibility: Eligibility

    def verdicts(self, patient_row: int, provider_row: int) -> dict[str, str]:
        """Verdict of every rule on one pair, by rule id."""
        patients, providers = (np.array([each], np.int32) for each in (patient_row, provider_row))
        known = {each.rule.id: int(each.pairs(patients, providers)[0]) for each in self.rules}
        return {
            each.rule.id: VERDICTS[known.get(each.rule.id, NOT_EFFECTIVE)] for each in self.compiled.rules
        }

    def why_not(self, patient_row: int) -> WhyNot:
        """Which rules take which providers away from a patient."""
        providers = len(self.population.providers)
        left = everybody = full(providers)
        removals = []
        for each in self.rules:
            if not each.rule.hard:
                continue
            allowed = each.allowed(each.coded.code[patient_row : patient_row + 1])
            lost, first = _rows(everybody & ~allowed), _rows(left & ~allowed)
            sample = tuple(first[:SAMPLE].tolist())
            removals.append(Removal(each.rule.id, each.rule.title, len(lost), len(first), sample))
            left = left & allowed
        return WhyNot(providers, tuple(removals), len(_rows(left)))


def _rows(words: "np.ndarray[tuple[int, ...], np.dtype[np.uint64]]") -> Int32:
    return unpack_rows(words)[0]
