"""FHIR R4 bulk exports, in small: forms of references, mapping, inference, and what is wrong with lines."""

import gzip
import json
import tracemalloc
from datetime import date

import pyarrow as pa
import pytest

from data.intake import IntakeError, read_folder
from data.intake.fhir.reference import resolved, target
from data.intake.fhir.resources import READERS
from data.intake.fhir.stream import read_resources
from data.intake.issue import IssueLog
from data.snapshot import Snapshot
from tests.data.intake.bulk_export import (
    AS_OF,
    NPI,
    encounter,
    patient,
    read,
    ref,
    resource,
    rows,
    small,
    write,
)


@pytest.mark.parametrize(
    ("reference", "meant"),
    [
        ({"reference": "Patient/x"}, "x"),
        ({"reference": "https://ehr.example/fhir/Patient/x"}, "x"),
        ({"reference": "Patient/x/_history/3"}, "x"),
        ({"reference": "urn:uuid:x"}, "x"),
        ({"reference": "x"}, "x"),
        ({"reference": "Patient?identifier=http://s|1"}, "?http://s|1"),
        ({"reference": "Patient?identifier=http%3A%2F%2Fs%7C1"}, "?http://s|1"),
        ({"identifier": {"system": "http://s", "value": "1"}}, "?http://s|1"),
        ({"reference": "#contained"}, None),
        ({"reference": "Group/x"}, None),
        ({"reference": "x", "type": "Group"}, None),
        ({"display": "somebody"}, None),
        (None, None),
    ],
)
def test_references_of_every_form_mean_an_id_of_the_right_type(reference, meant):
    assert target(reference, "Patient") == meant


def test_conditional_references_are_resolved_by_identifier():
    lists = pa.array([["s|1"], ["s|2", "t|9"]], pa.list_(pa.string()))
    table = pa.table({"id": ["x", "y"], "identifiers": lists, "means": ["x", "y"]})
    found = resolved(pa.array(["y", "?t|9", "?s|1", "z", "?s|3", None]), table)
    assert found.to_pylist() == ["y", "y", "x", None, None, None]


def test_what_the_resources_say_becomes_tables(tmp_path):
    intake = read(tmp_path)
    assert [row["agency_id"] for row in rows(intake, "agencies")] == ["o9"]
    assert [(row["practice_id"], row["agency_id"]) for row in rows(intake, "practices")] == [
        ("o1", "o9"),
        ("o9", None),
    ]
    (facility,) = rows(intake, "facilities")  # a room is no facility
    assert (facility["facility_id"], facility["type"], facility["practice_id"]) == ("l1", "snf", "o1")
    assert (facility["state"], facility["zip"]) == ("MA", "01609")
    first, second = rows(intake, "providers")
    assert (first["name"], first["roles"], first["specialties"]) == ("Ada", ["physician"], ["207Q00000X"])
    assert (first["practice_id"], first["zip"], first["active"]) == ("o1", "01609", True)
    assert first["latitude"] == facility["latitude"] is not None
    assert (second["name"], second["roles"], second["active"]) == ("Ben Ito", ["care_manager"], False)
    (silva,) = rows(intake, "patients")
    assert (silva["name"], silva["birth_date"]) == ("Maria Silva", date(1948, 5, 1))
    assert (silva["practice_id"], silva["facility_id"], silva["state"]) == ("o1", None, "MA")


def test_the_dead_and_the_inactive_are_not_active_and_get_no_assignment(tmp_path):
    people = [
        patient("a1", deceasedBoolean=True, generalPractitioner=[ref("Practitioner/p1")]),
        patient("a2", deceasedDateTime="2026-01-01", generalPractitioner=[ref("Practitioner/p1")]),
        patient("a3", active=False, generalPractitioner=[ref("Practitioner/p1")]),
        patient("a4", deceasedBoolean=False, generalPractitioner=[ref("Practitioner/p1")]),
    ]
    intake = read(tmp_path, Patient=people)
    assert [row["active"] for row in rows(intake, "patients")] == [False, False, False, True]
    assert [row["patient_id"] for row in rows(intake, "assignments")] == ["a4"]


