"""The state of a store at a glance."""

from dataclasses import dataclass
from datetime import date

from api.workflow.gaps import LEAVING, gaps, slots_in_use
from data.plan import PlanRecord
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import population
from data.store import Reader

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


def status(reader: Reader, as_of: date) -> Status:
    """Look at a store on a day."""
    snapshot = reader.snapshot(as_of)
    slots = tuple(_slot_status(snapshot, slot) for slot in slots_in_use(snapshot))
    rows = {name: table.num_rows for name, table in snapshot.tables.items() if table.num_rows}
    return Status(snapshot.revision, as_of, rows, slots[0].without, slots, tuple(reader.records(RECENT)))


def _slot_status(snapshot: Snapshot, slot: Slot) -> SlotStatus:
    needed = int(population(snapshot, slot).sum())
    found = gaps(snapshot, slot)
    without = len(found.now)
    return SlotStatus(slot, needed, needed - without, without, int((found.rows["code"] == LEAVING).sum()))
