"""A value with large arrays in a folder, mapped into memory by every process that works on it.

`value.pickle` has everything but the arrays; array k is `k.npy`, NumPy's own format. The folder is written
and read by this program alone (a pickle is code): keep it where nobody else may write.
"""

import pickle
from pathlib import Path
from typing import Any

import numpy as np

LEAST_BYTES = 4_096
"""Smaller arrays are not worth a file."""

VALUE = "value.pickle"


def write(value: object, folder: Path) -> None:
    """Put a value into a folder that exists; an array that occurs twice is written once."""
    with (folder / VALUE).open("wb") as file:
        _Writer(file, folder).dump(value)


def read(folder: Path) -> Any:  # noqa: ANN401 - whatever was written
    """The value; its arrays take no memory before they are looked at, and are shared while nobody changes
    them: what a process writes into them is its own (so they count as writable, as compiled code expects).
    """
    with (folder / VALUE).open("rb") as file:
        return _Reader(file, folder).load()


class _Writer(pickle.Pickler):
    def __init__(self, file: Any, folder: Path) -> None:  # noqa: ANN401 - a binary file
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._folder = folder
        self._written: dict[int, tuple[int, object]] = {}  # the arrays are held, so that ids stay theirs

    def persistent_id(self, item: object) -> int | None:
        """For pickle: the number of an array's file, None for what is no array."""
        if type(item) is not np.ndarray or item.nbytes < LEAST_BYTES or item.dtype.hasobject:
            return None
        if id(item) not in self._written:
            number = len(self._written)
            np.save(self._folder / f"{number}.npy", item, allow_pickle=False)
            self._written[id(item)] = number, item
        return self._written[id(item)][0]


class _Reader(pickle.Unpickler):
    def __init__(self, file: Any, folder: Path) -> None:  # noqa: ANN401 - a binary file
        super().__init__(file)
        self._folder = folder

    def persistent_load(self, pid: int) -> object:
        """For pickle: the array of that number."""
        return np.asarray(np.load(self._folder / f"{pid}.npy", mmap_mode="c"))
