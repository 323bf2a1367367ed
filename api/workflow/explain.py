"""Why a pair is allowed or not, why nobody is offered, and who has whom by which row."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from api.errors import RequestError
from api.workflow.decide import Rulebook
from api.workflow.view import View
from data.eligibility import Eligibility, Int64
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import ORIGINS, Standing, standing
from rules.evaluation import Removal
from rules.validate import PairVerdict

Mask = npt.NDArray[np.bool_]


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
    """All providers for one patient: what removes how many, and who is left, with or without room.

    Of the `eligible` ones the best are listed as `candidates`.
    """

    patient_id: str
    holder: Holder
    considered: int
    removals: tuple[Removal, ...]
    samples: tuple[tuple[str, ...], ...]
    candidates: tuple[Candidate, ...]
    eligible: int


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


def why_not_in(
    view: View, patient_id: str, most: int | None = None, seen: Mask | None = None
) -> WhyNotReport:
    """All providers for one patient, from what is worked out already.

    `most`: candidates that are listed at most. `seen`: providers (rows of the snapshot) who may be named;
    others are neither listed nor eligible, and only counted among those whom a rule removes.
    """
    _require(view.snapshot, patient_id)
    alone = view.alone(view.snapshot.position("patients", patient_id))
    said, eligibility = alone.why_not, alone.eligibility
    ids = view.snapshot.provider_ids
    samples = (
        tuple(ids[each] for each in removal.sample if seen is None or seen[each]) for removal in said.removals
    )
    ranked = _ranked(view, eligibility, seen)
    return WhyNotReport(
        patient_id,
        _holder(view, patient_id),
        said.providers,
        said.removals,
        tuple(samples),
        _candidates(view, eligibility, ranked[:most]),
        len(ranked),
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


def _ranked(view: View, eligibility: Eligibility, seen: Mask | None) -> Int64:
    """Arcs of the one patient, those with room first, then by points and by the provider's id."""
    arcs = np.arange(len(eligibility.provider))
    if seen is not None:
        arcs = arcs[seen[eligibility.provider]]
    full = view.room.is_full(eligibility, 0, arcs)  # rows of a snapshot are in the order of their ids
    return arcs[np.lexsort((eligibility.provider[arcs], eligibility.penalty[arcs], full))]


def _candidates(view: View, eligibility: Eligibility, arcs: Int64) -> tuple[Candidate, ...]:
    """What there is to say about some arcs of the one patient."""
    provider, penalty = eligibility.provider[arcs], eligibility.penalty[arcs]
    names = view.snapshot.providers["name"].take(pa.array(provider)).to_pylist()
    ids, full = view.snapshot.provider_ids, view.room.full(eligibility, 0, arcs)
    told = zip(provider.tolist(), names, penalty.tolist(), full, strict=True)
    return tuple(Candidate(ids[each], *rest) for each, *rest in told)


def _require(snapshot: Snapshot, patient_id: str, provider_id: str = "") -> None:
    problems = []
    if snapshot.position("patients", patient_id) < 0:
        problems.append(f"no patient {patient_id!r}")
    if provider_id and snapshot.position("providers", provider_id) < 0:
        problems.append(f"no provider {provider_id!r}")
    if problems:
        raise RequestError(tuple(problems))
