"""One CSV file at a time: encodings, separators, headers, rows, cells."""

from datetime import date

import pytest

from data.columns import TABLES
from data.intake import read_folder
from tests.data.intake.folders import AS_OF, SMALL, only, problems, write


def test_a_correct_folder_gives_exactly_the_declared_schemas(tmp_path):
    intake = read_folder(write(tmp_path, **SMALL), AS_OF)
    assert sorted(intake.tables) == ["facilities", "patients", "practices", "providers"]
    for name, table in intake.tables.items():
        assert table.schema.equals(TABLES[name].schema)
    assert intake.tables["patients"]["patient_id"].to_pylist() == ["A1", "A2", "A3"]
    assert intake.tables["patients"]["acuity"].to_pylist() == [1, 1, 1]
    assert intake.tables["patients"]["needs"].to_pylist() == [[], [], []]
    assert intake.source == "csv"


def test_rows_are_sorted_by_key(tmp_path):
    write(tmp_path, agencies="agency_id,name\nB,Second\nA,First\n")
    assert read_folder(tmp_path, AS_OF).tables["agencies"]["name"].to_pylist() == ["First", "Second"]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffagency_id,name\nA,Ärzte\n",
        "agency_id,name\r\nA,Ärzte\r\n",
        " Agency_ID , NAME \nA, Ärzte \n",
        'name,agency_id\n"Ärzte","A"\n',
        "agency_id,name\nA,Ärzte\n,\n\n,\n",
        "agency_id,name,,\nA,Ärzte,,\n",
        "\n\nagency_id,name\nA,Ärzte\n",
    ],
    ids=[
        "byte order mark",
        "CRLF",
        "header with spaces",
        "quoted",
        "blank rows",
        "blank columns",
        "blank rows first",
    ],
)
def test_harmless_varieties_of_csv_read_the_same(tmp_path, text):
    intake = read_folder(write(tmp_path, agencies=text), AS_OF)
    assert intake.tables["agencies"].to_pylist() == [{"agency_id": "A", "name": "Ärzte"}]
    assert intake.issues == ()


def test_a_quoted_field_may_hold_commas_newlines_and_quotes(tmp_path):
    write(tmp_path, agencies='agency_id,name\nA,"Bay, ""North""\nHealth"\nB,\n')
    issue = only(tmp_path, "required")
    assert issue.row == 3  # as a spreadsheet shows it, although it is the fourth line of text
    write(tmp_path, agencies='agency_id,name\nA,"Bay, ""North""\nHealth"\n')
    assert read_folder(tmp_path, AS_OF).tables["agencies"]["name"].to_pylist() == ['Bay, "North"\nHealth']


