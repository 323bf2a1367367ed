"""Patients with those who look after them, and who pays."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.fhir.directory import LANGUAGE, offsets_of
from data.fhir.elements import address, concept, identifier, reference, resource, resource_id
from data.fhir.json_columns import bare, constant, lists, objects, quoted, where
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import Standing, standing

GENDERS = pa.array(["male", "female", "other", "unknown"])
"""Codes of administrative gender; another text is left out."""

BATCH = 50_000
"""Patients whose text is held at once."""


def patients(snapshot: Snapshot) -> Iterator[pa.Array]:
    """Patients, in batches; `generalPractitioner` is the primary physician who owns them on the day."""
    practitioner = owners(snapshot, standing(snapshot, Slot()))
    for begin in range(0, snapshot.patients.num_rows, BATCH):
        yield _patients(snapshot.patients.slice(begin, BATCH), practitioner.slice(begin, BATCH))


def owners(snapshot: Snapshot, held: Standing) -> pa.Array:
    """Provider id of everybody's owner, null where nobody owns them."""
    return snapshot.providers["provider_id"].combine_chunks().take(pa.array(held.owner, mask=held.owner < 0))


def _patients(table: pa.Table, practitioner: pa.Array) -> pa.Array:
    ids = table["patient_id"]
    sex = table["sex"].combine_chunks()
    language = objects({"language": concept(LANGUAGE, table["language"])})
    return resource(
        "Patient",
        ids,
        {
            "identifier": identifier("patient", ids),
            "active": bare(table["active"]),
            "name": lists(objects({"text": quoted(table["name"])})),
            "gender": where(pc.is_in(sex, value_set=GENDERS), quoted(sex)),
            "birthDate": quoted(table["birth_date"]),
            "address": lists(address(table)),
            "communication": lists(language),
            "generalPractitioner": lists(reference("Practitioner", practitioner)),
            "managingOrganization": reference("Organization", table["practice_id"]),
        },
    )


def coverages(snapshot: Snapshot) -> Iterator[pa.Array]:
    """One for each insurance of each patient, in batches, in the order in which they pay."""
    for begin in range(0, snapshot.patients.num_rows, BATCH):
        table = snapshot.patients.slice(begin, BATCH)
        nested = table["insurances"].combine_chunks()
        offsets = offsets_of(nested).to_numpy()
        lengths = np.diff(offsets)
        whose = (
            table["patient_id"].combine_chunks().take(pa.array(np.repeat(np.arange(len(lengths)), lengths)))
        )
        order = pa.array(np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths) + 1)
        yield _coverages(whose, pc.list_flatten(nested), order)


def _coverages(patient: pa.Array, insurer: pa.Array, order: pa.Array) -> pa.Array:
    return resource(
        "Coverage",
        pc.binary_join_element_wise(resource_id(patient), order.cast(pa.string()), "-"),
        {
            "status": constant("active", len(patient)),
            "beneficiary": reference("Patient", patient),
            "payor": lists(reference("Organization", insurer)),
            "order": bare(order),
        },
    )


def care_teams(snapshot: Snapshot, slot: Slot) -> Iterator[pa.Array]:
    """A team for each patient whom somebody owns in the slot, in batches."""
    held = standing(snapshot, slot)
    owned = pa.array(np.flatnonzero(held.owner >= 0))
    patient = snapshot.patients["patient_id"].combine_chunks().take(owned)
    practitioner = owners(snapshot, held).take(owned)
    for begin in range(0, len(owned), BATCH):
        yield care_team(slot, patient.slice(begin, BATCH), practitioner.slice(begin, BATCH))


def team_id(slot: Slot, patient: pa.Array) -> pa.Array:
    """Ids of teams: of the patient and the slot, the same for every owner."""
    suffix = f"{slot.level}.{slot.role}".replace(":", ".").replace("_", "-")
    return resource_id(pc.binary_join_element_wise(patient, suffix, "."))


def care_team(slot: Slot, patient: pa.Array, practitioner: pa.Array) -> pa.Array:
    """Teams of one: who is responsible for the patient in the slot; inactive where nobody is."""
    count = len(patient)
    member = objects(
        {
            "role": lists(constant({"text": slot.role.replace("_", " ")}, count)),
            "member": reference("Practitioner", practitioner),
        }
    )
    filled = pc.is_valid(practitioner)
    return resource(
        "CareTeam",
        team_id(slot, patient),
        {
            "status": quoted(pc.if_else(filled, "active", "inactive")),
            "name": constant(str(slot), count),
            "subject": reference("Patient", patient),
            "participant": lists(where(filled, member)),
        },
    )