def test_coverages_in_force_come_in_their_order(tmp_path):
    def coverage(identity, payor, order, start="2020-01-01", end=None, status="active"):
        period = {"start": start} | ({"end": end} if end else {})
        return resource(
            "Coverage",
            identity,
            status=status,
            beneficiary=ref("Patient/a1"),
            payor=[payor],
            order=order,
            period=period,
        )

    coverages = [
        coverage("c1", {"reference": "Organization/elsewhere", "display": "Elsewhere"}, 2),
        coverage("c2", ref("Organization/pay"), 1),
        coverage("c3", {"display": "Ended"}, 1, end="2026-11-20"),
        coverage("c4", {"display": "Later"}, 1, start="2026-11-22"),
        coverage("c5", {"display": "Cancelled"}, 1, status="cancelled"),
        coverage("c6", ref("Patient/a1"), 3),  # pays alone: no insurance
    ]
    intake = read(tmp_path, Coverage=coverages)
    assert rows(intake, "patients")[0]["insurances"] == ["pay", "elsewhere"]
    payers = {row["insurance_id"]: (row["name"], row["payer"]) for row in rows(intake, "insurances")}
    assert payers["pay"] == ("Bay Medicare", "medicare")
    assert payers["elsewhere"] == ("Elsewhere", "commercial")
    assert set(payers) == {"pay", "elsewhere", "Ended", "Later", "Cancelled"}


def test_visits_of_24_months_give_load_and_the_most_frequent_clinician(tmp_path):
    history = [
        encounter("e1", "2026-01-05"),
        encounter("e2", "2026-02-05", "PractitionerRole/r1"),
        encounter("e3", "2026-03-05", f"Practitioner?identifier={NPI}|11"),
        encounter("e4", "2026-11-20", "Practitioner/p3"),
        encounter("e5", "2026-11-20", "Practitioner/p3", status="cancelled"),
        encounter("e6", "2026-11-20", "Practitioner/p3", **{"class": {"code": "EMER"}}),
        encounter("e7", "2024-11-21", "Practitioner/p3"),  # 24 months ago to the day: no longer
        encounter("e8", "2026-11-22", "Practitioner/p3"),  # after the day
        encounter("e9", "2020-01-01"),
    ]
    practitioners = [*small()["Practitioner"], resource("Practitioner", "p3")]
    intake = read(tmp_path, Encounter=history, Practitioner=practitioners)
    (row,) = rows(intake, "patients")
    assert row["visits_per_month"] == pytest.approx(4 / 24)
    assert row["minutes_per_visit"] == pytest.approx(20)
    (assignment,) = rows(intake, "assignments")
    assert (assignment["provider_id"], assignment["starts_on"]) == ("p1", date(2020, 1, 1))
    assert assignment["reason"] == "most visits in 24 months"
    # 1 January 2020 to 21 November 2026 is 6 years, 10 months and 20 days.
    assert row["tenure_months"] == 82


def test_the_more_recent_clinician_wins_among_equally_frequent_ones(tmp_path):
    practitioners = [*small()["Practitioner"], resource("Practitioner", "p3")]
    history = [encounter("e1", "2026-01-05"), encounter("e2", "2026-02-05", "Practitioner/p3")]
    intake = read(tmp_path, Encounter=history, Practitioner=practitioners)
    assert rows(intake, "assignments")[0]["provider_id"] == "p3"


def test_a_general_practitioner_goes_before_a_care_team_and_that_before_visits(tmp_path):
    practitioners = [*small()["Practitioner"], *(resource("Practitioner", f"p{each}") for each in (3, 4))]

    def team(identity, member, start, end=None, status="active"):
        return resource(
            "CareTeam",
            identity,
            status=status,
            subject=ref("Patient/a1"),
            period={"start": start} | ({"end": end} if end else {}),
            participant=[{"member": ref("Patient/a1")}, {"member": ref(member)}],
        )

    teams = [
        team("t1", "Practitioner/p3", "2025-01-01"),
        team("t2", "Practitioner/p1", "2024-01-01"),
        team("t3", "Practitioner/p1", "2026-01-01", end="2026-02-01"),
        team("t4", "Practitioner/p1", "2027-01-01"),
        team("t5", "Practitioner/p1", "2026-01-01", status="inactive"),
        team("t6", "Practitioner/p2", "2026-03-01"),  # a care manager fills another role
    ]
    history = [encounter("e1", "2026-01-05"), encounter("e2", "2026-02-05")]
    common = {"Practitioner": practitioners, "CareTeam": teams, "Encounter": history}
    found = rows(read(tmp_path, **common), "assignments")
    assert [(row["role"], row["provider_id"], row["starts_on"]) for row in found] == [
        ("care_manager", "p2", date(2026, 3, 1)),
        ("physician", "p3", date(2025, 1, 1)),
    ]
    owned = [patient(generalPractitioner=[ref("Organization/o1"), ref("Practitioner/p4")])]
    found = rows(read(tmp_path, **common, Patient=owned), "assignments")
    assert [row["provider_id"] for row in found if row["role"] == "physician"] == ["p4"]


