"""What other rules would change: who loses whom, which assignments would fail, what a plan would cost."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from api.workflow.capacity import loads_of
from api.workflow.decide import Rulebook
from data.eligibility import Eligibility, Int32, Int64
from data.plan import Counts, Plan
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import Bool, population, standing
from rules.compiler import CompiledLimit
from rules.difference import Change, altered, altered_limits, difference
from rules.evaluation import Evaluation
from rules.evaluator import evaluation, loads
from rules.grid import Population
from rules.tally import RuleTally, tally

AFFECTED = pa.schema([("patient_id", pa.string()), ("provider_id", pa.string()), ("rules", pa.string())])
"""Patients (with whom they have) and the rules that object."""

OVER = pa.schema(
    [
        ("limit_id", pa.string()),
        ("provider_id", pa.string()),
        ("used", pa.float64()),
        ("maximum", pa.float64()),
    ]
)
"""Providers who are above a limit today, those who are most above it first."""

UNPLACED = pa.schema([("patient_id", pa.string()), ("provider_id", pa.string()), ("reason", pa.string())])
"""Patients whom a proposal would leave without a provider (with whom they had), and why."""


@dataclass(frozen=True)
class Cost:
    """A proposal under one set of rules: what it would do, and its value and proven bound in points."""

    counts: Counts
    value: float
    bound: float


@dataclass(frozen=True)
class LimitEffect:
    """One limit as it would be: providers who have it, who are at it (and take nobody more), who are over it.

    `excess` is what all who are over have too much, in the limit's unit. A limit that only warns has none.
    """

    limit_id: str
    title: str
    unit: str
    limited: int
    full: int
    over: int
    excess: float


@dataclass(frozen=True)
class Shadow:
    """Old rules against new ones on one snapshot and slot.

    Pairs are pairs of the slot's patients with all providers. `stranded` patients had an eligible provider
    and would have none, `freed` ones the other way round; `failing` are standing assignments that are
    allowed and would not be, `mended` the other way round. `rules` are counts of the rules that are new or
    changed (also of those in shadow mode), `limits` the effect of the limits that are, and `over` names who
    is above one of them today. `enforced` are bindings in shadow mode that count here as if they were
    enforced. `before`, `after` and `unplaced` (left without a provider after, and not before) are there
    where a proposal was computed.
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
    limits: tuple[LimitEffect, ...]
    over: pa.Table
    seconds: float
    enforced: tuple[str, ...] = ()
    before: Cost | None = None
    after: Cost | None = None
    unplaced: pa.Table = field(default_factory=UNPLACED.empty_table)


def shadow(
    snapshot: Snapshot,
    old: Rulebook,
    new: Rulebook,
    slot: Slot,
    plan: Callable[[Rulebook], Plan] | None = None,
    enforced: tuple[str, ...] = (),
) -> Shadow:
    """Compare; with `plan`, also a proposal under each (nothing is kept).

    `enforced` names the bindings of `new` that are written in shadow mode and enforced in it.
    """
    began = time.monotonic()
    stands, planned = standing(snapshot, slot), population(snapshot, slot)
    owner = stands.owner
    one = evaluation(old.compiled, snapshot, slot, owner)
    two = evaluation(new.compiled, snapshot, slot, owner)
    lost, gained, losing = _pairs(one.eligibility, two.eligibility, planned)
    before, after = (_arcs(each.eligibility) for each in (one, two))
    ok, still = one.eligibility.standing_ok, two.eligibility.standing_ok
    held = owner >= 0
    used = loads_of(snapshot, stands, two.eligibility)
    changed = altered_limits(old.compiled, new.compiled)
    effects = tuple(_effect(used, each) for each in changed)
    seconds = time.monotonic() - began
    plans = (plan(old), plan(new)) if plan else None
    return Shadow(
        changes=difference(old.documents, new.documents),
        patients=int(planned.sum()),
        pairs_before=int(before[planned].sum()),
        pairs_after=int(after[planned].sum()),
        pairs_lost=lost,
        pairs_gained=gained,
        losing=losing,
        stranded=_affected(two, planned & (before > 0) & (after == 0)),
        freed=_affected(one, planned & (before == 0) & (after > 0)),
        failing=_affected(two, held & (ok == 1) & (still == 0)),
        mended=_affected(one, held & (ok == 0) & (still == 1)),
        rules=tuple(tally(two.population, each, planned) for each in altered(old.compiled, new.compiled)),
        limits=effects,
        over=_over(used, changed),
        seconds=seconds,
        enforced=enforced,
        before=_cost(plans[0]) if plans else None,
        after=_cost(plans[1]) if plans else None,
        unplaced=_unplaced(*plans) if plans else UNPLACED.empty_table(),
    )


