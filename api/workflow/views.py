"""What is worked out for everybody, kept while data and rules stand, and renewed where they change."""

from threading import Lock

from api.workflow.decide import Rulebook
from api.workflow.gaps import Gaps, gaps
from api.workflow.view import View
from data.slot import Slot
from data.snapshot import Snapshot

KEPT_VIEWS = 6
"""One for each slot that people are looking at; a million patients take about 50 MB each."""

KEPT_GAPS = 12
"""Lists of gaps: one for each slot in use, and some days."""


class Views:
    """Views of slots and their gaps, for any number of threads; who asks second waits for the first."""

    def __init__(self) -> None:
        self._views: dict[object, View] = {}
        self._gaps: dict[object, Gaps] = {}
        self._lock = Lock()

    def view(self, snapshot: Snapshot, book: Rulebook, slot: Slot) -> View:
        """The slot on the day of the snapshot, under the rules of the book."""
        kind = (snapshot.as_of, book.digest, slot)
        with self._lock:
            found = self._views.pop(kind, None)
            if found is None:
                found = View(snapshot, book, slot)
            elif found.snapshot.revision != snapshot.revision:
                found = found.renewed(snapshot)
            _keep(self._views, kind, found, KEPT_VIEWS)
        return found

    def gaps(self, view: View, horizon_days: int) -> Gaps:
        """Everybody's gaps of the slot."""
        kind = (view.snapshot.as_of, view.slot, horizon_days)
        with self._lock:
            found = self._gaps.pop(kind, None)
            if found is None or found.revision != view.snapshot.revision:
                found = gaps(view.snapshot, view.slot, horizon_days, held=view.held)
            _keep(self._gaps, kind, found, KEPT_GAPS)
        return found


def _keep(kept: dict[object, View] | dict[object, Gaps], kind: object, found: object, most: int) -> None:
    """The last one used comes last; the first ones go."""
    kept[kind] = found  # type: ignore[assignment]
    while len(kept) > most:
        del kept[next(iter(kept))]
