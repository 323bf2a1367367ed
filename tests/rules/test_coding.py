import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from rules.coding import coded_array, coded_lists, combined, distinct


def agrees(coded, values):
    """Codes are equal exactly where values are, and `first` finds the first of each."""
    for row, value in enumerate(values):
        first = coded.first[coded.code[row]]
        assert values[first] == value
        assert first == values.index(value)


@given(st.lists(st.integers(-3, 3) | st.integers(-(2**40), 2**40), min_size=1))
def test_integers_are_coded_by_value(values):
    agrees(distinct(np.array(values, np.int64)), values)


@given(st.lists(st.none() | st.sampled_from(["", "a", "b"]), min_size=1))
def test_texts_are_coded_by_value_and_null_is_one(values):
    agrees(coded_array(pa.array(values, pa.string())), values)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3000), st.integers(0, 3000)), min_size=1))
def test_combinations_are_coded_by_all_their_parts(rows):
    parts = [distinct(np.array(column, np.int64)) for column in zip(*rows, strict=True)]
    agrees(combined(parts, len(rows)), rows)


@given(st.lists(st.lists(st.integers(0, 2), max_size=12), min_size=1))
def test_lists_are_coded_by_order_and_length(lists):
    offsets = np.cumsum([0, *map(len, lists)])
    codes = np.array([item for each in lists for item in each], np.int32)
    agrees(coded_lists(codes, 3, offsets), lists)
