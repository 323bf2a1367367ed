"""Why a pair is allowed or not, why nobody is offered, and who has whom by which row."""

from dataclasses import dataclass
from datetime import date

from api.errors import RequestError
from api.workflow.decide import Rulebook, decide
from data.scenario import Scenario
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import ORIGINS, standing
from rules.validate import PairVerdict, validate
from rules.why import WhyNot


@dataclass(frozen=True)
class Holder:
    """Who has one patient today: owner, who acts, and where that comes from."""

    owner: str
    acting: str
    origin: str
    row_id: int
    in_force: bool


def why(snapshot: Snapshot, rulebook: Rulebook, slot: Slot, patient_id: str, provider_id: str) -> PairVerdict:
    """Every rule's verdict on one pair."""
    _require(snapshot, patient_id, provider_id)
    standing_pair = holder(snapshot, slot, patient_id).owner == provider_id
    return validate(rulebook.compiled, snapshot, slot, patient_id, provider_id, standing_pair)


def why_not(snapshot: Snapshot, rulebook: Rulebook, slot: Slot, patient_id: str, on: date) -> WhyNot:
    """All providers for one patient, grouped by what removes them."""
    _require(snapshot, patient_id)
    decided = decide(snapshot, rulebook, slot, Scenario(), on)
    return decided.evaluation.why_not(snapshot.position("patients", patient_id))


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


def _require(snapshot: Snapshot, patient_id: str, provider_id: str = "") -> None:
    problems = []
    if snapshot.position("patients", patient_id) < 0:
        problems.append(f"no patient {patient_id!r}")
    if provider_id and snapshot.position("providers", provider_id) < 0:
        problems.append(f"no provider {provider_id!r}")
    if problems:
        raise RequestError(tuple(problems))
