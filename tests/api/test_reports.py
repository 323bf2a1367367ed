"""Reports, as pages and as files that no spreadsheet can run."""

import io
from datetime import date, timedelta

import openpyxl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.icalendar import FOLD, Event, to_ical
from api.sheets import FORMULA, to_csv, to_workbook
from tests.api.service import NOON, assert_problem, client_of, filled_store
from tests.data import samples

HOSTILE = ("#N/A", "=1+1", '=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")


@pytest.fixture
def covered(tmp_path):
    """P2 stands in for P1 in December."""
    store = filled_store(tmp_path / "panelwise.db")
    absent = {"kind": "coverage", "covers_provider_id": "P1", "reason": "vacation; Oslo"}
    days = {"ends_on": date(2026, 12, 24)}
    rows = samples.table("assignments", samples.assigned(None, "P2", date(2026, 12, 10), **absent, **days))
    store.import_tables({"assignments": rows}, "ann", NOON)
    store.close()
    with client_of(tmp_path / "panelwise.db") as client:
        yield client


def rows_of(client, name, **query):
    return client.get(f"/reports/{name}", params=query).json()["items"]


def test_current_assignments_name_every_pair_with_the_row_that_says_so(service):
    rows = rows_of(service, "assignments")
    assert [(row["patient_id"], row["provider_id"], row["origin"]) for row in rows] == [
        ("A1", "P1", "patient"),
        ("A2", "P1", "patient"),
        ("B1", "P2", "patient"),
        ("B3", "P3", "patient"),
    ]
    assert rows[0] | {"row_id": 1, "starts_on": "2026-01-01", "practice_id": "PR1"} == rows[0]


def test_a_facility_default_and_a_stand_in_show_in_current_assignments(covered):
    default = {"kind": "facility", "facility_id": "F2", "provider_id": "P2", "starts_on": "2026-01-01"}
    assert covered.post("/tables/assignments", json=[default]).status_code == 200
    rows = {row["patient_id"]: row for row in rows_of(covered, "assignments", as_of="2026-12-15")}
    assert (rows["B2"]["provider_id"], rows["B2"]["origin"]) == ("P2", "facility")
    assert (rows["A1"]["provider_id"], rows["A1"]["acting_provider_id"]) == ("P1", "P2")
    before = {row["patient_id"]: row for row in rows_of(covered, "assignments", as_of="2026-12-09")}
    assert before["A1"]["acting_provider_id"] == "P1"


def test_changes_say_who_made_them_and_from_whom_to_whom(tmp_path):
    store = filled_store(tmp_path / "panelwise.db")
    plan = samples.plan_of("plan-1", samples.open_statement("A1", "P2", samples.row_id_of(store, "A1")))
    commit = samples.ready(store, plan, NOON)
    store.commit(commit)
    store.close()
    with client_of(tmp_path / "panelwise.db") as client:
        rows = rows_of(client, "changes", days=3650, filter="plan_id:eq:plan-1")
        told = [(row["change"], row["from_provider_id"], row["to_provider_id"], row["by"]) for row in rows]
        # the row of P1 gets its last day, and one of P2 begins
        assert sorted(told) == [("begins", "P1", "P2", "ann"), ("ends", "P1", None, "ann")]
        assert {row["patient_id"] for row in rows} == {"A1"}


def test_a_row_taken_back_is_a_change_of_its_own(tmp_path):
    store = filled_store(tmp_path / "panelwise.db")
    gone = {"action": "withdraw", "row_id": samples.row_id_of(store, "A1"), "to_provider_id": None}
    plan = samples.plan_of("plan-1", samples.open_statement("A1", None) | gone)
    store.commit(samples.ready(store, plan, NOON + timedelta(hours=1)))
    store.close()
    with client_of(tmp_path / "panelwise.db") as client:
        (row,) = rows_of(client, "changes", days=3650, filter="change:eq:taken back")
        assert (row["patient_id"], row["from_provider_id"], row["plan_id"]) == ("A1", "P1", "plan-1")


def test_capacity_says_what_room_is_left(service):
    rows = rows_of(service, "capacity", filter=["limit_id:eq:panel", "provider_id:eq:P1"])
    assert [(row["used"], row["maximum"], row["room"]) for row in rows] == [(2.0, 10.0, 8.0)]


def test_unassigned_lists_patients_and_facilities_without_a_default(service):
    rows = rows_of(service, "unassigned")
    told = [(row["kind"], row["subject_id"], row["code"]) for row in rows]
    assert told == [
        ("facility", "F1", "NO_DEFAULT"),
        ("facility", "F2", "NO_DEFAULT"),
        ("patient", "A3", "NOBODY"),
        ("patient", "B2", "NOBODY"),
    ]


def test_coverage_is_listed_until_it_is_over_and_goes_into_a_calendar(covered):
    (row,) = rows_of(covered, "coverage")
    assert (row["provider_id"], row["covers_provider_id"], row["scope"]) == ("P2", "P1", "all")
    assert rows_of(covered, "coverage", days=8) == []  # it begins nine days from now
    assert rows_of(covered, "coverage", as_of="2026-12-24") == []
    text = covered.get("/reports/coverage", params={"format": "ics"}).text
    assert "DTSTART;VALUE=DATE:20261210\r\nDTEND;VALUE=DATE:20261224\r\n" in text
    assert "SUMMARY:P2 stands in for P1\r\n" in text
    assert_problem(covered.get("/reports/capacity", params={"format": "ics"}), 422, "REQUEST")


@pytest.mark.parametrize("name", ["assignments", "changes", "coverage", "capacity", "unassigned"])
def test_every_format_has_the_same_rows(covered, name):
    query = {"days": 3650, "sort": "-row_id" if name in ("assignments", "coverage") else ""}
    told = covered.get(f"/reports/{name}", params=query).json()
    files = {
        kind: covered.get(f"/reports/{name}", params=query | {"format": kind})
        for kind in ("csv", "xlsx", "parquet")
    }
    assert all(
        f'filename="{name}.{kind}"' in each.headers["content-disposition"] for kind, each in files.items()
    )
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content))
    listed = pyarrow.parquet.read_table(io.BytesIO(files["parquet"].content))
    counts = {
        "csv": pyarrow.csv.read_csv(io.BytesIO(files["csv"].content)).num_rows,
        "xlsx": book["Rows"].max_row - 1,
        "parquet": listed.num_rows,
    }
    assert counts == dict.fromkeys(counts, told["total"])
    first = listed.column_names[0]
    assert [str(row[first]) for row in told["items"]] == [str(each) for each in listed[first].to_pylist()]
    about = {row[0].value: row[1].value for row in book["About"].rows}
    assert (about["as of"], about["written for"]) == ("2026-12-01", "ann")


