"""What storage can do: a reader cannot write, a store can. Implementations: `data.memory`, `data.sql`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

import pyarrow as pa

from data.ledger import Entries
from data.plan import Plan, PlanRecord, PlanState
from data.review_store import ReviewReader, ReviewStore
from data.snapshot import Snapshot
from data.visit import VISITS_TOUCHED

HISTORY = pa.schema(
    [
        ("row_id", pa.int64()),
        ("kind", pa.string()),
        ("patient_id", pa.string()),
        ("facility_id", pa.string()),
        ("covers_provider_id", pa.string()),
        ("level", pa.string()),
        ("role", pa.string()),
        ("provider_id", pa.string()),
        ("starts_on", pa.date32()),
        ("ends_on", pa.date32()),
        ("temporary", pa.bool_()),
        ("review_on", pa.date32()),
        ("reason", pa.string()),
        ("recorded_at", pa.timestamp("us", "UTC")),
        ("superseded_at", pa.timestamp("us", "UTC")),
        ("recorded_by", pa.string()),
        ("plan_id", pa.string()),
        ("superseded_by_plan_id", pa.string()),
    ]
)
"""An assignment row with both times: valid [starts_on, ends_on), believed [recorded_at, superseded_at)."""

AUDIT = pa.schema(
    [
        ("event_id", pa.int64()),
        ("at", pa.timestamp("us", "UTC")),
        ("actor", pa.string()),
        ("action", pa.string()),
        ("subject", pa.string()),
        ("reason", pa.string()),
        ("revision", pa.int64()),
    ]
)
"""Who did what when: imports, plans saved, commits, reverts, state changes."""


@dataclass(frozen=True)
class Commit:
    """Everything that one commit writes, in one transaction.

    `expected_revision` is the revision at which the plan was checked last: another revision in the store
    raises RevisionMovedError and writes nothing. `idempotency_key`: the same key again returns the first
    receipt and writes nothing.
    """

    plan_id: str
    entries: Entries
    expected_revision: int
    actor: str
    at: datetime
    reason: str = ""
    idempotency_key: str = ""
    reverts: str = ""
    notices: tuple[tuple[str, str], ...] = field(default=())
    """Outbox messages (topic, JSON body), stored with the commit and sent later by somebody else."""
    visits: pa.Table = field(default_factory=VISITS_TOUCHED.empty_table, compare=False, repr=False)
    """What is to be done with visits, columns `VISITS_TOUCHED`; kept as the plan's orders."""


@dataclass(frozen=True)
class Receipt:
    """What a commit did."""

    plan_id: str
    revision: int
    superseded: int
    inserted: int
    at: datetime
    repeated: bool = False


@dataclass(frozen=True)
class ImportReceipt:
    """What an import did, by table: rows new, changed, and equal to what was there."""

    revision: int
    added: Mapping[str, int]
    changed: Mapping[str, int]
    unchanged: Mapping[str, int]
    removed: Mapping[str, int]


class Reader(ReviewReader, Protocol):
    """Reads; never writes."""

    def revision(self) -> int:
        """Number of the last import or commit that changed something; 0 in a new store."""

    def snapshot(self, as_of: date, known_at: datetime | None = None) -> Snapshot:
        """Everything believed now, or at the moment `known_at` (assignments only), seen from the day."""

    def plan(self, plan_id: str) -> Plan:
        """A saved plan; a unique beginning of its id is enough. NotFoundError otherwise."""

    def record(self, plan_id: str) -> PlanRecord:
        """Header and state of a saved plan (same id rule); NotFoundError otherwise."""

    def records(self, limit: int = 50) -> list[PlanRecord]:
        """The newest plans first."""

    def rows(self, row_ids: pa.Int64Array) -> pa.Table:
        """Assignment rows by id, believed or not, columns `HISTORY`."""

    def rows_of_plan(self, plan_id: str) -> tuple[pa.Table, pa.Table]:
        """Rows that a committed plan opened, and rows that it superseded, columns `HISTORY`."""

    def history(self, patients: Iterable[str] = (), facilities: Iterable[str] = ()) -> pa.Table:
        """All rows, believed or not, of the patients and facilities, oldest first, columns `HISTORY`."""

    def history_since(self, since: datetime) -> pa.Table:
        """All rows recorded or superseded from a moment on, oldest first, columns `HISTORY`."""

    def audit(self, limit: int = 100) -> pa.Table:
        """The newest events first, columns `AUDIT`."""

    def outbox(self, limit: int = 1000) -> list[tuple[int, str, str]]:
        """Messages that wait to be sent, oldest first: id, topic, JSON body."""

    def outbox_size(self) -> int:
        """How many messages wait to be sent."""

    def input_of(self, plan_id: str) -> Snapshot:
        """The snapshot that a plan was made from (kept with it), for replay. NotFoundError where none is."""


class Store(Reader, ReviewStore, Protocol):
    """Reads and writes. Every write is one transaction.

    Imports and commits that change something raise the revision by one; keeping a plan or moving its state
    changes nothing that a plan could start from, and leaves it.
    """

    def import_tables(
        self,
        tables: Mapping[str, pa.Table],
        actor: str,
        at: datetime,
        mode: Literal["update", "replace"] = "update",
    ) -> ImportReceipt:
        """Add and change rows by key; `replace` also removes rows of the given tables that are not given.

        Assignments are never changed in place: a row that differs supersedes the one of its key.
        Equal rows write nothing; an import of equal data leaves the revision as it is.
        """

    def save_plan(self, plan: Plan, state: PlanState, at: datetime, source: Snapshot | None = None) -> None:
        """Keep a new plan, and the snapshot it was made from (its digest goes into the header that is kept).

        DataError where a plan of that id is kept already: a plan never changes.
        """

    def set_state(
        self,
        plan_id: str,
        before: Iterable[PlanState],
        after: PlanState,
        actor: str,
        at: datetime,
        reason: str = "",
    ) -> None:
        """Move a plan on; PlanStateError when it is in none of the states `before`."""

    def commit(self, commit: Commit) -> Receipt:
        """Write a ready plan. All or nothing, whatever dies.

        RevisionMovedError where the store moved on, PlanStateError where the plan (or the one that it
        reverts) is not in a state for it, ConsentMissingError where it waits for others, OverlapError where
        rows would overlap.
        """

    def remove_rows(self, name: str, keys: pa.Table, expected_revision: int, actor: str, at: datetime) -> int:
        """Remove the rows of a table by their keys (of assignments: `row_id`); the new revision.

        Assignments are superseded, as nothing is ever deleted from the history. Whether anything stands on
        a row is for the caller to look at, at the revision expected: RevisionMovedError where the store is
        at another. NotFoundError where one of the rows is not there.
        """

    def mark_sent(self, message_ids: Iterable[int], at: datetime) -> None:
        """Take messages out of the outbox, once delivered; ids that are not waiting are passed over."""

    def note(self, at: datetime, actor: str, action: str, subject: str, reason: str = "") -> None:
        """Write an event of the caller's own (a read of patient data, say) into the audit log."""

    def close(self) -> None:
        """Let go of files and connections; the store is not to be used any more."""
