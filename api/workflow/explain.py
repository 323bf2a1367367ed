"""Why a pair is allowed or not, why nobody is offered, and who has whom by which row."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from api.errors import RequestError
from api.workflow.decide import Decided, Rulebook, decide
from data.eligibility import NO_LIMIT, UNIT, DistinctLimit, Int64
from data.scenario import Scenario
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import ORIGINS, standing
from rules.evaluation import Removal
from rules.validate import PairVerdict, validate


@dataclass(frozen=True)
class Holder:
    """Who has one patient: owner, who acts, and where that comes from."""

    owner: str
    acting: str
    origin: str
    row_id: int
    in_force: bool


@dataclass(frozen=True)
class Candidate:
    """A provider whom every hard rule allows; `full` names the limits without room, with numbers."""

    provider_id: str
    name: str
    penalty: int
    full: tuple[str, ...]


@dataclass(frozen=True)
class WhyNotReport:
    """All providers for one patient: what removes how many, and who is left, with or without room."""

    patient_id: str
    holder: Holder
    considered: int
    removals: tuple[Removal, ...]
    samples: tuple[tuple[str, ...], ...]
    candidates: tuple[Candidate, ...]


def why(snapshot: Snapshot, rulebook: Rulebook, slot: Slot, patient_id: str, provider_id: str) -> PairVerdict:
    """Every rule's verdict on one pair."""
    _require(snapshot, patient_id, provider_id)
    standing_pair = holder(snapshot, slot, patient_id).owner == provider_id
    return validate(rulebook.compiled, snapshot, slot, patient_id, provider_id, standing_pair)


def why_not(
    snapshot: Snapshot,
    rulebook: Rulebook,
    slot: Slot,
    patient_id: str,
    on: date,
    decided: Decided | None = None,
) -> WhyNotReport:
    """All providers for one patient, grouped by what removes them, then those who are left.

    `decided`: the rules' word on this snapshot and day, where it is known already.
    """
    _require(snapshot, patient_id)
    decided = decided or decide(snapshot, rulebook, slot, Scenario(), on)
    row = snapshot.position("patients", patient_id)
    said = decided.evaluation.why_not(row)
    ids = snapshot.provider_ids
    return WhyNotReport(
        patient_id,
        holder(snapshot, slot, patient_id),
        said.providers,
        said.removals,
        tuple(tuple(ids[each] for each in removal.sample) for removal in said.removals),
        _candidates(decided, row),
    )


def holder(snapshot: Snapshot, slot: Slot, patient_id: str) -> Holder:
    """The resolution of one patient."""
    _require(snapshot, patient_id)
    held, row = standing(snapshot, slot), snapshot.position("patients", patient_id)
    ids = [*snapshot.provider_ids, ""]
    return Holder(
        ids[held.owner[row]],
        ids[held.acting[row]],
        ORIGINS[held.origin[row]],
        int(held.row_id[row]),
        bool(held.in_force[row]),
    )


def _candidates(decided: Decided, patient: int) -> tuple[Candidate, ...]:
    """Eligible providers, those with room first."""
    eligibility, snapshot = decided.eligibility, decided.snapshot
    row = eligibility.row[patient]
    if row < 0:
        return ()
    names = snapshot.providers["name"]
    loads = {limit.id: _loads(decided, limit.standing_use) for limit in eligibility.summed}
    found = []
    for arc in range(eligibility.indptr[row], eligibility.indptr[row + 1]):
        provider = int(eligibility.provider[arc])
        full = _full(decided, loads, patient, provider, arc)
        penalty = int(eligibility.penalty[arc])
        found.append(Candidate(snapshot.provider_ids[provider], names[provider].as_py(), penalty, full))
    return tuple(sorted(found, key=lambda each: (bool(each.full), each.penalty, each.provider_id)))


def _full(
    decided: Decided, loads: dict[str, Int64], patient: int, provider: int, arc: int
) -> tuple[str, ...]:
    """Limits of a provider that have no room for the patient, in words."""
    eligibility = decided.eligibility
    if eligibility.standing_provider[patient] == provider:
        return ()
    summed = [
        f"{limit.title}: {load / UNIT:,.1f} of {most / UNIT:,.1f} {limit.unit}"
        for limit in eligibility.summed
        for load, most in [(loads[limit.id][provider], limit.maximum[provider])]
        if most < NO_LIMIT and load + limit.use[arc] > most
    ]
    distinct = [_no_place(decided, limit, patient, provider) for limit in eligibility.distinct]
    return (*summed, *filter(None, distinct))


def _loads(decided: Decided, use: "np.ndarray[tuple[int, ...], np.dtype[np.int32]]") -> Int64:
    """Use of a summed limit by every provider today."""
    held = decided.eligibility.standing_provider
    with_owner = held >= 0
    totals = np.zeros(decided.snapshot.providers.num_rows, np.int64)
    np.add.at(totals, held[with_owner], use[with_owner])
    return totals


def _no_place(decided: Decided, limit: DistinctLimit, patient: int, provider: int) -> str:
    """What a distinct limit says against one more key, empty where nothing."""
    theirs = decided.eligibility.standing_provider == provider
    keys = np.unique(limit.key[theirs & (limit.key >= 0)])
    if limit.key[patient] < 0 or limit.key[patient] in keys or len(keys) < limit.maximum[provider]:
        return ""
    return f"{limit.title}: {len(keys)} of {limit.maximum[provider]} {limit.unit}"


def _require(snapshot: Snapshot, patient_id: str, provider_id: str = "") -> None:
    problems = []
    if snapshot.position("patients", patient_id) < 0:
        problems.append(f"no patient {patient_id!r}")
    if provider_id and snapshot.position("providers", provider_id) < 0:
        problems.append(f"no provider {provider_id!r}")
    if problems:
        raise RequestError(tuple(problems))
