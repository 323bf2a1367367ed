"""Patients who are interchangeable: equal in everything that the problem knows of them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


def fold(columns: Sequence[npt.NDArray[np.integer]]) -> tuple[Int32, Int64]:
    """Number the distinct combinations of integer columns of one length, in order of first appearance.

    Returns the number of every entry and, for each number, the first entry that has it. One hashing pass
    for each column, so that a million entries take well under a second.
    """
    length = len(columns[0])
    code = np.zeros(length, dtype=np.int64)
    for column in columns:
        value, distinct = pd.factorize(column)
        code = code * max(len(distinct), 1) + value
        code = pd.factorize(code)[0].astype(np.int64, copy=False)
    first = np.flatnonzero(np.diff(np.maximum.accumulate(code), prepend=-1))
    return code.astype(np.int32), first.astype(np.int64)


def spans(lengths: npt.NDArray[np.integer]) -> Int64:
    """Boundaries of consecutive pieces: `spans([2, 0, 3])` is `[0, 2, 2, 5]`."""
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])


def contained(values: Int64, known: Int64) -> npt.NDArray[np.bool_]:
    """Which values are among the known ones, which ascend."""
    if not len(known):
        return np.zeros(len(values), np.bool_)
    return known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values


def gather(start: Int64, length: Int64) -> Int64:
    """Positions of consecutive pieces: `gather([5, 0], [2, 3])` is `[5, 6, 0, 1, 2]`."""
    shift = np.repeat(start - spans(length)[:-1], length)
    return np.arange(len(shift), dtype=np.int64) + shift
