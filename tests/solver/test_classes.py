"""Numbering of equal rows, pieces and sorted sets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from solver.classes import contained, fold, gather, spans


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 2**60)), min_size=1, max_size=30))
def test_rows_get_one_number_exactly_where_they_are_equal(rows):
    number, first = fold([np.array(column) for column in zip(*rows, strict=True)])
    known = list(dict.fromkeys(rows))
    assert number.tolist() == [known.index(row) for row in rows]
    assert [rows[entry] for entry in first] == known


def test_spans_and_gather_go_together():
    assert spans(np.array([2, 0, 3])).tolist() == [0, 2, 2, 5]
    assert gather(np.array([5, 0, 9]), np.array([2, 0, 1])).tolist() == [5, 6, 9]


def test_contained_knows_values_beyond_both_ends():
    known = np.array([2, 5])
    assert contained(np.array([1, 2, 3, 5, 9]), known).tolist() == [False, True, False, True, False]
    assert contained(np.array([1]), known[:0]).tolist() == [False]
