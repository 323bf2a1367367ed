"""What a folder holds, Parquet, places, template and export."""

import re

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from data.columns import TABLES
from data.intake import IntakeError, read_folder, write_folder, write_template
from data.intake.overlay import CAPACITY_SPEC
from data.snapshot import Snapshot
from tests.data.intake.folders import AS_OF, SMALL, only, problems, write


def test_an_empty_folder_and_none_at_all(tmp_path):
    assert only(tmp_path, "empty_folder").severity == "error"
    assert only(tmp_path / "nowhere", "no_folder").value == ""


def test_a_folder_without_a_known_file_lists_the_names(tmp_path):
    write(tmp_path, zebra="a,b\n1,2\n")
    assert "patients.csv" in only(tmp_path, "no_known_file").remedy


def test_a_misspelled_file_is_an_error_and_an_unrelated_one_a_warning(tmp_path):
    write(tmp_path, **SMALL, asignments="a\n")
    assert "did you mean assignments.csv" in only(tmp_path, "unknown_file").message
    (tmp_path / "asignments.csv").rename(tmp_path / "zebra.csv")
    assert [(i.code, i.severity) for i in read_folder(tmp_path, AS_OF).issues] == [
        ("unknown_file", "warning")
    ]


def test_a_table_given_twice_is_an_error(tmp_path):
    write(tmp_path, agencies="agency_id,name\nA,B\n")
    pa.parquet.write_table(pa.table({"agency_id": ["A"], "name": ["B"]}), tmp_path / "agencies.parquet")
    assert only(tmp_path, "table_twice").file == "agencies.parquet"


def test_parquet_as_pandas_writes_it_is_read(tmp_path):
    frame = pd.DataFrame(
        {
            "patient_id": [1, 2],
            "birth_date": pd.to_datetime(["1950-01-31", None]),
            "acuity": [2.0, None],
            "active": ["yes", "no"],
            "needs": [["a", " b "], None],
            "state": pd.Categorical(["MA", "MA"]),
        }
    )
    frame.to_parquet(tmp_path / "patients.parquet")
    first, second = read_folder(tmp_path, AS_OF).tables["patients"].to_pylist()
    assert (first["patient_id"], str(first["birth_date"]), first["needs"]) == ("1", "1950-01-31", ["a", "b"])
    assert (second["acuity"], second["active"], second["needs"]) == (1, False, [])


def test_parquet_of_the_wrong_type_and_no_parquet_at_all(tmp_path):
    table = pa.table({"patient_id": ["A", "B"], "acuity": [1.5, 2.0], "panel_weight": [float("nan"), -1.0]})
    pa.parquet.write_table(table, tmp_path / "patients.parquet")
    (tmp_path / "agencies.parquet").write_bytes(b"no parquet")
    assert {(issue.code, issue.column, issue.row) for issue in problems(tmp_path)} == {
        ("unreadable", "", 0),
        ("wrong_type", "acuity", 0),
        ("number", "panel_weight", 2),
        ("too_small", "panel_weight", 3),
    }


def test_places_are_completed_from_the_zip_code(tmp_path):
    write(
        tmp_path,
        patients="patient_id,state,zip,latitude,longitude\n"
        "A1,,02108-1234,,\nA2,massachusetts,,,\nA3,ri,01609,42.0,-71.5\nA4,,00000,,\nA5,,01609,42.0,\n",
    )
    intake = read_folder(tmp_path, AS_OF)
    rows = intake.tables["patients"].to_pylist()
    # 02108 is Boston's Beacon Hill, 42.36 north and 71.06 west.
    assert (rows[0]["zip"], rows[0]["state"]) == ("02108", "MA")
    assert rows[0]["latitude"] == pytest.approx(42.36, abs=0.02)
    assert rows[0]["longitude"] == pytest.approx(-71.06, abs=0.02)
    assert (rows[1]["state"], rows[1]["latitude"]) == ("MA", None)
    assert (rows[2]["state"], rows[2]["latitude"], rows[2]["longitude"]) == ("RI", 42.0, -71.5)
    assert (rows[3]["state"], rows[3]["latitude"]) == (None, None)
    assert rows[4]["latitude"] == pytest.approx(42.28, abs=0.05)  # both come from 01609 in Worcester
    assert [(issue.code, issue.row) for issue in intake.issues] == [("unknown_zip", 5), ("half_place", 6)]


