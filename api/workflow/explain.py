"""Why a pair is allowed or not, why nobody is offered, and who has whom by which row."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from api.errors import RequestError
from api.workflow.decide import Rulebook
from api.workflow.view import View
from data.eligibility import Eligibility
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import ORIGINS, Standing, standing
from rules.evaluation import Removal
from rules.validate import PairVerdict


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
    return why_in(View(snapshot, rulebook, slot), patient_id, provider_id)


def why_in(view: View, patient_id: str, provider_id: str) -> PairVerdict:
    """Every rule's verdict on one pair, from what is worked out already."""
    _require(view.snapshot, patient_id, provider_id)
    standing_pair = _holder(view, patient_id).owner == provider_id
    return view.validator.validate(patient_id, provider_id, standing_pair)


def why_not(snapshot: Snapshot, rulebook: Rulebook, slot: Slot, patient_id: str, on: date) -> WhyNotReport:
    """All providers for one patient, grouped by what removes them, then those who are left."""
    return why_not_in(View(snapshot.on(on), rulebook, slot), patient_id)


def why_not_in(view: View, patient_id: str) -> WhyNotReport:
    """All providers for one patient, from what is worked out already."""
    _require(view.snapshot, patient_id)
    alone = view.alone(view.snapshot.position("patients", patient_id))
    said = alone.why_not(0)
    ids = view.snapshot.provider_ids
    return WhyNotReport(
        patient_id,
        _holder(view, patient_id),
        said.providers,
        said.removals,
        tuple(tuple(ids[each] for each in removal.sample) for removal in said.removals),
        _candidates(view, alone.eligibility),
    )


def holder(snapshot: Snapshot, slot: Slot, patient_id: str) -> Holder:
    """The resolution of one patient."""
    _require(snapshot, patient_id)
    return _held_by(snapshot, standing(snapshot, slot), patient_id)


def _holder(view: View, patient_id: str) -> Holder:
    return _held_by(view.snapshot, view.held, patient_id)


def _held_by(snapshot: Snapshot, held: Standing, patient_id: str) -> Holder:
    row, ids = snapshot.position("patients", patient_id), snapshot.provider_ids

    def name(provider: int) -> str:
        return ids[provider] if provider >= 0 else ""

    return Holder(
        name(int(held.owner[row])),
        name(int(held.acting[row])),
        ORIGINS[held.origin[row]],
        int(held.row_id[row]),
        bool(held.in_force[row]),
    )


def _candidates(view: View, eligibility: Eligibility) -> tuple[Candidate, ...]:
    """Eligible providers of the one patient, those with room first."""
    row = eligibility.row[0]
    if row < 0:
        return ()
    arcs = slice(int(eligibility.indptr[row]), int(eligibility.indptr[row + 1]))
    provider, penalty = eligibility.provider[arcs].tolist(), eligibility.penalty[arcs].tolist()
    names = view.snapshot.providers["name"].take(pa.array(provider, pa.int64())).to_pylist()
    ids = view.snapshot.provider_ids
    found = (
        Candidate(ids[each], name, points, full)
        for each, name, points, full in zip(
            provider, names, penalty, view.room.full(eligibility, 0, arcs), strict=True
        )
    )
    return tuple(sorted(found, key=lambda each: (bool(each.full), each.penalty, each.provider_id)))


def _require(snapshot: Snapshot, patient_id: str, provider_id: str = "") -> None:
    problems = []
    if snapshot.position("patients", patient_id) < 0:
        problems.append(f"no patient {patient_id!r}")
    if provider_id and snapshot.position("providers", provider_id) < 0:
        problems.append(f"no provider {provider_id!r}")
    if problems:
        raise RequestError(tuple(problems))
