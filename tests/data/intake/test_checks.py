"""What is only wrong across rows and tables."""

from datetime import date

import pytest

from data.intake import read_folder
from data.intake.draft import row_codes
from data.snapshot import Snapshot
from tests.data.intake.folders import AS_OF, SMALL, only, problems, write

ASSIGNMENTS = "kind,patient_id,facility_id,covers_provider_id,level,role,provider_id,starts_on,ends_on\n"


def test_a_duplicate_id_names_both_rows(tmp_path):
    write(tmp_path, agencies="agency_id,name\nA,One\nB,Two\nA,Three\n")
    issue = only(tmp_path, "duplicate_key")
    assert (issue.row, issue.value) == (4, "A")
    assert "row 2" in issue.message


def test_a_key_of_several_columns_is_compared_as_a_whole(tmp_path):
    licenses = "provider_id,state,type\nP1,MA,MD\nP1,RI,MD\nP1,MA,\n"
    issue = only(write(tmp_path, **SMALL, licenses=licenses), "duplicate_key")
    assert issue.row == 4  # an empty type is MD by default
    assert "row 2" in issue.message


def test_dangling_references_are_found_in_cells_and_in_lists(tmp_path):
    tables = SMALL | {
        "programs": "program_id,name\nCCM,Chronic Care\n",
        "patients": "patient_id,facility_id,programs\nA1,F9,CCM\nA2,F1,CCM|RPM\n",
    }
    found = [(i.row, i.column, i.value) for i in problems(write(tmp_path, **tables))]
    assert found == [(2, "facility_id", "F9"), (3, "programs", "RPM")]


def test_a_table_that_is_referred_to_but_not_given_is_one_issue(tmp_path):
    patients = "patient_id,facility_id\n" + "".join(f"A{number},F{number}\n" for number in range(50))
    issue = only(write(tmp_path, patients=patients), "missing_table")
    assert "50 values of facility_id" in issue.message


def test_a_folder_may_refer_to_what_is_known_already(tmp_path):
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    first = read_folder(write(tmp_path / "first", **SMALL), AS_OF)
    second = write(tmp_path / "second", patients="patient_id,facility_id\nA9,F1\n")
    assert only(second, "missing_table").column == "facility_id"
    intake = read_folder(second, AS_OF, Snapshot(AS_OF, first.tables))
    (patient,) = intake.tables["patients"].to_pylist()
    assert (patient["practice_id"], patient["region"], patient["state"]) == ("PR1", "MA-C", "MA")


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ("secondary", "level"),
        ("program:", "level"),
        ("specialty:", "level"),
        ("program:CCM", "dangling_reference"),
    ],
)
def test_a_level_must_be_of_a_known_form(tmp_path, level, code):
    row = f"patient,A1,,,{level},physician,P1,2026-01-01,\n"
    issue = only(write(tmp_path, **SMALL, assignments=ASSIGNMENTS + row), code)
    assert (issue.column, issue.value) == ("level", level)


def test_levels_of_every_form_are_accepted(tmp_path):
    rows = "".join(
        f"patient,A1,,,{level},physician,P1,2026-01-01,\n"
        for level in ("", "primary", "program:CCM", "specialty:207Q00000X")
    )
    tables = SMALL | {"programs": "program_id,name\nCCM,Chronic Care\n"}
    rows = rows.replace("patient,A1,,,,physician", "patient,A2,,,,physician")
    intake = read_folder(write(tmp_path, **tables, assignments=ASSIGNMENTS + rows), AS_OF)
    assert intake.tables["assignments"].num_rows == 4


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("patient,,,,,,P1,2026-01-01,", "kind_needs", "patient_id"),
        ("facility,,,,,,P1,2026-01-01,", "kind_needs", "facility_id"),
        ("coverage,,,,,,P1,2026-01-01,2026-02-01", "kind_needs", "covers_provider_id"),
        ("coverage,,,P2,,,P1,2026-01-01,", "kind_needs", "ends_on"),
        ("patient,A1,F1,,,,P1,2026-01-01,", "kind_excludes", "facility_id"),
        ("facility,A1,F1,,,,P1,2026-01-01,", "kind_excludes", "patient_id"),
        ("coverage,,,P1,,,P1,2026-01-01,2026-02-01", "covers_itself", "covers_provider_id"),
    ],
)
def test_kind_and_ids_of_an_assignment_must_fit(tmp_path, row, code, column):
    issue = only(write(tmp_path, **SMALL, assignments=f"{ASSIGNMENTS}{row}\n"), code)
    assert (issue.row, issue.column) == (2, column)