def test_a_patient_inherits_what_is_empty_from_the_facility(tmp_path):
    tables = SMALL | {"patients": "patient_id,facility_id,region,zip\nA1,F1,,\nA2,F1,RI-N,02903\nA3,,,\n"}
    rows = read_folder(write(tmp_path, **tables), AS_OF).tables["patients"].to_pylist()
    assert [(r["practice_id"], r["region"], r["state"]) for r in rows] == [
        ("PR1", "MA-C", "MA"),
        ("PR1", "RI-N", "RI"),  # the own ZIP code goes before the facility
        (None, None, None),
    ]


def test_the_template_has_every_table_and_reads_back_without_a_problem(tmp_path):
    written = write_template(tmp_path)
    assert [path.name for path in written] == [*(f"{name}.csv" for name in TABLES), "COLUMNS.md"]
    intake = read_folder(tmp_path, AS_OF)
    assert intake.issues == ()
    assert {name: table.num_rows for name, table in intake.tables.items()} == dict.fromkeys(TABLES, 1)


def test_the_guide_to_columns_names_every_column_once_in_its_table(tmp_path):
    guide = write_template(tmp_path)[-1].read_text(encoding="utf-8")
    for part, spec in zip(guide.split("\n## ")[1:], (*TABLES.values(), CAPACITY_SPEC), strict=True):
        assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == [each.name for each in spec.columns]


def test_data_in_another_form_is_never_passed_over_in_silence(tmp_path):
    write(tmp_path, **SMALL)
    for name in ("assignments.xlsx", "old.zip", "export.ndjson", "README.md", "notes.pdf"):
        (tmp_path / name).write_bytes(b"")
    found = [(issue.file, issue.severity) for issue in problems(tmp_path) if issue.code == "unread_file"]
    assert found == [("assignments.xlsx", "error"), ("export.ndjson", "error"), ("old.zip", "warning")]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_template_survives_export_and_intake(tmp_path, form):
    write_template(tmp_path / "template")
    first = read_folder(tmp_path / "template", AS_OF)
    write_folder(Snapshot(AS_OF, with_row_ids(first.tables)), tmp_path / "export", form)
    again = read_folder(tmp_path / "export", AS_OF)
    assert again.tables == first.tables


def with_row_ids(tables):
    assignments = tables["assignments"]
    numbered = assignments.add_column(0, "row_id", pa.array([7] * len(assignments), pa.int64()))
    return tables | {"assignments": numbered}


def test_a_bar_in_a_list_cannot_be_written_as_csv(tmp_path):
    write(tmp_path, programs="program_id,name\nA,B\n", practices="practice_id,name,programs\nP,Elm,A\n")
    tables = dict(read_folder(tmp_path, AS_OF).tables)
    table = tables["practices"]
    column = table.schema.get_field_index("programs")
    tables["practices"] = table.set_column(column, table.schema.field(column), [[["A|B"]]])
    with pytest.raises(ValueError, match=r"practices\.programs"):
        write_folder(Snapshot(AS_OF, tables), tmp_path / "export")


def test_the_error_says_in_one_sentence_what_is_wrong(tmp_path):
    write(tmp_path, agencies="agency_id,name\nA,\n")
    with pytest.raises(IntakeError, match=r"one problem.*required agencies.csv:2 name") as caught:
        read_folder(tmp_path, AS_OF)
    assert len(caught.value.errors) == 1
    assert caught.value.warnings == ()
