"""What other rules would change: who loses whom, which assignments would fail, what a plan would cost."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from api.workflow.decide import Rulebook
from data.eligibility import Eligibility, Int32, Int64
from data.plan import Counts, Plan
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import Bool, population, standing
from rules.difference import Change, altered, difference
from rules.evaluation import Evaluation
from rules.evaluator import evaluation
from rules.grid import Population
from rules.tally import RuleTally, tally

AFFECTED = pa.schema([("patient_id", pa.string()), ("provider_id", pa.string()), ("rules", pa.string())])
"""Patients (with whom they have) and the rules that object."""


@dataclass(frozen=True)
class Cost:
    """A proposal under one set of rules: what it would do, and its value and proven bound in points."""

    counts: Counts
    value: float
    bound: float


@dataclass(frozen=True)
class Shadow:
    """Old rules against new ones on one snapshot and slot.

    Pairs are pairs of the slot's patients with all providers. `stranded` patients had an eligible provider
    and would have none, `freed` ones the other way round; `failing` are standing assignments that are
    allowed and would not be, `mended` the other way round. `rules` are counts of the rules that are new or
    changed (also of those in shadow mode); `before` and `after` are there where a proposal was computed.
    """

    changes: tuple[Change, ...]
    patients: int
    pairs_before: int
    pairs_after: int
    pairs_lost: int
    pairs_gained: int
    losing: int
    stranded: pa.Table
    freed: pa.Table
    failing: pa.Table
    mended: pa.Table
    rules: tuple[RuleTally, ...]
    seconds: float
    before: Cost | None = None
    after: Cost | None = None


def shadow(
    snapshot: Snapshot,
    old: Rulebook,
    new: Rulebook,
    slot: Slot,
    plan: Callable[[Rulebook], Plan] | None = None,
) -> Shadow:
    """Compare; with `plan`, also a proposal under each (nothing is kept)."""
    began = time.monotonic()
    owner, planned = standing(snapshot, slot).owner, population(snapshot, slot)
    one = evaluation(old.compiled, snapshot, slot, owner)
    two = evaluation(new.compiled, snapshot, slot, owner)
    changes = difference(old.documents, new.documents)
    had, has = (_arcs_of_rows(each.eligibility) for each in (one, two))
    rows = np.stack([one.eligibility.row, two.eligibility.row], axis=1)[planned]
    kinds, weight = np.unique(rows, axis=0, return_counts=True)
    lost = np.array([len(np.setdiff1d(had(a), has(b), assume_unique=True)) for a, b in kinds], np.int64)
    gained = np.array([len(np.setdiff1d(has(b), had(a), assume_unique=True)) for a, b in kinds], np.int64)
    before, after = (_arcs(each.eligibility) for each in (one, two))
    ok, still = one.eligibility.standing_ok, two.eligibility.standing_ok
    held = owner >= 0
    return Shadow(
        changes=changes,
        patients=int(planned.sum()),
        pairs_before=int(before[planned].sum()),
        pairs_after=int(after[planned].sum()),
        pairs_lost=int(lost @ weight),
        pairs_gained=int(gained @ weight),
        losing=int(weight[lost > 0].sum()),
        stranded=_affected(two, planned & (before > 0) & (after == 0)),
        freed=_affected(one, planned & (before == 0) & (after > 0)),
        failing=_affected(two, held & (ok == 1) & (still == 0)),
        mended=_affected(one, held & (ok == 0) & (still == 1)),
        rules=tuple(tally(two.population, each, planned) for each in altered(old.compiled, new.compiled)),
        seconds=time.monotonic() - began,
        before=_cost(plan(old)) if plan else None,
        after=_cost(plan(new)) if plan else None,
    )


def tried(snapshot: Snapshot, rulebook: Rulebook, slot: Slot, rule_ids: set[str]) -> tuple[RuleTally, ...]:
    """How many pairs the rules hold for, and which of their clauses removes how many."""
    people = Population(rulebook.compiled, snapshot, slot)
    planned = population(snapshot, slot)
    return tuple(tally(people, each, planned) for each in rulebook.compiled.rules if each.base_id in rule_ids)


def _arcs(eligibility: Eligibility) -> Int64:
    """Number of eligible providers of every patient."""
    return np.append(np.diff(eligibility.indptr), 0)[eligibility.row]


def _arcs_of_rows(eligibility: Eligibility) -> Callable[[int], Int32]:
    """Eligible providers of a row."""

    def of(row: int) -> Int32:
        if row < 0:
            return np.zeros(0, np.int32)
        return eligibility.provider[eligibility.indptr[row] : eligibility.indptr[row + 1]]

    return of


def _affected(found: Evaluation, who: Bool) -> pa.Table:
    """Patients with whom they have and the hard rules that object to that pair."""
    patients = np.flatnonzero(who).astype(np.int32)
    snapshot, held = found.population.snapshot, found.eligibility.standing_provider[patients]
    objecting: list[list[str]] = [[] for _ in patients]
    with_owner = np.flatnonzero(held >= 0)
    for each in found.rules:
        if each.rule.hard and each.rule.standing == "check" and len(with_owner):
            objects = each.objects(patients[with_owner], held[with_owner])
            for position in with_owner[objects]:
                objecting[position].append(each.rule.id)
    return pa.table(
        [
            snapshot.patients["patient_id"].combine_chunks().take(pa.array(patients)),
            snapshot.providers["provider_id"].combine_chunks().take(pa.array(held, mask=held < 0)),
            pa.array([", ".join(each) for each in objecting], pa.string()),
        ],
        schema=AFFECTED,
    )


def _cost(plan: Plan) -> Cost:
    outcome = plan.header.outcome
    assert outcome is not None  # only proposals are computed here
    return Cost(plan.header.counts, outcome.value, outcome.bound)
