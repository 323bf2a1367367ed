"""The state of a store at a glance."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from api.access_sight import Sight
from api.access_store import GuardedStore
from api.workflow.gaps import LEAVING, Gaps, gaps, gaps_in_sight
from data.plan import PlanRecord
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import population, slots_in_use

Find = Callable[[Snapshot, Slot], Gaps]

RECENT = 5
"""Plans listed."""


@dataclass(frozen=True)
class SlotStatus:
    """How one slot is filled: patients who need it, with somebody at work, without, and soon without."""

    slot: Slot
    population: int
    held: int
    without: int
    soon: int


@dataclass(frozen=True)
class Status:
    """Rows by table, slots, and the last plans; `without` counts gaps of the first slot."""

    revision: int
    as_of: date
    rows: dict[str, int]
    without: int
    slots: tuple[SlotStatus, ...]
    plans: tuple[PlanRecord, ...]


def status(store: GuardedStore, as_of: date, find: Find = gaps) -> Status:
    """Look at a store on a day, as far as the principal sees it; `find` may remember gaps."""
    sight = store.sight(as_of)
    snapshot = sight.snapshot
    slots = tuple(_slot_status(sight, slot, find) for slot in slots_in_use(snapshot))
    counts = {name: _seen(sight, name) for name in snapshot.tables}
    rows = {name: count for name, count in counts.items() if count}
    return Status(snapshot.revision, as_of, rows, slots[0].without, slots, tuple(store.records(RECENT)))


def _slot_status(sight: Sight, slot: Slot, find: Find) -> SlotStatus:
    needed = _needed(sight, slot)
    found = gaps_in_sight(sight, slot, known=find(sight.snapshot, slot))
    soon = int((found.rows["code"] == LEAVING).sum())
    without = len(found.rows) - soon
    return SlotStatus(slot, needed, needed - without, without, soon)


def _seen(sight: Sight, name: str) -> int:
    return int(np.count_nonzero(sight.mask(name))) if sight.limited else sight.snapshot[name].num_rows


def _needed(sight: Sight, slot: Slot) -> int:
    """Patients in sight who need the slot; of everybody they are counted once, whatever the day."""
    if sight.limited:
        return int(np.count_nonzero(population(sight.snapshot, slot) & sight.mask("patients")))
    counted: dict[Slot, int] = sight.snapshot.derived.setdefault("populations", {})
    if slot not in counted:
        counted[slot] = int(np.count_nonzero(population(sight.snapshot, slot)))
    return counted[slot]
