"""JSON text in columns: each function makes one array of texts, null where there is nothing to say."""

import json
from collections.abc import Mapping
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

Column: TypeAlias = pa.Array | pa.ChunkedArray

_CONTROL = r"[\x00-\x1f]"


def quoted(values: Column) -> pa.Array:
    """Strings."""
    plain = _whole(values).cast(pa.string())
    if pc.any(pc.match_substring_regex(plain, _CONTROL)).as_py():
        return pa.array(
            [None if each is None else json.dumps(each) for each in plain.to_pylist()], pa.string()
        )
    escaped = pc.replace_substring(pc.replace_substring(plain, "\\", "\\\\"), '"', '\\"')
    return pc.binary_join_element_wise('"', escaped, '"', "")


def bare(values: Column) -> pa.Array:
    """Numbers and booleans."""
    return _whole(values).cast(pa.string())


def constant(value: object, length: int) -> pa.Array:
    """The same JSON value in every row."""
    return pa.repeat(pa.scalar(json.dumps(value)), length)


def objects(members: Mapping[str, pa.Array]) -> pa.Array:
    """Objects of what the members have; null where none has anything."""
    named = [
        pc.binary_join_element_wise(json.dumps(name) + ":", column, "") for name, column in members.items()
    ]
    return _enclosed("{", named, "}")


def lists(*elements: pa.Array) -> pa.Array:
    """Lists of what the columns have; null where none has anything."""
    return _enclosed("[", list(elements), "]")


def flat_lists(values: pa.Array, offsets: pa.Array) -> pa.Array:
    """Lists of texts that stand one after another; null where a list is empty."""
    nested = pa.ListArray.from_arrays(offsets.cast(pa.int32()), values)
    joined = pc.binary_join(nested, ",")
    filled = pc.greater(pc.list_value_length(nested), 0)
    return pc.if_else(filled, pc.binary_join_element_wise("[", joined, "]", ""), pa.scalar(None, pa.string()))


def where(condition: pa.Array, values: pa.Array) -> pa.Array:
    """The values where the condition holds, null elsewhere."""
    return pc.if_else(pc.fill_null(condition, False), values, pa.scalar(None, pa.string()))


def _enclosed(begin: str, columns: list[pa.Array], end: str) -> pa.Array:
    """What the columns have, with commas between.

    Not joined by Arrow's own skipping of nulls, which loses rows in which all columns are null.
    """
    led = [pc.fill_null(pc.binary_join_element_wise(",", column, ""), "") for column in columns]
    joined = pc.binary_join_element_wise(*led, "")
    text = pc.binary_join_element_wise(begin, pc.utf8_slice_codeunits(joined, 1), end, "")
    return where(pc.not_equal(joined, ""), text)


def _whole(values: Column) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
