from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from data.snapshot import empty_table
from data.synthetic.arrow import build, dates, ids, joined, known_numbers, lists_of, take, take_lists


def test_ids_have_leading_zeros_so_that_text_order_is_number_order():
    assert ids("P", 3).to_pylist() == ["P0001", "P0002", "P0003"]
    many = ids("P", 12_000).to_pylist()
    assert many[0] == "P00001"
    assert many == sorted(many)


def test_a_negative_code_takes_null():
    assert take(["a", "b"], np.array([1, -1, 0])).to_pylist() == ["b", None, "a"]


def test_parts_are_joined_without_a_separator():
    assert joined(pa.array(["a", "b"]), pa.scalar("-"), pa.array(["c", "d"])).to_pylist() == ["a-c", "b-d"]


def test_lists_are_taken_by_code():
    assert take_lists(((), ("x", "y")), np.array([1, 0, 1])).to_pylist() == [["x", "y"], [], ["x", "y"]]


def test_flags_become_lists_of_what_is_set():
    flags = np.array([[False, False], [True, True], [False, True], [False, False]])
    assert lists_of(flags, ["x", "y"]).to_pylist() == [[], ["x", "y"], ["y"], []]


def test_days_become_dates_and_unknown_ones_null():
    # 1970-01-01 is day 0, so day 31 is the first of February
    assert dates(np.array([31, 5]), np.array([True, False])).to_pylist() == [date(1970, 2, 1), None]


def test_unknown_numbers_are_null():
    assert known_numbers(np.array([1.5, 2.5]), np.array([False, True])).to_pylist() == [None, 2.5]


def test_columns_that_are_not_given_are_null_or_their_default():
    table = build("patients", 2, {"patient_id": ids("A", 2)})
    assert table["acuity"].to_pylist() == [1, 1]
    assert table["active"].to_pylist() == [True, True]
    assert table["name"].null_count == 2


def test_assignments_get_row_ids_of_rows_that_are_not_stored():
    table = build("assignments", 1, {"patient_id": pa.array(["A1"])})
    assert table.schema == empty_table("assignments").schema
    assert table["row_id"].to_pylist() == [0]


def test_a_column_that_the_table_does_not_have_is_refused():
    with pytest.raises(KeyError, match="colour"):
        build("patients", 1, {"colour": pa.array(["red"])})
