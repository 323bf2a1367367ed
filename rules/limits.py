"""Limits of providers as vectors for the solver."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.eligibility import NO_LIMIT, UNIT, DistinctLimit, Int32, Int64, SummedLimit
from rules.compiler import CompiledLimit, CompiledText
from rules.grid import Population
from rules.places import Floats
from rules.planes import Node, condition_node
from rules.quantities import Quantity, WhereQuantity, quantity
from rules.rule import Limit

CHUNK = 1 << 20
"""Pairs that are computed at once."""


@dataclass(frozen=True)
class Use:
    """A summed limit before its arcs are known."""

    limit: Limit
    quantity: Quantity
    maximum: Int64
    target: Int64


def uses(population: Population, limits: Sequence[CompiledLimit]) -> tuple[list[Use], list[str]]:
    """Summed limits that apply and that at least one provider has, and a note for each that nobody has."""
    found, notes = [], []
    for each in limits:
        if each.use is None or not _in_slot(population, each):
            continue
        if each.mode == "shadow":
            notes.append(f"limit {each.limit.id} is in shadow mode and left out (panelwise rules shadow)")
            continue
        maximum = _maximum(population, each.maximum)
        if (maximum == NO_LIMIT).all():
            notes.append(f"limit {each.limit.id} is not set for any provider and left out")
            continue
        target = _target(population, each, maximum)
        if each.mode == "warn":
            maximum, target = np.full(len(maximum), NO_LIMIT, np.int64), np.minimum(maximum, target)
        amount = quantity(population, each.use)
        for node in _nodes(population, each):
            amount = WhereQuantity(node, amount)
        found.append(Use(each.limit, amount, maximum, target))
    return found, notes


def _in_slot(population: Population, compiled: CompiledLimit) -> bool:
    """Whether the conditions that look at the slot alone hold."""
    grids = [population.kept_grid(each.text, each.reads, "i1") for each in compiled.when if not each.reads]
    return all(bool(each.values[0, 0]) and not each.failed[0, 0] for each in grids)


def _nodes(population: Population, compiled: CompiledLimit) -> list[Node]:
    """The conditions that look at patients."""
    return [condition_node(population, each) for each in compiled.when if each.reads]


def summed_limit(
    use: Use, patients: Int32, providers: Int32, standing_provider: Int32
) -> tuple[SummedLimit, list[str]]:
    """The limit over arcs (`patients`, `providers`) and standing pairs, with notes about failed uses."""
    on_arcs, failed = _amounts(use.quantity, patients, providers)
    rows = np.flatnonzero(standing_provider >= 0).astype(np.int32)
    standing_use = np.zeros(len(standing_provider), np.int32)
    standing_use[rows], failed_there = _amounts(use.quantity, rows, standing_provider[rows])
    limit, notes = use.limit, []
    if failed or failed_there:
        notes.append(
            f"limit {limit.id} could not be computed for {failed:,} arcs and {failed_there:,} standing "
            "pairs; they use nothing of it"
        )
    made = SummedLimit(limit.id, limit.title, limit.unit, on_arcs, standing_use, use.maximum, use.target)
    return made, notes


def distinct_limits(population: Population, limits: Sequence[CompiledLimit]) -> tuple[DistinctLimit, ...]:
    """Distinct limits that apply and are not in shadow mode, with the key of every patient."""
    return tuple(
        _distinct(population, each, each.key)
        for each in limits
        if each.key is not None and each.mode != "shadow" and _in_slot(population, each)
    )


def _distinct(population: Population, compiled: CompiledLimit, key: CompiledText) -> DistinctLimit:
    grid = population.kept_grid(key.program.text, key.reads, "O")
    values = [None if bad else value for value, bad in zip(grid.values[:, 0], grid.failed[:, 0], strict=True)]
    keys = tuple(sorted({value for value in values if value is not None}))
    position = {value: row for row, value in enumerate(keys)} | {None: -1}
    code = np.array([position[value] for value in values], np.int32)
    maximum = _maximum(population, compiled.maximum)
    limit, of_patient = compiled.limit, code[grid.patient]
    whole = np.where(maximum == NO_LIMIT, NO_LIMIT, maximum // UNIT)
    most = np.where(maximum == NO_LIMIT, NO_LIMIT, maximum - maximum % UNIT)
    target = _target(population, compiled, most)
    if compiled.mode == "warn":
        whole, target = np.full(len(whole), NO_LIMIT, np.int64), np.minimum(most, target)
    everybody = np.arange(len(of_patient), dtype=np.int32)
    for node in _nodes(population, compiled):
        of_patient = np.where(node.pairs(everybody, np.zeros_like(everybody)).true, of_patient, -1)
    return DistinctLimit(limit.id, limit.title, limit.unit, of_patient.astype(np.int32), keys, whole, target)


def _maximum(population: Population, text: CompiledText) -> Int64:
    """Maximum of every provider in thousandths; one that cannot be computed allows nothing."""
    what = ("maximum", text.program.text)
    return population.kept(what, text.reads, lambda: _maximum_of(population, text))


def _maximum_of(population: Population, text: CompiledText) -> Int64:
    grid = population.grid(text.program.text, text.reads, "f8")
    values, failed = grid.values[0][grid.provider], grid.failed[0][grid.provider]
    unlimited = np.isnan(values) & ~failed
    maximum = np.where(unlimited, 0.0, np.clip(thousandths(np.nan_to_num(values)), 0, float(NO_LIMIT)))
    return np.where(unlimited, NO_LIMIT, np.where(failed, 0, maximum.astype(np.int64)))


def _target(population: Population, compiled: CompiledLimit, maximum: Int64) -> Int64:
    """Target of every provider, from a maximum that follows from the limit's own."""
    text, share = compiled.maximum, compiled.limit.target
    what = ("target", compiled.limit.id, text.program.text, str(share))
    return population.kept(what, text.reads, lambda: _share_of(maximum, share))


def _share_of(maximum: Int64, share: float | None) -> Int64:
    if share is None:
        return np.full(len(maximum), NO_LIMIT, np.int64)
    limited = maximum != NO_LIMIT
    part = np.floor(np.where(limited, maximum, 0) * share + 0.5).astype(np.int64)
    return np.where(limited, part, NO_LIMIT)


def _amounts(amount: Quantity, patients: Int32, providers: Int32) -> tuple[Int32, int]:
    """Uses of pairs in thousandths, 0 where it failed, and how many failed."""
    found = np.zeros(len(patients), np.int32)
    failures = 0
    most = float(np.iinfo(np.int32).max)
    for start in range(0, len(patients), CHUNK):
        part = slice(start, start + CHUNK)
        values, failed = amount.pairs(patients[part], providers[part])
        found[part] = np.clip(thousandths(np.where(failed, 0.0, values)), 0.0, most).astype(np.int32)
        failures += int(failed.sum())
    return found, failures


def thousandths(values: Floats) -> Floats:
    """Rounded half up to whole thousandths."""
    return np.floor(values * UNIT + 0.5)
