"""Our own tables and capacities.csv beside an export."""

import pytest

from data.intake import read_folder
from tests.data.intake.folders import only, problems
from tests.data.intake.folders import write as write_csv
from tests.data.intake.test_fhir import AS_OF, encounter, patient, ref, resource, rows, small, write


def trio():
    specialties = {"p1": "Family Medicine", "p2": "Pediatrics", "p3": "Fortune telling"}
    return {
        "Practitioner": [resource("Practitioner", each) for each in specialties],
        "PractitionerRole": [
            resource("PractitionerRole", f"r{each}", practitioner=ref(each), specialty=[{"text": text}])
            for each, text in specialties.items()
        ],
    }


def test_the_more_specific_row_of_capacities_wins_cell_by_cell(tmp_path):
    write(tmp_path, trio())
    write_csv(
        tmp_path,
        capacities="provider_id,max_panel,max_daily_visits,roles\n"
        "*,100,10,\nspecialty:Pediatrics,200,,care_manager\np2,,12,\nspecialty:fortune telling,50,,\n",
    )
    intake = read_folder(tmp_path, AS_OF)
    assert [
        (row["max_panel"], row["max_daily_visits"], row["roles"]) for row in rows(intake, "providers")
    ] == [
        (100.0, 10.0, ["physician"]),
        (200.0, 12.0, ["care_manager"]),
        (50.0, 10.0, ["physician"]),
    ]
    assert [issue.code for issue in intake.issues] == ["unknown_specialty"]


def test_capacities_of_everybody_leave_what_providers_csv_says(tmp_path):
    write_csv(
        tmp_path,
        providers="provider_id,name,roles,specialties,max_panel\nP1,A,physician,,300\nP2,B,physician,207Q00000X,\n",
        capacities="provider_id,max_panel\n*,100\nspecialty:207Q00000X,150\n",
    )
    assert [row["max_panel"] for row in rows(read_folder(tmp_path, AS_OF), "providers")] == [300.0, 150.0]


def test_mistakes_in_capacities_are_reported(tmp_path):
    write(tmp_path, trio())
    write_csv(tmp_path, capacities="provider_id,max_panel,max_weekly_hour\np9,1,\np1,-1,\np1,1,\n")
    assert only(tmp_path, "dangling_reference").value == "p9"
    assert only(tmp_path, "too_small").row == 3
    assert only(tmp_path, "duplicate_key").row == 4
    assert "did you mean 'max_weekly_hours'" in only(tmp_path, "unknown_column").message


def test_tables_beside_an_export_override_cells_and_add_rows(tmp_path):
    write(tmp_path, small(Patient=[patient("a1", gender="female", birthDate="1950-01-01"), patient("a2")]))
    write_csv(
        tmp_path,
        patients="patient_id,acuity,birth_date,facility_id,zip\na1,4,,l1,02903\nnew,,1960-06-06,,\n",
    )
    intake = read_folder(tmp_path, AS_OF)
    first, second, new = rows(intake, "patients")
    assert (first["acuity"], first["sex"], str(first["birth_date"])) == (4, "female", "1950-01-01")
    assert (first["facility_id"], first["zip"], first["state"]) == ("l1", "02903", "RI")
    assert first["latitude"] == pytest.approx(41.82, abs=0.05)  # Providence
    assert (second["acuity"], second["facility_id"]) == (1, None)
    assert (new["patient_id"], new["acuity"], str(new["birth_date"])) == ("new", 1, "1960-06-06")
    assert intake.source == "csv+fhir"


def test_an_added_row_must_be_complete(tmp_path):
    write(tmp_path, small())
    write_csv(tmp_path, providers="provider_id,max_panel\np1,100\np9,100\n")
    assert {(issue.row, issue.column) for issue in problems(tmp_path) if issue.code == "required"} == {
        (3, "name"),
        (3, "roles"),
    }


def test_given_tables_are_not_inferred(tmp_path):
    write(tmp_path, small(Encounter=[encounter("e1", "2026-01-05")]))
    write_csv(
        tmp_path,
        assignments="patient_id,provider_id,starts_on\na1,p2,2026-01-01\n",
        licenses="provider_id,state,type\np1,RI,NP\n",
    )
    intake = read_folder(tmp_path, AS_OF)
    assert [row["provider_id"] for row in rows(intake, "assignments")] == ["p2"]
    assert [(row["state"], row["type"]) for row in rows(intake, "licenses")] == [("RI", "NP")]
    assert not {issue.code for issue in intake.issues} & {"inferred_assignments", "inferred_licenses"}


def test_what_people_say_goes_before_what_is_inferred(tmp_path):
    write(tmp_path, small(Encounter=[encounter("e1", "2026-01-05")], Patient=[patient("a1"), patient("a2")]))
    write_csv(tmp_path, patients="patient_id,visits_per_month,tenure_months\na1,3,7\na2,,\nnew,,\n")
    found = [
        (r["visits_per_month"], r["tenure_months"]) for r in rows(read_folder(tmp_path, AS_OF), "patients")
    ]
    assert found == [(3.0, 7), (0.0, 0), (1.0, 0)]


def test_roles_in_capacities_decide_in_which_role_somebody_is_assigned(tmp_path):
    write(tmp_path, small(Encounter=[encounter("e1", "2026-01-05")]))
    write_csv(tmp_path, capacities="provider_id,roles\np1,care_manager\n")
    assert [row["role"] for row in rows(read_folder(tmp_path, AS_OF), "assignments")] == ["care_manager"]


def test_an_export_may_refer_to_rows_that_only_the_overlay_has(tmp_path):
    write(tmp_path, small(Encounter=[encounter("e1", "2026-01-05", "Practitioner/P7")]))
    write_csv(tmp_path, providers="provider_id,name,roles\nP7,Grace,physician\n")
    intake = read_folder(tmp_path, AS_OF)
    assert [row["provider_id"] for row in rows(intake, "assignments")] == ["P7"]


def test_duplicates_in_an_overlay_are_reported(tmp_path):
    write(tmp_path, small())
    write_csv(tmp_path, patients="patient_id,acuity\na1,2\na1,3\n")
    issue = only(tmp_path, "duplicate_key")
    assert (issue.file, issue.row) == ("patients.csv", 3)