def test_what_is_inferred_is_noted_once_with_its_count(tmp_path):
    coverage = resource("Coverage", "c1", beneficiary=ref("Patient/a1"), payor=[ref("Organization/pay")])
    intake = read(tmp_path, Encounter=[encounter("e1", "2026-01-05")], Coverage=[coverage])
    assert [(row["provider_id"], row["insurance_id"]) for row in rows(intake, "participations")] == [
        ("p1", "pay")
    ]
    assert [(row["provider_id"], row["state"]) for row in rows(intake, "licenses")] == [("p1", "MA")]
    notes = {issue.code: issue.value for issue in intake.issues if issue.code.startswith("inferred")}
    assert notes == {
        "inferred_birth_date": "1",
        "inferred_visit_load": "1",
        "inferred_assignments": "1",
        "inferred_participations": "1",
        "inferred_licenses": "1",
    }


def test_what_is_taken_by_default_is_noted_too(tmp_path):
    locations = [
        resource("Location", "l1", name="A"),
        resource("Location", "l2", type=[{"text": "Nursing home"}]),
    ]
    strangers = [resource("Practitioner", each) for each in ("p1", "p2", "p3")]
    intake = read(tmp_path, Location=locations, Practitioner=strangers, PractitionerRole=[])
    assert [row["type"] for row in rows(intake, "facilities")] == ["clinic", "snf"]
    notes = {issue.code: issue.value for issue in intake.issues if issue.code.startswith("inferred")}
    assert notes == {"inferred_birth_date": "1", "inferred_facility_type": "1", "inferred_role": "3"}


def test_the_primary_performer_of_an_encounter_counts(tmp_path):
    def part(who, code):
        return {"individual": ref(who), "type": [{"coding": [{"code": code}]}]}

    both = [part("Practitioner/p2", "SPRF"), part("Practitioner/p1", "PPRF")]
    intake = read(tmp_path, Encounter=[encounter("e1", "2026-01-05", participant=both)])
    assert [row["provider_id"] for row in rows(intake, "assignments")] == ["p1"]


def test_appointments_to_come_are_visits(tmp_path):
    def appointment(identity, day, actors, status="booked", **content):
        return resource(
            "Appointment",
            identity,
            status=status,
            start=f"{day}T09:00:00Z",
            participant=[{"actor": ref(actor)} for actor in actors],
            **content,
        )

    everybody = ["Patient/a1", "Practitioner/p1", "Location/l1"]
    appointments = [
        appointment("v1", "2026-12-01", everybody, minutesDuration=45),
        appointment("v2", "2026-12-02", ["p1", "a1"], end="2026-12-02T09:20:00Z"),
        appointment("v3", "2026-11-20", everybody),
        appointment("v4", "2026-12-03", everybody, status="cancelled"),
        appointment("v5", "2026-12-04", ["Patient/a1"]),
    ]
    intake = read(tmp_path, Appointment=appointments)
    assert [
        (row["visit_id"], row["patient_id"], row["provider_id"], row["facility_id"], row["minutes"])
        for row in rows(intake, "visits")
    ] == [("v1", "a1", "p1", "l1", 45.0), ("v2", "a1", "p1", None, 20.0)]
    (lost,) = [issue for issue in intake.issues if issue.code == "dangling_reference"]
    assert (lost.file, lost.row) == ("Appointment.ndjson", 5)


