r"""Lists of text in one text cell: elements joined by `|`.

A backslash and a bar inside an element are escaped (`\\`, `\|`); an empty element is `\e`, a null one `\0`.
So the empty list is the empty text, a missing list is null, and every list comes back as it was.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

EMPTY = r"\e"
NULL = r"\0"


def encode_lists(column: pa.ChunkedArray) -> pa.Array:
    """Text of every list."""
    lists = _one_array(column)
    values = pc.replace_substring(pc.list_flatten(lists), "\\", "\\\\")
    values = pc.replace_substring(values, "|", "\\|")
    values = pc.fill_null(pc.if_else(pc.equal(values, ""), EMPTY, values), NULL)
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    texts = pc.binary_join(pa.ListArray.from_arrays(offsets, values), "|")
    return pc.if_else(pc.is_valid(lists), texts, pa.scalar(None, pa.string()))


def decode_lists(column: pa.ChunkedArray) -> pa.Array:
    """Lists of every text; each distinct text is read once."""
    coded = _one_array(column).cast(pa.string()).dictionary_encode()
    distinct = [_elements(text) for text in coded.dictionary.to_pylist()]
    return pa.array(distinct, pa.list_(pa.string())).take(coded.indices)


def _elements(text: str) -> list[str | None]:
    if not text:
        return []
    if "\\" not in text:
        return list(text.split("|"))
    found: list[str | None] = [""]
    letters = iter(text)
    for letter in letters:
        if letter == "|":
            found.append("")
            continue
        meant: str | None = letter
        if letter == "\\":
            after = next(letters)
            meant = {"e": "", "0": None}.get(after, after)
        found[-1] = None if meant is None else (found[-1] or "") + meant
    return found


def _one_array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