def test_filters_and_days_that_make_no_sense_are_refused(service):
    body = assert_problem(
        service.get("/reports/capacity", params={"filter": "x:eq:1", "format": "csv"}), 422, "REQUEST"
    )
    assert "no column 'x'" in body["details"][0]
    assert_problem(service.get("/reports/nothing"), 422, "REQUEST")


def test_a_hostile_name_runs_in_no_spreadsheet(service):
    name = '=HYPERLINK("http://elsewhere","a")'
    service.put("/tables/providers/P1", json={"name": name, "roles": ["physician"], "practice_id": "PR1"})
    asked = {"filter": "provider_id:eq:P1"}
    text = service.get("/reports/capacity", params=asked | {"format": "csv"}).text
    assert "'=HYPERLINK" in text
    assert ',"=' not in text
    content = service.get("/reports/capacity", params=asked | {"format": "xlsx"}).content
    cell = openpyxl.load_workbook(io.BytesIO(content))["Rows"]["B2"]
    assert (cell.value, cell.data_type) == (name, "s")


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), max_size=5))
def test_no_text_begins_like_a_formula_in_csv_and_all_texts_come_back(texts):
    written = to_csv(
        pa.table({"a": pa.array(texts, pa.string()), "n": pa.array([-1.5] * len(texts), pa.float64())})
    )
    options = pyarrow.csv.ParseOptions(newlines_in_values=True)
    typed = pyarrow.csv.ConvertOptions(column_types={"a": pa.string(), "n": pa.float64()})
    back = pyarrow.csv.read_csv(io.BytesIO(written), parse_options=options, convert_options=typed)
    runs = pa.compute.match_substring_regex(pa.array(texts, pa.string()), FORMULA).to_pylist()
    assert back["a"].to_pylist() == [
        f"'{text}" if hostile else text for text, hostile in zip(texts, runs, strict=True)
    ]
    assert not any(pa.compute.match_substring_regex(back["a"], FORMULA).to_pylist())
    assert back["n"].to_pylist() == [-1.5] * len(texts)


def test_a_workbook_types_every_text_as_text_and_drops_what_xml_cannot_hold():
    book = openpyxl.load_workbook(
        io.BytesIO(to_workbook({"Rows": pa.table({"=a": [*HOSTILE, "\x00x", None]})}, {"=b": "=c"}))
    )
    cells = [cell for sheet in book for row in sheet.rows for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert book["Rows"]["A10"].value == "\ufffdx"


@given(st.text(max_size=200), st.text(max_size=30))
def test_no_text_breaks_out_of_its_calendar_line(summary, description):
    event = Event("1", date(2026, 12, 1), date(2026, 12, 1), summary, description)
    written = to_ical("x", [event], NOON).decode()
    lines = written.split("\r\n")
    assert all(len(line.encode()) <= FOLD for line in lines)
    unfolded = written.replace("\r\n ", "").split("\r\n")
    assert [line.partition(":")[0].partition(";")[0] for line in unfolded[:4]] == [
        "BEGIN",
        "VERSION",
        "PRODID",
        "X-WR-CALNAME",
    ]
    assert len(unfolded) == 5 + 8 + bool(description) + 1
    assert "DTEND;VALUE=DATE:20261202" in unfolded  # a day at least
