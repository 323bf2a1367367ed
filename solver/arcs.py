"""Arcs of every kind of patient: who may get whom, what it uses and what it costs.

A *kind* is a set of movable patients whom the problem cannot tell apart. Its arcs are the providers that the
rules allow, less bans, pins elsewhere and providers to whom nobody may be added, and the *stay arc* to
the provider at work, which is always there.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from data.objective import TermName
from solver.classes import fold, gather, spans
from solver.costs import COST_UNIT, in_costs
from solver.subjects import NOTHING, Subjects

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Arcs:
    """Arcs grouped by owner (kind or class) `indptr[g]:indptr[g + 1]`, provider ascending.

    `stay` marks stay arcs; `uses[k]` is the use of summed limit k by one member; `pairs[d]` the pair of
    distinct limit d (-1: none); `terms` the cost by term; `patients` the number of patients in a member.
    """

    indptr: Int64
    provider: Int32
    stay: Bool
    uses: tuple[Int32, ...]
    pairs: tuple[Int64, ...]
    terms: dict[TermName, Int64]
    patients: Int32

    @cached_property
    def owner(self) -> Int32:
        """The group of every arc."""
        return np.repeat(np.arange(len(self.indptr) - 1, dtype=np.int32), np.diff(self.indptr))

    def take(self, arcs: Int64, indptr: Int64) -> "Arcs":
        """Some arcs, grouped anew."""
        return Arcs(
            indptr,
            self.provider[arcs],
            self.stay[arcs],
            tuple(use[arcs] for use in self.uses),
            tuple(pair[arcs] for pair in self.pairs),
            {name: cost[arcs] for name, cost in self.terms.items()},
            self.patients[arcs],
        )


def kinds(subjects: Subjects) -> tuple[Int32, Int32]:
    """The kind of every movable patient (in row order), and one patient who stands for each kind."""
    who = np.flatnonzero(subjects.movable).astype(np.int32)
    if not len(who):
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    objective, eligibility = subjects.objective, subjects.eligibility
    owned = subjects.owner >= 0
    columns: list[npt.NDArray[np.integer]] = [
        eligibility.row,
        subjects.owner,
        subjects.against,
        subjects.continuity,
        subjects.unassigned,
        subjects.decisions.codes(),
        np.where(owned, eligibility.standing_penalty, 0),
    ]
    columns += [np.where(owned, load.limit.standing_use, 0) for load in subjects.summed]
    columns += [load.limit.key for load in subjects.distinct]
    if objective.weight("travel"):
        columns.append(subjects.travel.place)
    if objective.weight("preference"):
        columns.append(subjects.wanted)
    kind, first = fold([column[who] for column in columns])
    return kind, who[first]


def arcs_of_kinds(subjects: Subjects, patient: Int32) -> Arcs:
    """Arcs of the kinds that the patients stand for."""
    kind, source = _allowed(subjects, patient)
    provider = subjects.eligibility.provider[source]
    stayers = np.flatnonzero(subjects.owner[patient] >= 0)
    owners = subjects.owner[patient[stayers]]
    providers = np.int64(len(subjects.working))
    place = np.searchsorted(kind * providers + provider, stayers * providers + owners)
    kind, provider = np.insert(kind, place, stayers), np.insert(provider, place, owners)
    source = np.insert(source, place, -1)
    stay = source < 0
    whose = patient[kind]
    indptr = spans(np.bincount(kind, minlength=len(patient)))
    return Arcs(
        indptr,
        provider,
        stay,
        tuple(
            np.where(stay, load.limit.standing_use[whose], np.append(load.limit.use, np.int32(0))[source])
            for load in subjects.summed
        ),
        tuple(load.pairs(whose, provider) for load in subjects.distinct),
        _terms(subjects, whose, provider, source),
        np.ones(len(provider), np.int32),
    )


def _allowed(subjects: Subjects, patient: Int32) -> tuple[Int64, Int64]:
    """Arcs that are not stays: the kind and the arc of the `Eligibility`."""
    eligibility = subjects.eligibility
    row = eligibility.row[patient]
    lengths = np.diff(eligibility.indptr)[row]
    kind = np.repeat(np.arange(len(patient), dtype=np.int64), lengths)
    source = gather(eligibility.indptr[:-1][row], lengths)
    provider, whose = eligibility.provider[source], patient[kind]
    pin = subjects.decisions.pin[whose]
    allowed = subjects.working[provider] & (provider != subjects.owner[whose])
    allowed &= (pin < 0) | (provider == pin)
    allowed &= ~subjects.decisions.bans(whose, provider, len(subjects.working))
    for load in subjects.summed:
        allowed &= ~(load.exceeded[provider] & (load.limit.use[source] > 0))
    for each in subjects.distinct:
        full = np.flatnonzero(each.exceeded[provider])
        pairs = each.pairs(whose[full], provider[full])
        allowed[full[(pairs >= 0) & ~np.isin(pairs, each.today)]] = False
    return kind[allowed], source[allowed]


def _terms(subjects: Subjects, whose: Int32, provider: Int32, source: Int64) -> dict[TermName, Int64]:
    objective, eligibility = subjects.objective, subjects.eligibility
    stay = source < 0
    penalty = np.where(stay, eligibility.standing_penalty[whose], np.append(eligibility.penalty, 0)[source])
    against = stay & (subjects.against[whose] != NOTHING)
    wanted = subjects.wanted[whose]
    terms: dict[TermName, Int64] = {
        "standing_violation": against * np.int64(objective.weight("standing_violation") * COST_UNIT),
        "rules": penalty.astype(np.int64) * objective.weight("rules") * COST_UNIT,
        "continuity": np.where(stay, 0, subjects.continuity[whose]),
        "preference": ((wanted >= 0) & (wanted != provider))
        * np.int64(objective.weight("preference") * COST_UNIT),
    }
    if objective.weight("travel"):
        miles = subjects.travel.charged(whose, provider)
        terms["travel"] = in_costs(miles * objective.weight("travel"))
    return {name: cost for name, cost in terms.items() if cost.any()}
