"""A plan as attribution lists: one Group a practice, of Da Vinci Member Attribution (ATR 2.1.0).

https://hl7.org/fhir/us/davinci-atr/STU2.1/StructureDefinition-atr-group.html; `changeType` of a member is
new, dropped, changed (another provider of the same practice) or nochange.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.fhir.elements import SYSTEM, reference, resource_id
from data.fhir.json_columns import constant, lists, objects, quoted
from data.plan import Plan
from data.snapshot import Snapshot
from data.standing import Int32, standing

ATR = "http://hl7.org/fhir/us/davinci-atr/StructureDefinition/"
CHANGE_TYPES = ("nochange", "new", "dropped", "changed")
NOCHANGE, NEW, DROPPED, CHANGED = range(4)


@dataclass(frozen=True)
class Attribution:
    """Owner of every patient of a snapshot in a plan's slot, before and after it; -1 is nobody."""

    plan: Plan
    snapshot: Snapshot
    before: Int32
    after: Int32


def attribution_of(snapshot: Snapshot, plan: Plan) -> Attribution:
    """Owners before and after a plan; `snapshot` is the one that it was made from."""
    before = standing(snapshot.on(plan.header.effective_on), plan.header.slot).owner
    moves = plan.tables["moves"]
    patient = snapshot.positions("patients", moves["patient_id"])
    provider = snapshot.positions("providers", moves["to_provider_id"])
    after = before.copy()
    after[patient[patient >= 0]] = provider[patient >= 0]
    return Attribution(plan, snapshot, before, after)


def groups(attribution: Attribution) -> Iterator[str]:
    """A Group for each practice whose patients or whose providers' patients change, as JSON text."""
    snapshot = attribution.snapshot
    practices = snapshot["practices"]["practice_id"]
    home = np.append(snapshot.positions("practices", snapshot.providers["practice_id"]), -1)
    before, after = home[attribution.before], home[attribution.after]
    moved = attribution.before != attribution.after
    touched = np.unique(np.concatenate([before[moved], after[moved]]))
    for practice in touched[touched >= 0]:
        yield _group(attribution, practices[int(practice)].as_py(), before == practice, after == practice)


Mask = npt.NDArray[np.bool_]


def _group(attribution: Attribution, practice: str, was: Mask, will: Mask) -> str:
    members = np.flatnonzero(was | will)
    moved = attribution.before[members] != attribution.after[members]
    change = np.select([~was[members], ~will[members], moved], [NEW, DROPPED, CHANGED], default=NOCHANGE)
    kept = np.where(will[members], attribution.after[members], attribution.before[members])
    head = _head(attribution, practice, int(np.count_nonzero(will)))
    told = _members(attribution.snapshot, members, kept.astype(np.int32), change)
    return f'{json.dumps(head)[:-1]}, "member": [{",".join(told.to_pylist())}]}}'


def _members(
    snapshot: Snapshot, rows: npt.NDArray[np.intp], owner: Int32, change: npt.NDArray[np.int_]
) -> pa.Array:
    patients = snapshot.patients["patient_id"].combine_chunks().take(pa.array(rows))
    providers = snapshot.providers["provider_id"].combine_chunks().take(pa.array(owner))
    count = len(rows)
    provider = objects(
        {
            "url": constant(ATR + "ext-attributedProvider", count),
            "valueReference": reference("Practitioner", providers),
        }
    )
    kind = objects(
        {
            "url": constant(ATR + "ext-changeType", count),
            "valueCode": quoted(pa.array(CHANGE_TYPES).take(pa.array(change))),
        }
    )
    return objects(
        {
            "extension": lists(kind, provider),
            "entity": reference("Patient", patients),
            "inactive": pa.array(np.where(change == DROPPED, "true", "false")),
        }
    )


def _head(attribution: Attribution, practice: str, quantity: int) -> dict[str, object]:
    """Everything of a Group but its members; the list is a draft until the plan is committed."""
    header = attribution.plan.header
    name = resource_id(pa.array([f"{header.plan_id}.{practice}"]))[0].as_py()
    organization = resource_id(pa.array([practice]))[0].as_py()
    return {
        "resourceType": "Group",
        "id": name,
        "meta": {"profile": [ATR + "atr-group"]},
        "extension": [
            {"url": ATR + "ext-contractValidityPeriod", "valuePeriod": {"start": str(header.effective_on)}},
            {"url": ATR + "ext-attributionListStatus", "valueCode": "draft"},
        ],
        "identifier": [{"system": SYSTEM + "plan", "value": header.plan_id}],
        "active": True,
        "type": "person",
        "actual": True,
        "name": f"{header.title} ({practice})",
        "quantity": quantity,
        "managingEntity": {"reference": f"Organization/{organization}"},
    }
