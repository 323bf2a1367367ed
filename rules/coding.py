"""Fields as codes: equal values have equal codes, so that distinct combinations are cheap to find."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]

_FLAGS_LIMIT = 1 << 22


@dataclass(frozen=True)
class Coded:
    """`code[row]` in `range(size)`; `first[code]` is a row that has it."""

    code: Int32
    first: Int32

    @property
    def size(self) -> int:
        """Number of different codes."""
        return len(self.first)


def one_code(rows: int) -> Coded:
    """The same code for every row."""
    return Coded(np.zeros(rows, np.int32), np.zeros(min(rows, 1), np.int32))


def distinct(keys: Int64) -> Coded:
    """Codes of integer keys, in order of first appearance."""
    if not len(keys):
        return Coded(np.zeros(0, np.int32), np.zeros(0, np.int32))
    encoded = pa.array(keys).dictionary_encode()
    code: Int32 = encoded.indices.to_numpy()
    return Coded(code, first_rows(code, len(encoded.dictionary)))


def first_rows(code: Int32, size: int) -> Int32:
    """The first row of every code."""
    first = np.zeros(size, np.int32)
    first[code[::-1]] = np.arange(len(code) - 1, -1, -1, dtype=np.int32)
    return first


def combined(parts: Sequence[Coded], rows: int) -> Coded:
    """Codes of the distinct combinations of several codings of the same rows."""
    joined = one_code(rows)
    for part in parts:
        if part.size <= 1:
            continue
        joined = part if joined.size <= 1 else _joined(joined, part)
    return joined


def _joined(left: Coded, right: Coded) -> Coded:
    key = left.code.astype(np.int64) * right.size + right.code
    span = left.size * right.size
    if span > _FLAGS_LIMIT:
        return distinct(key)
    seen = np.zeros(span, np.bool_)
    seen[key] = True
    number = np.cumsum(seen, dtype=np.int32) - 1
    code = number[key].astype(np.int32, copy=False)
    return Coded(code, first_rows(code, int(seen.sum())))


def coded_array(values: pa.Array | pa.ChunkedArray) -> Coded:
    """Codes of a scalar column; null is a value like any other."""
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    encoded = array.dictionary_encode(null_encoding="encode")
    code = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return Coded(code, first_rows(code, len(encoded.dictionary)))


def coded_lists(codes: Int32, size: int, offsets: Int64) -> Coded:
    """Codes of lists: row r holds `codes[offsets[r]:offsets[r + 1]]`, each below `size`."""
    if not len(codes):
        return one_code(len(offsets) - 1)
    lengths = np.diff(offsets)
    longest = int(lengths.max(initial=0))
    if longest > 8:
        return _coded_bytes(codes, offsets)
    joined = distinct(lengths)
    for position in range(longest):
        has = lengths > position
        item = np.zeros(len(lengths), np.int32)
        item[has] = codes[offsets[:-1][has] + position] + 1
        key = joined.code.astype(np.int64) * (size + 1) + item
        joined = distinct(key)
    return joined


def _coded_bytes(codes: Int32, offsets: Int64) -> Coded:
    """Codes of long lists, through their bytes."""
    known: dict[bytes, int] = {}
    code = np.empty(len(offsets) - 1, np.int32)
    for row, (start, end) in enumerate(zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)):
        code[row] = known.setdefault(codes[start:end].tobytes(), len(known))
    return Coded(code, first_rows(code, len(known)))
