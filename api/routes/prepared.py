"""What is worked out for a table once, for pages in other orders than its own and for filters."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from api.access_sight import Sight

Rows = npt.NDArray[np.int64]
Order = list[tuple[str, str]]

FIRST_ROWS = 5_000
"""Of every order asked for so many rows are kept: nearly nobody turns more pages."""

KEPT_ORDERS = 32
"""40 kB each."""

MOST_VALUES = 65_535
"""Different texts of a column up to which rows are kept by them: 4 MB of a million rows."""


class ByText(NamedTuple):
    """Rows of a table grouped by a text: `rows[start[n]:start[n + 1]]` are those of `texts[n]`, ascending."""

    texts: pa.Array
    start: Rows
    rows: npt.NDArray[np.int32]


@dataclass
class Prepared:
    """One table; any number of threads may ask."""

    table: pa.Table
    most: int = FIRST_ROWS
    _first: dict[tuple[tuple[str, str], ...], Rows] = field(default_factory=dict)
    _by_text: dict[str, ByText | None] = field(default_factory=dict)

    def first(self, order: Order) -> Rows:
        """The first rows of the table in an order that leaves no doubt; all of them where it is short."""
        kind = tuple(order)
        found = self._first.get(kind)
        if found is None:
            part = self.table.select(list(dict.fromkeys(name for name, _ in order)))
            count = min(self.most, part.num_rows)
            found = pc.select_k_unstable(part, count, sort_keys=order).to_numpy().astype(np.int64)
            self._first[kind] = found
            for oldest in list(self._first)[:-KEPT_ORDERS]:
                self._first.pop(oldest, None)
        return found

    def equal(self, column: str, text: str) -> Rows | None:
        """Rows whose text is this one; None where the column has too many different ones."""
        if column not in self._by_text:
            self._by_text[column] = _by_text(self.table[column])
        known = self._by_text[column]
        if known is None:
            return None
        number = pc.index(known.texts, text).as_py()
        mine = slice(known.start[number], known.start[number + 1]) if number >= 0 else slice(0)
        return known.rows[mine].astype(np.int64)


def _by_text(column: pa.ChunkedArray) -> ByText | None:
    numbered = column.combine_chunks().dictionary_encode()
    texts = numbered.dictionary
    if len(texts) > MOST_VALUES:
        return None
    number = pc.fill_null(numbered.indices, len(texts)).to_numpy().astype(np.uint16)
    start = np.concatenate([[0], np.cumsum(np.bincount(number, minlength=len(texts) + 1))])
    return ByText(texts, start, np.argsort(number, kind="stable").astype(np.int32))


def prepared_of(sight: Sight, name: str) -> Prepared | None:
    """Of a table that is whole in sight: kept with the snapshot. None of what only some see."""
    if sight.limited:
        return None
    kept: dict[str, Prepared] = sight.snapshot.derived.setdefault("prepared", {})
    found = kept.get(name)
    if found is None:
        found = kept[name] = Prepared(sight.snapshot[name])
    return found
