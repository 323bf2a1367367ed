"""JSON built in columns is the JSON that a library would write."""

import json

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from data.fhir.json_columns import bare, flat_lists, lists, objects, quoted

TEXTS = st.lists(st.one_of(st.none(), st.text()), min_size=1, max_size=8)


@given(TEXTS)
def test_every_text_survives(texts):
    told = quoted(pa.array(texts, pa.string())).to_pylist()
    assert [None if each is None else json.loads(each) for each in told] == texts


@given(TEXTS, st.integers(-5, 5))
def test_what_is_null_is_left_out_and_rows_stay_in_their_places(texts, number):
    values = pa.array(texts, pa.string())
    numbers = pa.array([number if each else None for each in texts], pa.int64())
    told = objects({"a": quoted(values), "b": bare(numbers)}).to_pylist()
    expected = [
        {key: value for key, value in (("a", text), ("b", number if text else None)) if value is not None}
        or None
        for text in texts
    ]
    assert [None if each is None else json.loads(each) for each in told] == expected


@given(st.lists(st.lists(st.text(), max_size=3), min_size=1, max_size=5))
def test_lists_of_lists_keep_their_elements(nested):
    flat = quoted(pa.array([each for some in nested for each in some], pa.string()))
    sizes = [0]
    for some in nested:
        sizes.append(sizes[-1] + len(some))
    told = flat_lists(flat, pa.array(sizes)).to_pylist()
    assert [[] if each is None else json.loads(each) for each in told] == nested


def test_a_list_of_nothing_is_nothing():
    assert lists(pa.nulls(2, pa.string())).to_pylist() == [None, None]
