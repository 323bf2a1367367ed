import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.list_text import decode_lists, encode_lists

LISTS = pa.list_(pa.string())


@pytest.mark.parametrize(
    ("elements", "text"),
    [
        (None, None),
        ([], ""),
        (["CCM"], "CCM"),
        (["en", "es"], "en|es"),
        ([""], r"\e"),
        (["", ""], r"\e|\e"),
        ([None], r"\0"),
        (["a|b", "c"], r"a\|b|c"),
        (["\\"], r"\\"),
        (["\\e"], r"\\e"),
    ],
)
def test_a_list_is_this_text_and_comes_back(elements, text):
    assert encode_lists(pa.chunked_array([pa.array([elements], LISTS)])).to_pylist() == [text]
    assert decode_lists(pa.chunked_array([pa.array([text], pa.string())])).to_pylist() == [elements]


@given(st.lists(st.none() | st.lists(st.none() | st.text("a|\\e0é ", max_size=4), max_size=4), max_size=6))
def test_any_lists_come_back(lists):
    column = pa.chunked_array([pa.array(lists, LISTS)])
    assert decode_lists(pa.chunked_array([encode_lists(column)])).to_pylist() == lists


def test_parts_of_a_column_are_read_as_parts():
    column = pa.chunked_array([pa.array([["a"], ["b", "c"], None, []], LISTS)]).slice(1, 2)
    assert encode_lists(column).to_pylist() == ["b|c", None]


def test_a_column_without_any_value_is_a_column_of_missing_lists():
    assert decode_lists(pa.chunked_array([pa.nulls(2, pa.int64())])).to_pylist() == [None, None]
