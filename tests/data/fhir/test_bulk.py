"""What stands, written as FHIR, is read back as the same standing assignments."""

import json
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from data.fhir.folder import STREAMS, lines
from data.intake import read_folder
from data.slot import Slot
from data.snapshot import ROW_ID, Snapshot
from data.standing import standing
from data.synthetic import generate
from tests.builders import snapshot

DAY = date(2026, 12, 1)


def write(source, directory):
    for kind in STREAMS:
        (directory / f"{kind}.ndjson").write_bytes(b"".join(lines(source, kind)))


def told(source, kind):
    return [json.loads(line) for piece in lines(source, kind) for line in piece.splitlines()]


def read_back(directory):
    tables = read_folder(directory, as_of=DAY).tables
    rows = tables["assignments"]
    numbers = pa.array(range(1, rows.num_rows + 1), pa.int64())
    return Snapshot(DAY, tables | {"assignments": rows.add_column(0, ROW_ID, numbers)})


def owners(source, slot=Slot()):  # noqa: B008 - a frozen value
    held = standing(source, slot).owner
    names = np.append(np.array(source.provider_ids, object), None)
    return dict(zip(source.patient_ids, names[held], strict=True))


def test_generated_people_come_back_with_their_physicians(tmp_path):
    source = generate(300, 5, DAY).snapshot
    write(source, tmp_path)
    back = read_back(tmp_path)
    assert back.patient_ids == source.patient_ids
    active = source.patients["active"].to_pylist()
    expected = {name: owner for (name, owner), on in zip(owners(source).items(), active, strict=True) if on}
    assert {name: owner for name, owner in owners(back).items() if name in expected} == expected
    for column in ("name", "birth_date", "sex", "zip", "insurances", "language"):
        assert back.patients[column].to_pylist() == source.patients[column].to_pylist(), column
    pairs = zip(*(each.providers["specialties"].to_pylist() for each in (source, back)), strict=True)
    assert all(before == after for before, after in pairs if before)


def test_every_reference_leads_somewhere():
    source = generate(200, 6, DAY).snapshot
    found = {kind: told(source, kind) for kind in STREAMS}
    ids = {f"{kind}/{each['id']}" for kind, resources in found.items() for each in resources}
    texts = json.dumps(found)
    referred = {part.split('"')[0] for part in texts.split('"reference": "')[1:]}
    assert referred
    assert referred <= ids


@pytest.fixture
def small():
    return snapshot(
        DAY,
        providers=[
            {"provider_id": "P1", "roles": ["physician"]},
            {"provider_id": "M 1", "roles": ["care_manager"]},
        ],
        patients=[{"patient_id": "A1", "name": 'Ann "Bo" O\\Neil'}, {"patient_id": "A2"}],
        assignments=[
            {"patient_id": "A1", "provider_id": "P1", "starts_on": date(2026, 1, 1)},
            {
                "patient_id": "A1",
                "provider_id": "M 1",
                "role": "care_manager",
                "starts_on": date(2026, 1, 1),
            },
        ],
    )


def test_the_primary_physician_is_the_general_practitioner_and_others_are_care_teams(small):
    first, second = told(small, "Patient")
    assert first["generalPractitioner"] == [{"reference": "Practitioner/P1"}]
    assert first["name"] == [{"text": 'Ann "Bo" O\\Neil'}]
    assert "generalPractitioner" not in second
    (team,) = told(small, "CareTeam")
    assert team["subject"] == {"reference": "Patient/A1"}
    assert team["status"] == "active"


def test_an_id_that_fhir_does_not_allow_is_bent_everywhere_alike_and_kept_as_identifier(small):
    (manager,) = (each for each in told(small, "Practitioner") if each["id"] != "P1")
    assert manager["identifier"] == [{"system": "urn:panelwise:provider", "value": "M 1"}]
    (team,) = told(small, "CareTeam")
    assert team["participant"][0]["member"]["reference"] == f"Practitioner/{manager['id']}"


def test_a_store_without_patients_is_an_empty_export():
    empty = snapshot(DAY)
    assert [b"".join(lines(empty, kind)) for kind in STREAMS] == [b""] * len(STREAMS)
