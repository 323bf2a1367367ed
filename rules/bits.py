"""Sets of providers as packed bits: one row of 64-bit words for each class of patients."""

import numpy as np
import numpy.typing as npt

from rules.coding import Int32, Int64

Words = npt.NDArray[np.uint64]
Bool = npt.NDArray[np.bool_]

_MIX = np.uint64(0xBF58476D1CE4E5B9)  # multiplier of splitmix64 (Steele, Lea, Flood 2014)

COMPILED_FROM = 20_000
"""Words from which compiled code unpacks them; below, its import would take longer than it saves."""


def pack(bits: Bool) -> Words:
    """Rows of truth values as words; the rest of the last word is zero."""
    columns = bits.shape[1]
    packed = np.zeros((len(bits), words_for(columns) * 8), np.uint8)
    packed[:, : (columns + 7) // 8] = np.packbits(bits, axis=1)
    return packed.view(np.uint64)


def words_for(columns: int) -> int:
    """Number of words of a row."""
    return max((columns + 63) // 64, 1)


def full(columns: int) -> Words:
    """One row with every provider."""
    return pack(np.ones((1, columns), np.bool_))


def lookup(words: Words, rows: Int32, columns: Int32) -> Bool:
    """The bit of every (row, column) pair."""
    packed = words.view(np.uint8)
    return ((packed[rows, columns >> 3] >> (7 - (columns & 7)).astype(np.uint8)) & 1).astype(np.bool_)


def count(words: Words) -> Int32:
    """Number of providers in every row."""
    return np.bitwise_count(words).sum(axis=1, dtype=np.int32)


def unpack_rows(words: Words) -> tuple[Int32, Int64]:
    """Providers of every row, ascending, one row after another, and the number of each."""
    packed, lengths = words.view(np.uint8), count(words).astype(np.int64)
    if words.size < COMPILED_FROM:
        row, byte = np.nonzero(packed)
        item, bit = np.nonzero(np.unpackbits(packed[row, byte][:, None], axis=1))
        return (byte[item] * 8 + bit).astype(np.int32), lengths
    from rules.unpacking import fill_positions

    providers = np.empty(int(lengths.sum()), np.int32)
    fill_positions(packed, providers)
    return providers, lengths


def fingerprints(words: Words) -> list[bytes]:
    """16 bytes for every row, equal for equal rows.

    Two independent 64-bit hashes: among a million different rows the chance that any two agree is
    below 1e-26, so that rows need not be kept to be compared.
    """
    generator = np.random.default_rng(20)
    hashes = np.empty((len(words), 2), np.uint64)
    mixed = (words ^ (words >> np.uint64(29))) * _MIX
    mixed ^= mixed >> np.uint64(32)
    for half in range(2):
        weights = generator.integers(1, 1 << 63, words.shape[1], dtype=np.uint64) | np.uint64(1)
        hashes[:, half] = (mixed * weights).sum(axis=1, dtype=np.uint64)
        mixed = (mixed ^ (mixed >> np.uint64(31))) * _MIX
    found: list[bytes] = hashes.view(np.dtype("V16")).ravel().tolist()
    return found


def distinct_rows(table: npt.NDArray[np.generic]) -> tuple[Int32, Int32]:
    """Number of the equal row's group for each row, and the first row of each group."""
    width = table.shape[1] * table.itemsize
    if 0 < width <= 8:
        keys = np.zeros((len(table), 8), np.uint8)
        keys[:, :width] = np.ascontiguousarray(table).view(np.uint8)
        _, begin, inverse = np.unique(keys.view(np.int64).ravel(), return_index=True, return_inverse=True)
        rank = np.argsort(np.argsort(begin)).astype(np.int32)
        return rank[inverse], np.sort(begin).astype(np.int32)
    known: dict[bytes, int] = {}
    first: list[int] = []
    group = np.empty(len(table), np.int32)
    for position, row in enumerate(table):
        key = row.tobytes()
        found = known.get(key)
        if found is None:
            found = known[key] = len(first)
            first.append(position)
        group[position] = found
    return group, np.array(first, np.int32)