@pytest.mark.parametrize(
    ("encoding", "named"), [("cp1252", "Windows-1252"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16")]
)
def test_another_encoding_is_named_and_never_guessed(tmp_path, encoding, named):
    (tmp_path / "agencies.csv").write_bytes("agency_id,name\nA,José\n".encode(encoding))
    issue = only(tmp_path, "encoding")
    assert issue.value == named
    assert "UTF-8" in issue.remedy


def test_bytes_that_windows_1252_does_not_have_are_called_latin_1(tmp_path):
    (tmp_path / "agencies.csv").write_bytes(b"agency_id,name\nA,Jos\x81\n")
    issue = only(tmp_path, "encoding")
    assert (issue.value, issue.row) == ("Latin-1 (ISO 8859-1)", 2)


def test_letters_lost_in_an_earlier_conversion_are_a_warning(tmp_path):
    intake = read_folder(write(tmp_path, agencies="agency_id,name\nA,Jos\ufffd\n"), AS_OF)
    assert [(issue.code, issue.row) for issue in intake.issues] == [("replacement_character", 2)]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_another_separator_is_named(tmp_path, separator):
    write(tmp_path, agencies="agency_id,name\nA,Bay\n".replace(",", separator))
    assert only(tmp_path, "separator").value == separator


def test_an_unclosed_quotation_mark_does_not_swallow_the_rest(tmp_path):
    write(tmp_path, agencies='agency_id,name\nA,Bay\nB,"Sea\nC,Hill\n')
    assert only(tmp_path, "quotes").row == 3


def test_an_unclosed_quotation_mark_in_the_header_of_a_long_file_is_reported(tmp_path):
    write(tmp_path, agencies='agency_id,"name\n' + "A,Bay\n" * 50_000)
    assert only(tmp_path, "quotes").row == 1


def test_quoted_fields_between_semicolons_are_a_matter_of_the_separator(tmp_path):
    write(tmp_path, agencies='"agency_id";"name"\n"A";"Bay"\n')
    assert only(tmp_path, "separator").value == ";"


def test_two_broken_quotation_marks_do_not_hide_each_other(tmp_path):
    write(tmp_path, agencies='agency_id,name\nA,"Bay\nB,Sea\nC,"Hill\nD,End\n')
    assert only(tmp_path, "quotes").row == 2


def test_ragged_rows_are_reported_with_their_rows_and_do_not_shift_the_others(tmp_path):
    write(tmp_path, agencies="agency_id,name\nA\nB,Sea\nC,Hill,Top\nD,\n")
    found = [(issue.code, issue.row) for issue in problems(tmp_path)]
    assert found == [("ragged_row", 2), ("ragged_row", 4), ("required", 5)]


def test_rows_are_counted_from_the_top_of_the_file_where_the_header_is_lower(tmp_path):
    write(tmp_path, agencies="\n\nagency_id,name\nA\n\nB,\n")
    assert [(issue.code, issue.row) for issue in problems(tmp_path)] == [("ragged_row", 4), ("required", 6)]


def test_an_unknown_column_is_an_error_with_the_nearest_name(tmp_path):
    write(tmp_path, agencies="agency_id,nam\nA,Bay\n")
    issue = only(tmp_path, "unknown_column")
    assert "did you mean 'name'" in issue.message
    assert only(tmp_path, "missing_column").column == "name"


def test_a_column_named_twice_and_a_nameless_one_with_values(tmp_path):
    write(tmp_path, agencies="agency_id,name,Name,\nA,Bay,Sea,x\n")
    assert only(tmp_path, "duplicate_column").column == "name"
    assert "column 4" in only(tmp_path, "nameless_column").message


@pytest.mark.parametrize("content", ["", " \n", "\ufeff"])
def test_an_empty_file_is_an_error(tmp_path, content):
    assert only(write(tmp_path, agencies=content), "empty_file").file == "agencies.csv"


def test_a_header_without_rows_is_an_empty_table(tmp_path):
    intake = read_folder(write(tmp_path, agencies="agency_id,name\n"), AS_OF)
    assert intake.tables["agencies"].num_rows == 0


BAD_CELLS = [
    ("patients", "acuity", "two", "integer"),
    ("patients", "acuity", "1.5", "integer"),
    ("patients", "acuity", "99999999999999999999", "integer"),
    ("patients", "acuity", "0", "too_small"),
    ("patients", "acuity", "6", "too_large"),
    ("patients", "panel_weight", "NaN", "number"),
    ("patients", "panel_weight", "inf", "number"),
    ("patients", "panel_weight", "1e999", "number"),
    ("patients", "panel_weight", '"1,200"', "number"),
    ("patients", "panel_weight", "-1", "too_small"),
    ("patients", "active", "maybe", "boolean"),
    ("patients", "birth_date", "12/31/1950", "date_format"),
    ("patients", "birth_date", "31.12.1950", "date_format"),
    ("patients", "birth_date", "1950-12-31T00:00:00", "date_format"),
    ("patients", "birth_date", "18628", "date_format"),
    ("patients", "birth_date", "soon", "date"),
    ("patients", "birth_date", "2026-02-30", "impossible_date"),
    ("patients", "birth_date", "1900-02-29", "impossible_date"),
    ("patients", "birth_date", "1950-13-01", "impossible_date"),
    ("patients", "birth_date", "1950-00-10", "impossible_date"),
    ("patients", "birth_date", "0000-01-01", "impossible_date"),
    ("patients", "birth_date", "2026-11-22", "birth_in_future"),
    ("patients", "zip", "1609", "zip"),
    ("patients", "zip", "01609-12", "zip"),
    ("patients", "state", "Massachusets", "state"),
    ("patients", "latitude", "91", "latitude"),
    ("patients", "longitude", "-181", "longitude"),
    ("providers", "panel_status", "open", "choice"),
    ("providers", "max_facilities", "-1", "too_small"),
]


@pytest.mark.parametrize(("table", "column", "value", "code"), BAD_CELLS)
def test_a_wrong_cell_is_reported_at_its_place(tmp_path, table, column, value, code):
    start = {"patients": ("patient_id", "A1"), "providers": ("provider_id,name,roles", "P1,Ada,physician")}
    header, row = start[table]
    write(tmp_path, **{table: f"{header},{column}\n{row},{value}\n"})
    issue = only(tmp_path, code)
    assert (issue.file, issue.row, issue.column) == (f"{table}.csv", 2, column)
    assert issue.value == value.strip('"')
    assert issue.severity == "error"
    assert issue.remedy


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("12/31/2026", "month/day/year"),
        ("31/12/2026", "day/month/year"),
        ("05/06/2026", "look which"),
        ("2026/12/31", "another separator"),
        ("2026-1-5", "without leading zeros"),
        ("20261231", "YYYYMMDD"),
        ("1/2/26", "two-digit year"),
    ],
)
def test_a_foreign_date_is_named_by_its_likely_form(tmp_path, value, form):
    write(tmp_path, patients=f"patient_id,transition_until\nA1,{value}\n")
    assert form in only(tmp_path, "date_format").message


def test_cells_are_read_in_every_accepted_spelling(tmp_path):
    write(
        tmp_path,
        patients="patient_id,active,acuity,panel_weight,birth_date,needs\n"
        "A1,YES,+2,1e1,2024-02-29,a | b||a\n"
        "A2,0,3.0,.5,1999-12-31,\n",
    )
    first, second = read_folder(tmp_path, AS_OF).tables["patients"].to_pylist()
    assert (first["active"], first["acuity"], first["panel_weight"]) == (True, 2, 10.0)
    assert (first["birth_date"], first["needs"]) == (date(2024, 2, 29), ["a", "b"])
    assert (second["active"], second["acuity"], second["panel_weight"]) == (False, 3, 0.5)
    assert (second["birth_date"], second["needs"]) == (date(1999, 12, 31), [])


def test_choices_do_not_mind_capitals(tmp_path):
    write(tmp_path, providers="provider_id,name,roles,max_panel,panel_status\nP1,Ada,physician,1,Closed\n")
    assert read_folder(tmp_path, AS_OF).tables["providers"]["panel_status"].to_pylist() == ["closed"]


def test_millions_of_equal_problems_are_a_thousand_and_a_count(tmp_path):
    rows = "\n".join(f"A{number},x" for number in range(1500))
    write(tmp_path, patients=f"patient_id,acuity\n{rows}\n")
    issues = problems(tmp_path)
    assert len(issues) == 1001
    assert issues[0].row == 0
    assert issues[0].value == "1500"
    assert issues[1].row == 2
