"""Whatever a folder holds, the answer is tables or a list of problems, never another error."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.columns import TABLES
from data.intake import Intake, IntakeError, read_folder
from data.intake.fhir.resources import READERS
from tests.data.intake.folders import AS_OF

CELL = st.text(max_size=6) | st.sampled_from(
    [
        "A1",
        "P1",
        "2026-02-30",
        "1e400",
        "-1",
        "|",
        "a||b",
        "9" * 30,
        "program:",
        "*",
        "02108",
        "NaN",
        '"',
        "٣",
        "{x}",
    ]
)


def answer(files):
    with TemporaryDirectory() as directory:
        for name, content in files.items():
            (Path(directory) / name).write_bytes(content)
        try:
            return read_folder(Path(directory), AS_OF)
        except IntakeError as error:
            return error


@settings(max_examples=60)
@given(st.sampled_from(sorted(TABLES)), st.binary(max_size=80))
@example("patients", b"patient_id,acuity\nA1,{value}\n")
@example("patients", b'patient_id\n"')
@example("agencies", b",\n,\n")
@example("agencies", b"\n\nagency_id,name\nA,B\n")
@example("agencies", b'"agency_id\n",name\nA,B\n')
def test_any_bytes_as_a_table(table, content):
    assert isinstance(answer({f"{table}.csv": content, f"{table}.parquet": content}), Intake | IntakeError)


@settings(max_examples=100)
@given(st.data())
def test_any_cells_in_any_table(data):
    spec = TABLES[data.draw(st.sampled_from(sorted(TABLES)))]
    header = ",".join(column.name for column in spec.columns)
    rows = data.draw(
        st.lists(st.lists(CELL, min_size=len(spec.columns), max_size=len(spec.columns)), max_size=3)
    )
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    content = "\n".join([header, *lines]).encode("utf-8", "replace")
    assert isinstance(answer({f"{spec.name}.csv": content}), Intake | IntakeError)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.just("Patient/a"),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["reference", "coding", "code", "start", "value", "family", "extension", "url"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
ELEMENTS = ["name", "type", "partOf", "address", "position", "status", "participant", "period", "subject"]
ELEMENTS += ["class", "specialty", "practitioner", "birthDate", "generalPractitioner", "communication"]
ELEMENTS += ["beneficiary", "payor", "order", "actor", "start", "end", "minutesDuration", "active"]


@settings(max_examples=150)
@given(st.sampled_from(sorted(READERS)), st.dictionaries(st.sampled_from(ELEMENTS), JSON, max_size=5))
def test_any_shape_of_a_resource(kind, content):
    people = [{"resourceType": each, "id": "a"} for each in ("Patient", "Practitioner") if each != kind]
    files = {f"{each['resourceType']}.ndjson": json.dumps(each).encode() for each in people}
    files[f"{kind}.ndjson"] = json.dumps({"resourceType": kind, "id": "a", **content}).encode()
    assert isinstance(answer(files), Intake | IntakeError)


@pytest.mark.parametrize("name", ["capacities.csv", "patients.csv"])
def test_a_file_that_cannot_be_read_beside_an_export_is_reported(name):
    patient = json.dumps({"resourceType": "Patient", "id": "a"}).encode()
    assert isinstance(answer({"Patient.ndjson": patient, name: b"\xff\xfe"}), IntakeError)
