"""Who takes part in a run: the population, who may move, and what is known of each patient."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.eligibility import Eligibility, SummedLimit
from data.objective import Objective
from data.scope import Scope
from data.snapshot import Snapshot
from data.standing import Standing, at_work, population
from solver.classes import gather
from solver.costs import continuity_costs, unassigned_costs
from solver.decisions import Decisions, decisions
from solver.households import Households, households
from solver.loads import DistinctLoad, SummedLoad, distinct_load, new_patients_limit, summed_load
from solver.travel import Travel, travel

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

NOTHING, RULE, BAN, PIN = range(4)
"""What speaks against staying with the provider at work."""


@dataclass(frozen=True)
class Subjects:
    """One entry for each row of `snapshot.patients`, unless said otherwise.

    `owner` is the provider at work (-1: nobody, or one who does not work on that day). `pin` is the
    provider that a pin which the rules allow names (-1: none); `refused_pin` one that they do not allow.
    `wanted` is the provider asked for, else the one of the household (-1: none). `against` is one of
    NOTHING, RULE, BAN, PIN. `unassigned` and `continuity` are costs. `working[p]` says who is at work.
    """

    snapshot: Snapshot
    standing: Standing
    eligibility: Eligibility
    objective: Objective
    population: Bool
    inside: Bool
    movable: Bool
    owner: Int32
    working: Bool
    decisions: Decisions
    refused_pin: Int32
    households: Households
    wanted: Int32
    against: Int8
    unassigned: Int64
    continuity: Int64
    travel: Travel
    summed: tuple[SummedLoad, ...]
    distinct: tuple[DistinctLoad, ...]


def subjects(
    snapshot: Snapshot,
    standing: Standing,
    eligibility: Eligibility,
    objective: Objective,
    scope: Scope,
    pins: pa.Table | None = None,
) -> Subjects:
    """Gather everything about every patient. Raises ContradictionError where pins contradict each other."""
    counted = population(snapshot, standing.slot) & (eligibility.row >= 0)
    _refuse_other_owners(standing, eligibility, counted)
    owner = np.where(standing.in_force, standing.owner, -1).astype(np.int32)
    inside = scope.patients_inside(snapshot, standing.owner)
    movable = counted & inside & ((objective.movable == "everyone") | (owner < 0))
    decided, refused = _allowed(decisions(snapshot, standing.slot, pins), eligibility, owner, movable)
    together = households(
        snapshot, counted, movable, owner, tuple(limit.key for limit in eligibility.distinct)
    )
    asked = snapshot.positions("providers", snapshot.patients["requested_provider_id"])
    extra = new_patients_limit(snapshot, eligibility.arcs)
    limits: tuple[SummedLimit, ...] = eligibility.summed + ((extra,) if extra else ())
    fixed = counted & ~movable
    return Subjects(
        snapshot,
        standing,
        eligibility,
        objective,
        population=counted,
        inside=inside,
        movable=movable,
        owner=owner,
        working=at_work(snapshot),
        decisions=decided,
        refused_pin=refused,
        households=together,
        wanted=np.where(asked >= 0, asked, together.joins).astype(np.int32),
        against=_against(eligibility, decided, owner, movable),
        unassigned=unassigned_costs(snapshot, objective, owner),
        continuity=continuity_costs(snapshot, objective.term("continuity"), owner),
        travel=travel(snapshot, counted, owner),
        summed=tuple(summed_load(limit, owner, counted, fixed) for limit in limits),
        distinct=tuple(distinct_load(limit, owner, counted, fixed) for limit in eligibility.distinct),
    )


def has_arc(eligibility: Eligibility, patient: Int32, provider: Int32) -> Bool:
    """Which pairs of a patient who is to be planned and a provider the rules allow."""
    row = eligibility.row[patient]
    lengths = np.diff(eligibility.indptr)[row]
    arc = gather(eligibility.indptr[:-1][row], lengths)
    pair = np.repeat(np.arange(len(patient)), lengths)
    found = np.zeros(len(patient), np.bool_)
    found[pair[eligibility.provider[arc] == provider[pair]]] = True
    return found


def _refuse_other_owners(standing: Standing, eligibility: Eligibility, counted: Bool) -> None:
    other = counted & standing.in_force & (eligibility.standing_provider != standing.owner)
    if other.any():
        raise ValueError(
            f"the rules were evaluated for other owners of {int(other.sum())} patients; "
            "evaluate them with the owners of the same standing"
        )


def _allowed(
    decided: Decisions, eligibility: Eligibility, owner: Int32, movable: Bool
) -> tuple[Decisions, Int32]:
    """Pins that the rules allow or that stand, and (apart) those that are kept out."""
    who = np.flatnonzero((decided.pin >= 0) & movable).astype(np.int32)
    allowed = has_arc(eligibility, who, decided.pin[who])
    pin, refused = np.full_like(decided.pin, -1), np.full_like(decided.pin, -1)
    kept = who[allowed | (owner[who] == decided.pin[who])]
    pin[kept] = decided.pin[kept]
    refused[who[~allowed]] = decided.pin[who[~allowed]]
    return replace(decided, pin=pin), refused


def _against(eligibility: Eligibility, decided: Decisions, owner: Int32, movable: Bool) -> Int8:
    against = np.zeros(len(owner), np.int8)
    staying = movable & (owner >= 0)
    against[staying & (eligibility.standing_ok == 0)] = RULE
    banned = decided.banned_patient[owner[decided.banned_patient] == decided.banned_provider]
    against[banned[staying[banned]]] = BAN
    against[staying & (decided.pin >= 0) & (decided.pin != owner)] = PIN
    return against
