"""Verdicts of one rule on all pairs: applicability, condition and errors in one pipeline."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from rules.bits import Words, full
from rules.coding import Coded, Int32, combined
from rules.compiler import CompiledRule
from rules.grid import Population
from rules.planes import Node, Planes, PlaneSource, condition_node, stored
from rules.waived import Waived

Int8 = npt.NDArray[np.int8]

VERDICTS = ("pass", "fail", "error", "not_applicable", "not_effective", "waived")
"""Names of the codes in arrays of verdicts."""

PASS, FAIL, ERROR, NOT_APPLICABLE, NOT_EFFECTIVE, WAIVED = range(6)


class RuleVerdicts:
    """One rule that is in force, over a population.

    A pair that one `when` rules out is not applicable; an error in `when` that nothing rules out, or in
    the condition, is an error. A failure or error on a pair that is waived is neither. `allowed` are the
    pairs that the rule does not object to.
    """

    def __init__(self, population: Population, compiled: CompiledRule) -> None:
        self.rule = compiled.rule
        self._providers, self._stores = len(population.providers), population.stores
        self._condition = condition_node(population, compiled.condition)
        self._when = [condition_node(population, clause) for clause in compiled.when]
        self.mode = compiled.mode
        self._waived = Waived(compiled.waivers, population.snapshot)

    @cached_property
    def _allowed(self) -> PlaneSource:
        ignores = self.rule.on_error == "ignore"
        made: PlaneSource = _Allowed(self._when, self._condition, ignores, self._providers)
        if self._waived:
            made = _OrWaived(made, self._waived, self._providers)
        return stored(made, self._providers) if self._stores else made

    @property
    def coded(self) -> Coded:
        """Classes of patients whom the rule treats alike."""
        return self._allowed.coded

    def allowed(self, classes: Int32) -> Words:
        """Providers whom the rule allows for some classes."""
        return self._allowed.planes(classes).true

    def pairs(self, patients: Int32, providers: Int32) -> Int8:
        """Verdict of every pair."""
        true, false = self._condition.pairs(patients, providers)
        verdict = np.full(len(patients), ERROR, np.int8)
        verdict[true] = PASS
        verdict[false] = FAIL
        if self._when:
            truths = [node.pairs(patients, providers) for node in self._when]
            applies = np.logical_and.reduce([truth.true for truth in truths])
            ruled_out = np.logical_or.reduce([truth.false for truth in truths])
            verdict[~applies] = ERROR
            verdict[ruled_out] = NOT_APPLICABLE
        if self._waived:
            objected = (verdict == FAIL) | (verdict == ERROR)
            verdict[objected & self._waived.pairs(patients, providers)] = WAIVED
        return verdict

    def objects(self, patients: Int32, providers: Int32) -> npt.NDArray[np.bool_]:
        """Pairs to which the rule objects: it fails, or errs and errors are failures."""
        return objections(self.pairs(patients, providers), self.rule.on_error)


def objections(verdict: Int8, on_error: str) -> npt.NDArray[np.bool_]:
    """Verdicts that keep a pair from being allowed."""
    failed: npt.NDArray[np.bool_] = verdict == FAIL
    return failed if on_error == "ignore" else failed | (verdict == ERROR)


class _Allowed(PlaneSource):
    """Allowed pairs as true bits, all others as false bits."""

    def __init__(self, when: list[Node], condition: Node, ignore_errors: bool, providers: int) -> None:
        self._nodes = [*when, condition]
        self._ignore_errors = ignore_errors
        self._all = full(providers)
        self.coded = combined([node.coded for node in self._nodes], len(condition.coded.code))
        self._classes = [node.coded.code[self.coded.first] for node in self._nodes]

    def planes(self, classes: Int32) -> Planes:
        parts = [node.planes(of[classes]) for node, of in zip(self._nodes, self._classes, strict=True)]
        *when, condition = parts
        applies = np.broadcast_to(self._all, condition.true.shape)
        ruled_out = np.zeros_like(condition.true)
        for part in when:
            applies = applies & part.true
            ruled_out |= part.false
        if self._ignore_errors:
            allowed = self._all & ~(applies & condition.false)
        else:
            allowed = ruled_out | (applies & condition.true)
        return Planes(allowed, self._all & ~allowed)


class _OrWaived(PlaneSource):
    """Allowed pairs and waived ones."""

    def __init__(self, allowed: PlaneSource, waived: Waived, providers: int) -> None:
        self._all = full(providers)
        self.coded = combined([allowed.coded, waived.coded], len(allowed.coded.code))
        self._allowed, self._waived = allowed, waived.planes()
        self._classes = [each.coded.code[self.coded.first] for each in (allowed, waived)]

    def planes(self, classes: Int32) -> Planes:
        of_allowed, of_waived = (of[classes] for of in self._classes)
        true = self._allowed.planes(of_allowed).true | self._waived[of_waived]
        return Planes(true, self._all & ~true)
