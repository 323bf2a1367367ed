"""What the engine said of combinations of values, kept, so that another evaluation asks only what is new."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rules.bits import Bool
from rules.coding import Int64

KEPT_ROWS = 4096
"""Combinations of patients' values kept of one leaf, or twice as many as were last asked for at once."""

Ask = Callable[[Int64, Int64], tuple[npt.NDArray[Any], Bool]]
"""Puts some rows (patients' values) and columns (providers') of those asked for to the engine: what it says
of each of the first with each of the second, and where it failed."""


class Said(NamedTuple):
    """The engine's word on rows (patients' values) and columns (providers'), and where it failed."""

    values: npt.NDArray[Any]
    failed: Bool


class LeafCache:
    """The words on all leaves of one rule book, for one slot and day.

    A combination of values is named by the bytes of the record that holds nothing else, so that equal
    values are equal in whatever snapshot they occur. `evaluated` counts the pairs of values that were put
    to the engine. Not for several threads at once.
    """

    def __init__(self) -> None:
        self._leaves: dict[tuple[str, ...], _Leaf] = {}
        self.evaluated = 0

    def said(
        self, leaf: tuple[str, ...], rows: Sequence[bytes], columns: Sequence[bytes], kind: str, ask: Ask
    ) -> Said:
        """The engine's word on every row with every column; `ask` is called for what is not known."""
        known = self._leaves.get(leaf)
        if known is None:
            known = self._leaves[leaf] = _Leaf(columns, kind)
        known.take_columns(columns)
        places = known.places_of(rows)
        for some, others in known.missing(places):
            values, failed = ask(some, others)
            self.evaluated += values.size
            known.put(places[some], others, values, failed)
        return Said(known.values[places], known.failed[places])


class _Leaf:
    """What is known of one leaf: a table whose columns are those asked for last."""

    def __init__(self, columns: Sequence[bytes], kind: str) -> None:
        self._columns = columns
        self._rows: dict[bytes, int] = {}
        self._most = KEPT_ROWS
        self.values = np.zeros((0, len(columns)), kind)
        self.failed = np.zeros((0, len(columns)), np.bool_)
        self._known = np.zeros((0, len(columns)), np.bool_)

    def take_columns(self, columns: Sequence[bytes]) -> None:
        """Let the columns be these; what is known of columns that stay is kept."""
        if columns is self._columns:
            return
        place = {name: column for column, name in enumerate(self._columns)}
        before = np.array([place.get(name, -1) for name in columns], np.int64)
        self._columns = columns
        if len(before) == len(place) and (before == np.arange(len(before))).all():
            return
        stays = np.flatnonzero(before >= 0)

        def moved(cells: npt.NDArray[Any]) -> npt.NDArray[Any]:
            found = np.zeros((len(cells), len(before)), cells.dtype)
            found[:, stays] = cells[:, before[stays]]
            return found

        self.values, self.failed, self._known = map(moved, (self.values, self.failed, self._known))

    def places_of(self, rows: Sequence[bytes]) -> Int64:
        """Where the rows are in the table; new ones get a place."""
        self._most = max(self._most, 2 * len(rows))
        new = [name for name in dict.fromkeys(rows) if name not in self._rows]
        if len(self._rows) + len(new) > self._most:
            self._forget_all_but(rows)
        for name in new:
            self._rows[name] = len(self._rows)
        if len(self._rows) > len(self.values):
            self._grow(max(len(self._rows), min(2 * len(self.values), self._most)))
        return np.fromiter((self._rows[name] for name in rows), np.int64, len(rows))

    def missing(self, places: Int64) -> list[tuple[Int64, Int64]]:
        """Rectangles (rows among `places`, columns) that hold everything that is not known."""
        unknown = ~self._known[places]
        lacking = unknown.any(axis=1)
        new = np.flatnonzero(lacking & unknown.all(axis=1))
        partly = np.flatnonzero(lacking & ~unknown.all(axis=1))
        every, some = np.arange(unknown.shape[1]), np.flatnonzero(unknown[partly].any(axis=0))
        return [(rows, columns) for rows, columns in ((new, every), (partly, some)) if len(rows)]

    def put(self, places: Int64, columns: Int64, values: npt.NDArray[Any], failed: Bool) -> None:
        """Keep what was said."""
        cells = np.ix_(places, columns)
        self.values[cells], self.failed[cells], self._known[cells] = values, failed, True

    def _grow(self, rows: int) -> None:
        more = rows - len(self.values)
        self.values, self.failed, self._known = (
            np.concatenate([each, np.zeros((more, each.shape[1]), each.dtype)])
            for each in (self.values, self.failed, self._known)
        )

    def _forget_all_but(self, rows: Sequence[bytes]) -> None:
        kept = [name for name in dict.fromkeys(rows) if name in self._rows]
        places = [self._rows[name] for name in kept]
        self._rows = {name: place for place, name in enumerate(kept)}
        self.values, self.failed = self.values[places], self.failed[places]
        self._known = self._known[places]