def test_an_assignment_that_overlaps_any_earlier_one_names_it(tmp_path):
    rows = [
        "patient,A1,,,,,P1,2024-01-01,2026-01-01",  # row 2
        "patient,A1,,,,,P2,2024-02-01,2024-03-01",  # row 3 lies within row 2
        "patient,A1,,,,,P2,2025-06-01,2025-07-01",  # row 4 is after row 3 but within row 2
        "patient,A1,,,,,P2,2026-01-01,",  # row 5 starts on the day on which row 2 ends: fine
        "patient,A2,,,,,P1,2024-01-01,",  # row 6 is somebody else
        "patient,A1,,,,care_manager,P1,2024-01-01,",  # row 7 is another role
    ]
    write(tmp_path, **SMALL, assignments=ASSIGNMENTS + "\n".join(rows) + "\n")
    found = [(issue.code, issue.row, issue.message) for issue in problems(tmp_path)]
    assert [(code, row) for code, row, _ in found] == [("overlap", 3), ("overlap", 4)]
    assert all("row 2" in message for _, _, message in found)


def test_open_assignments_overlap_everything_after_them(tmp_path):
    rows = "facility,,F1,,,,P1,2024-01-01,\nfacility,,F1,,,,P2,2030-01-01,\n"
    assert only(write(tmp_path, **SMALL, assignments=ASSIGNMENTS + rows), "overlap").row == 3


def test_two_assignments_of_one_start_are_a_duplicate_and_not_an_overlap_too(tmp_path):
    rows = "patient,A1,,,,,P1,2024-01-01,\npatient,A1,,,,,P2,2024-01-01,\n"
    write(tmp_path, **SMALL, assignments=ASSIGNMENTS + rows)
    assert [issue.code for issue in problems(tmp_path)] == ["duplicate_key"]


@pytest.mark.parametrize("end", ["2026-01-01", "2025-12-31"])
def test_a_period_ends_after_it_starts(tmp_path, end):
    absences = f"provider_id,starts_on,ends_on\nP1,2026-01-01,{end}\n"
    issue = only(write(tmp_path, **SMALL, absences=absences), "period")
    assert (issue.row, issue.column, issue.value) == (2, "ends_on", end)


def test_two_pins_of_one_patient_contradict_each_other(tmp_path):
    pins = "patient_id,provider_id,kind,level\nA1,P1,pin,\nA1,P2,pin,\nA1,P2,pin,specialty:X\nA2,P1,ban,\n"
    issue = only(write(tmp_path, **SMALL, pins=pins), "contradicting_pins")
    assert issue.row == 3
    assert "row 2" in issue.message


def test_a_pin_and_a_ban_of_one_pair_contradict_each_other(tmp_path):
    pins = "patient_id,provider_id,kind\nA1,P1,pin\nA1,P1,ban\n"
    write(tmp_path, **SMALL, pins=pins)
    assert [(issue.code, issue.row) for issue in problems(tmp_path)] == [("pin_and_ban", 3)]


def test_a_pin_and_bans_of_others_agree(tmp_path):
    pins = "patient_id,provider_id,kind\nA1,P1,pin\nA1,P2,ban\nA2,P2,ban\n"
    assert read_folder(write(tmp_path, **SMALL, pins=pins), AS_OF).tables["pins"].num_rows == 3


def test_great_ages_unlimited_providers_and_scattered_households_are_warnings(tmp_path):
    tables = SMALL | {
        "providers": "provider_id,name,roles,active\nP1,Ada,physician,true\nP2,Ben,physician,false\n",
        "patients": "patient_id,facility_id,birth_date,household_id\nA1,F1,1896-11-20,H\nA2,,1896-11-21,H\n",
    }
    intake = read_folder(write(tmp_path, **tables), AS_OF)
    assert [(i.severity, i.code, i.file, i.row) for i in intake.issues] == [
        ("warning", "age", "patients.csv", 2),
        ("warning", "household_apart", "patients.csv", 3),
        ("warning", "no_capacity", "providers.csv", 2),
    ]


def test_the_limit_of_age_exists_in_leap_years_too(tmp_path):
    write(tmp_path, patients="patient_id,birth_date\nA1,1990-01-01\n")
    assert read_folder(tmp_path, date(2028, 2, 29)).issues == ()


def test_errors_of_all_files_come_together(tmp_path):
    tables = SMALL | {"agencies": "agency_id,nam\nA,B\n", "patients": "patient_id,facility_id\nA1,F9\n,F1\n"}
    assert {(issue.file, issue.code) for issue in problems(write(tmp_path, **tables))} == {
        ("agencies.csv", "unknown_column"),
        ("agencies.csv", "missing_column"),
        ("patients.csv", "dangling_reference"),
        ("patients.csv", "required"),
    }


def test_rows_have_one_code_exactly_where_they_agree():
    table = read_codes_table()
    codes = row_codes(table, ("a", "b"))
    assert codes[0] == codes[3]
    assert codes[1] == codes[4]
    assert len({codes[0], codes[1], codes[2]}) == 3


def read_codes_table():
    import pyarrow as pa

    return pa.table({"a": ["x", None, "x", "x", None], "b": ["y", "y", None, "y", "y"]})
