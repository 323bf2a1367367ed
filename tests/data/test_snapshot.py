from datetime import date

import pyarrow as pa
import pytest

from data.columns import TABLES
from data.order import joined, sorted_by_key
from data.slot import Slot
from data.snapshot import MOST_INDEXED, ROW_ID, Snapshot, empty_table
from tests.builders import TODAY, snapshot

DATA = snapshot(
    patients=[{"patient_id": "A1", "facility_id": "F2"}, {"patient_id": "A2"}],
    facilities=[{"facility_id": "F1"}, {"facility_id": "F2"}],
)


def test_tables_that_are_not_given_are_there_and_empty():
    assert set(DATA.tables) == set(TABLES)
    assert DATA["pins"].num_rows == 0
    assert DATA["assignments"].schema.field(0).equals(ROW_ID)
    assert empty_table("pins").schema.equals(TABLES["pins"].schema)


def test_positions_are_rows_and_minus_one_where_there_is_none():
    ids = pa.chunked_array([["F2", None], ["F9", "F1"]])
    assert DATA.positions("facilities", ids).tolist() == [1, -1, -1, 0]
    assert [DATA.position("facilities", each) for each in ("F1", "F2", "F9")] == [0, 1, -1]


def test_other_tables_have_other_positions():
    assert DATA.position("facilities", "F2") == 1
    other = DATA.with_tables(facilities=DATA.facilities.slice(1))
    assert (other.position("facilities", "F2"), DATA.position("facilities", "F2")) == (0, 1)
    assert other.facility_ids == ["F2"]


def test_another_day_is_the_same_data():
    other = DATA.on(date(2030, 1, 1))
    assert (other.as_of, DATA.as_of) == (date(2030, 1, 1), TODAY)
    assert other.patient_ids == ["A1", "A2"]
    assert Snapshot(TODAY, {}).provider_ids == []


def test_rows_are_put_in_the_order_of_their_key_with_empty_parts_last():
    rows = [
        {"kind": "patient", "patient_id": "A2"},
        {"kind": "coverage", "patient_id": None},
        {"kind": "patient", "patient_id": "A1"},
        {"kind": "coverage", "patient_id": "A9"},
    ]
    table = pa.Table.from_pylist(rows, schema=TABLES["assignments"].schema)
    ordered = sorted_by_key("assignments", table)
    assert ordered["patient_id"].to_pylist() == ["A9", None, "A1", "A2"]


def test_keys_are_joined_so_that_different_ones_stay_different():
    table = pa.table({"a": ["x", "x", None], "b": [1, None, 1]})
    assert joined(table, ("a", "b")).to_pylist() == ["x\x1f1", "x\x1f", "\x1f1"]


@pytest.mark.parametrize(
    ("slot", "program", "specialty", "text"),
    [
        (Slot(), "", "", "primary/physician"),
        (Slot("program:CCM", "care_manager"), "CCM", "", "program:CCM/care_manager"),
        (Slot("specialty:207N00000X"), "", "207N00000X", "specialty:207N00000X/physician"),
    ],
)
def test_a_slot_knows_its_program_or_specialty(slot, program, specialty, text):
    assert (slot.program, slot.specialty, str(slot)) == (program, specialty, text)


@pytest.mark.parametrize("level", ["", "secondary", "program", "program:", "role:x"])
def test_a_level_that_is_none_is_refused(level):
    with pytest.raises(ValueError, match="is not primary, program:ID or specialty:CODE"):
        Slot(level)


def test_a_slot_without_a_role_is_refused():
    with pytest.raises(ValueError, match="role is empty"):
        Slot("primary", "")


def test_rows_of_long_tables_are_found_without_an_index_of_all_ids():
    ids = [f"A{row:06}" for row in range(MOST_INDEXED + 1)]
    long = snapshot(patients=[{"patient_id": "A"}])
    schema = long.patients.schema
    columns = [
        pa.array(ids if field.name == "patient_id" else [None] * len(ids), field.type) for field in schema
    ]
    long = long.with_tables(patients=pa.table(columns, schema=schema))
    wanted = ["A000000", "A012345", ids[-1], "A0123456", "", "zzz"]
    assert [long.position("patients", each) for each in wanted] == [0, 12345, MOST_INDEXED, -1, -1, -1]
    backwards = long.with_tables(patients=long.patients.take(pa.array(range(MOST_INDEXED, -1, -1))))
    assert backwards.position("patients", "A012345") == MOST_INDEXED - 12345