def test_parts_and_compressed_files_are_one_table(tmp_path):
    write(tmp_path, small(Patient=[]))
    (tmp_path / "Patient.ndjson").unlink()
    for number, name in enumerate(("Patient.000.ndjson", "2.Patient.ndjson")):
        (tmp_path / name).write_text(json.dumps(patient(f"a{number}")) + "\n")
    with gzip.open(tmp_path / "Patient.002.ndjson.gz", "wt") as file:
        file.write(json.dumps(patient("a2")))
    assert [row["patient_id"] for row in rows(read_folder(tmp_path, AS_OF), "patients")] == ["a0", "a1", "a2"]


def test_every_bad_line_is_reported_with_its_file_and_line(tmp_path):
    write(tmp_path, small())
    lines = [
        json.dumps(patient("a1")),
        '{"resourceType": "Patient", "id": "a2", "na',
        json.dumps(resource("Group", "g1")),
        json.dumps({"resourceType": "Patient"}),
        "",
        json.dumps(patient("a3", name="not a list of names")),
        json.dumps(patient("a4", gender=5)),
        json.dumps(patient("a1")),
        json.dumps(patient("a5", birthDate="1950-02-30")),
        "[1, 2]",
    ]
    (tmp_path / "Patient.ndjson").write_text("\n".join(lines))
    with pytest.raises(IntakeError) as caught:
        read_folder(tmp_path, AS_OF)
    assert [(issue.file, issue.row, issue.code) for issue in caught.value.errors] == [
        ("Patient.ndjson", 2, "invalid_json"),
        ("Patient.ndjson", 3, "wrong_resource"),
        ("Patient.ndjson", 4, "missing_id"),
        ("Patient.ndjson", 6, "malformed"),
        ("Patient.ndjson", 7, "malformed"),
        ("Patient.ndjson", 8, "duplicate_key"),
        ("Patient.ndjson", 9, "impossible_date"),
        ("Patient.ndjson", 10, "wrong_resource"),
    ]


def test_a_compressed_file_that_is_cut_is_an_error(tmp_path):
    write(tmp_path, small())
    content = gzip.compress(json.dumps(patient("a2")).encode())
    (tmp_path / "Patient.001.ndjson.gz").write_bytes(content[:-9])
    with pytest.raises(IntakeError) as caught:
        read_folder(tmp_path, AS_OF)
    assert [issue.code for issue in caught.value.errors] == ["truncated"]


def test_references_that_lead_nowhere_are_warnings_with_their_line(tmp_path):
    intake = read(tmp_path, Encounter=[encounter("e1", "2026-01-05", "Practitioner/p7", "Patient/a7")])
    lost = [issue for issue in intake.issues if issue.code == "dangling_reference"]
    assert [(issue.file, issue.row, issue.column, issue.value) for issue in lost] == [
        ("Encounter.ndjson", 1, "patient", "a7"),
        ("Encounter.ndjson", 1, "practitioner", "p7"),
    ]


def test_a_bad_zip_code_of_an_export_is_left_out_with_a_warning(tmp_path):
    intake = read(tmp_path, Patient=[patient(address=[{"state": "Bavaria", "postalCode": "K1A 0B1"}])])
    assert (rows(intake, "patients")[0]["zip"], rows(intake, "patients")[0]["state"]) == (None, None)
    assert {issue.code for issue in intake.issues} >= {"zip", "state"}


def test_an_export_may_refer_to_what_the_store_knows(tmp_path):
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    known = Snapshot(AS_OF, read(tmp_path / "first").tables)
    write(tmp_path / "second", {"Encounter": [encounter("e1", "2026-01-05")], "Patient": [patient("a2")]})
    intake = read_folder(tmp_path / "second", AS_OF, known)
    assert [issue.code for issue in intake.issues] == []
    assert list(intake.tables) == ["patients"]


def test_resources_are_never_all_held_as_objects(tmp_path):
    peaks = []
    for count in (1000, 4000):
        path = tmp_path / "Encounter.ndjson"
        with path.open("w") as file:
            for number in range(count):
                line = {
                    "resourceType": "Encounter",
                    "id": f"e{number}",
                    "subject": {"reference": "Patient/a"},
                }
                file.write(json.dumps(line) + "\n")
        reader = READERS["Encounter"]
        tracemalloc.start()
        table, _ = read_resources([path], "Encounter", reader.schema, reader.extract, IssueLog(), 500)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert table.num_rows == count
    assert (peaks[1] - peaks[0]) / 3000 < 150  # bytes a row for its place; the resource alone is over 500