def _pairs(one: Eligibility, two: Eligibility, planned: Bool) -> tuple[int, int, int]:
    """Pairs lost, pairs gained, and patients who lose some; rows of eligibilities are compared once."""
    had, has = _arcs_of_rows(one), _arcs_of_rows(two)
    kinds, weight = np.unique(np.stack([one.row, two.row], axis=1)[planned], axis=0, return_counts=True)
    lost = np.array([len(np.setdiff1d(had(a), has(b), assume_unique=True)) for a, b in kinds], np.int64)
    gained = np.array([len(np.setdiff1d(has(b), had(a), assume_unique=True)) for a, b in kinds], np.int64)
    return int(lost @ weight), int(gained @ weight), int(weight[lost > 0].sum())


@dataclass(frozen=True)
class Tried:
    """Rules over all pairs, and limits as they would be; `over` names who is above one of these today."""

    rules: tuple[RuleTally, ...]
    limits: tuple[LimitEffect, ...]
    over: pa.Table


def tried(snapshot: Snapshot, rulebook: Rulebook, slot: Slot, files: Collection[str]) -> Tried:
    """What the rules and limits of some files do, one by one, as if they were enforced.

    Of rules: how many pairs they hold for, and which of their clauses removes how many.
    """
    book, _ = rulebook.enforced(files)
    compiled, theirs = book.compiled, book.rule_ids(files)
    limited = [each for each in compiled.limits if each.limit.id.partition("@")[0] in book.limit_ids(files)]
    stands, planned = standing(snapshot, slot), population(snapshot, slot)
    people = Population(compiled, snapshot, slot)
    used = loads_of(snapshot, stands, loads(compiled, snapshot, slot, stands.owner))
    return Tried(
        tuple(tally(people, each, planned) for each in compiled.rules if each.base_id in theirs),
        tuple(_effect(used, each) for each in limited),
        _over(used, limited),
    )


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


def _effect(used: pa.Table, compiled: CompiledLimit) -> LimitEffect:
    """What a limit finds today; loads of it are in `used` where some provider has it."""
    limit = compiled.limit
    rows = used.filter(pc.equal(used["limit_id"], limit.id)).filter(pc.field("maximum").is_valid())
    above = pc.subtract(rows["used"], rows["maximum"]).to_numpy()
    excess = float(above[above > 0].sum())
    full, over = int((above >= 0).sum()), int((above > 0).sum())
    return LimitEffect(limit.id, limit.title, limit.unit, rows.num_rows, full, over, excess)


def _over(used: pa.Table, limits: Sequence[CompiledLimit]) -> pa.Table:
    ids = pa.array([each.limit.id for each in limits], pa.string())
    rows = used.filter(pc.is_in(used["limit_id"], value_set=ids))
    rows = rows.filter(pc.fill_null(pc.greater(rows["used"], rows["maximum"]), False))
    above = pc.subtract(rows["used"], rows["maximum"])
    order = pc.sort_indices(rows.append_column("above", above), [("above", "descending")])
    return rows.take(order).select(OVER.names).cast(OVER)


def _unplaced(before: Plan, after: Plan) -> pa.Table:
    known = before["left"]["patient_id"].combine_chunks()
    rows = after["left"]
    return rows.filter(pc.invert(pc.is_in(rows["patient_id"], value_set=known))).select(UNPLACED.names)


def _cost(plan: Plan) -> Cost:
    outcome = plan.header.outcome
    assert outcome is not None  # only proposals are computed here
    return Cost(plan.header.counts, outcome.value, outcome.bound)
