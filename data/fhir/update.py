"""What a plan changes, for another system to take in: transactions that do no harm when they are sent twice.

The primary physician is `Patient.generalPractitioner`: a FHIRPath patch takes the old reference and the new
one out and puts the new one in, and leaves everything else of the patient alone
(https://hl7.org/fhir/R4/fhirpatch.html). Any other slot is a CareTeam of its own, which is put whole.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from data.fhir.elements import reference, resource_id
from data.fhir.json_columns import constant, lists, objects, quoted, where
from data.fhir.people import care_team, team_id
from data.plan import Plan
from data.slot import Slot

ENTRIES = 500
"""Entries of a transaction: servers limit what they take at once."""


def transactions(plan: Plan, entries: int = ENTRIES) -> Iterator[str]:
    """Bundles of type transaction, as JSON text, one entry for each patient whose provider changes."""
    moves = plan.tables["moves"]
    made = _patches(moves) if plan.header.slot == Slot() else _teams(plan.header.slot, moves)
    for begin in range(0, len(made), entries):
        text = ",".join(made.slice(begin, entries).to_pylist())
        yield f'{{"resourceType":"Bundle","type":"transaction","entry":[{text}]}}'


def _patches(moves: pa.Table) -> pa.Array:
    patient = moves["patient_id"].combine_chunks()
    old, new = (moves[f"{side}_provider_id"].combine_chunks() for side in ("from", "to"))
    steps = lists(_taken_out(old), _taken_out(new), _put_in(new))
    patch = objects({"resourceType": constant("Parameters", len(moves)), "parameter": steps})
    return _entries("PATCH", "Patient", resource_id(patient), patch)


def _taken_out(provider: pa.Array) -> pa.Array:
    """Delete the reference to a provider; that there is none is no error."""
    path = pc.binary_join_element_wise(
        "Patient.generalPractitioner.where(reference = 'Practitioner/", resource_id(provider), "')", ""
    )
    return where(pc.is_valid(provider), _operation("delete", _part("path", "valueString", quoted(path))))


def _put_in(provider: pa.Array) -> pa.Array:
    count = len(provider)
    step = _operation(
        "add",
        _part("path", "valueString", constant("Patient", count)),
        _part("name", "valueString", constant("generalPractitioner", count)),
        _part("value", "valueReference", reference("Practitioner", provider)),
    )
    return where(pc.is_valid(provider), step)


def _operation(kind: str, *parts: pa.Array) -> pa.Array:
    count = len(parts[0])
    steps = lists(_part("type", "valueCode", constant(kind, count)), *parts)
    return objects({"name": constant("operation", count), "part": steps})


def _part(name: str, kind: str, value: pa.Array) -> pa.Array:
    return objects({"name": constant(name, len(value)), kind: value})


def _teams(slot: Slot, moves: pa.Table) -> pa.Array:
    patient, provider = (moves[name].combine_chunks() for name in ("patient_id", "to_provider_id"))
    team = care_team(slot, patient, provider)
    return _entries("PUT", "CareTeam", team_id(slot, patient), team)


def _entries(method: str, kind: str, ids: pa.Array, resource: pa.Array) -> pa.Array:
    address = quoted(pc.binary_join_element_wise(kind, ids, "/"))
    request = objects({"method": constant(method, len(ids)), "url": address})
    return objects({"resource": resource, "request": request})
