"""How many pairs rules and their clauses hold for: what a new rule does to one's own data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rules.bits import Bool, Words, count, full
from rules.clauses import Clause
from rules.coding import Int32, Int64, combined
from rules.compiler import CompiledRule
from rules.grid import Population
from rules.planes import PlaneSource, chunks, condition_node
from rules.reads import Read


@dataclass(frozen=True)
class LeafTally:
    """One clause over all pairs; `evaluations` is how often the engine was asked, 0 for plain distances."""

    clause: str
    true: int
    false: int
    error: int
    evaluations: int


@dataclass(frozen=True)
class RuleTally:
    """One rule over all pairs of the slot's patients and all providers; waivers do not count.

    `lonely` patients have not one provider whom the rule lets pass.
    """

    rule_id: str
    title: str
    passed: int
    failed: int
    error: int
    not_applicable: int
    lonely: int
    leaves: tuple[LeafTally, ...]


def tally(population: Population, compiled: CompiledRule, planned: Bool) -> RuleTally:
    """Count one rule over the `planned` patients. RuleTooBroadError as in every evaluation."""
    nodes = [condition_node(population, each) for each in (*compiled.when, compiled.condition)]
    joined = combined([node.coded for node in nodes], len(planned))
    weight = _weight(joined.code, joined.size, planned)
    classes_of = [node.coded.code[joined.first] for node in nodes]
    everybody = full(len(population.providers))
    counts = np.zeros(4, np.int64)
    lonely = 0
    for classes in chunks(joined.size):
        planes = [node.planes(of[classes]) for node, of in zip(nodes, classes_of, strict=True)]
        *when, condition = planes
        applies = np.broadcast_to(everybody, condition.true.shape)
        ruled_out = np.zeros_like(condition.true)
        for each in when:
            applies = applies & each.true
            ruled_out = ruled_out | each.false
        passed, failed = applies & condition.true, applies & condition.false
        error = everybody & ~(ruled_out | passed | failed)
        parts: Sequence[Words] = (passed, failed, error, ruled_out)
        counts += [_pairs(each, weight[classes]) for each in parts]
        lonely += int(weight[classes][count(passed | ruled_out) == 0].sum())
    rule = compiled.rule
    leaves = tuple(_leaf(population, leaf, planned) for leaf in _leaves(compiled))
    passed_pairs, failed_pairs, errors, not_applicable = (int(each) for each in counts)
    return RuleTally(rule.id, rule.title, passed_pairs, failed_pairs, errors, not_applicable, lonely, leaves)


def _leaves(compiled: CompiledRule) -> Iterator[Clause]:
    for clause in (*compiled.when, compiled.condition):
        yield from clause.leaves()


def _leaf(population: Population, leaf: Clause, planned: Bool) -> LeafTally:
    node: PlaneSource = condition_node(population, leaf)
    weight = _weight(node.coded.code, node.coded.size, planned)
    true = false = 0
    for classes in chunks(node.coded.size):
        planes = node.planes(classes)
        true += _pairs(planes.true, weight[classes])
        false += _pairs(planes.false, weight[classes])
    pairs = int(weight.sum()) * len(population.providers)
    return LeafTally(leaf.text, true, false, pairs - true - false, evaluations(population, leaf))


def evaluations(population: Population, leaf: Clause) -> int:
    """How often the engine is asked about a clause: different patients times different providers or rows.

    Beyond `rules.grid.MOST_CELLS` a clause is refused.
    """
    if leaf.travel is not None and leaf.travel.comparison:
        return 0
    patient = population.combinations(population.patients, leaf.reads).size
    if leaf.quantifier is not None:
        rows = [population.providers.coded_rows(_rows(each)).size for each in leaf.quantifier.body.leaves()]
        return patient * sum(rows)
    return patient * population.combinations(population.providers, leaf.reads).size


def _rows(leaf: Clause) -> Read:
    return next(read for read in leaf.reads if read.side == "provider")


def _weight(code: Int32, size: int, planned: Bool) -> Int64:
    return np.bincount(code[planned], minlength=size).astype(np.int64)


def _pairs(words: Words, weight: Int64) -> int:
    return int(count(words).astype(np.int64) @ weight)
