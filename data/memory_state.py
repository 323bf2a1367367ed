"""Everything that a store in memory holds at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from data import refusals
from data.errors import DataError
from data.ledger import ROWS
from data.parquet import FrozenSnapshot
from data.plan import Plan, PlanRecord, PlanState
from data.review import Activation, Consent, Rejection
from data.snapshot import ROW_ID
from data.store import Receipt
from data.visit import VISIT_ORDERS

Event = tuple[datetime, str, str, str, str, int]


@dataclass(frozen=True)
class State:
    """Everything at one moment; a write makes the next one and puts it in place as its last step."""

    revision: int
    tables: Mapping[str, pa.Table]
    history: pa.Table
    plans: Mapping[str, Plan] = field(default_factory=dict)
    records: Mapping[str, PlanRecord] = field(default_factory=dict)
    inputs: Mapping[str, FrozenSnapshot] = field(default_factory=dict)
    receipts: Mapping[str, Receipt] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    outbox: tuple[tuple[int, str, str], ...] = ()
    messages: int = 0
    rejections: tuple[Rejection, ...] = ()
    consents: Mapping[tuple[str, str, str, str], Consent] = field(default_factory=dict)
    activations: Mapping[str, Activation] = field(default_factory=dict)
    visit_orders: pa.Table = field(default_factory=VISIT_ORDERS.empty_table)

    def believed(self) -> pa.Table:
        """Assignment rows believed now, with `row_id`."""
        rows = self.history.filter(pc.is_null(self.history["superseded_at"]))
        return rows.select([ROW_ID.name, *ROWS.names])

    def found(self, plan_id: str) -> PlanRecord:
        """The record of the plan whose id begins so."""
        beginning = {each for each in self.records if each.startswith(plan_id)}
        return self.records[refusals.full_id(plan_id, beginning)]

    def with_event(self, at: datetime, actor: str, action: str, subject: str, reason: str = "") -> "State":
        """The next state, with one more event in the audit log."""
        event = (refusals.moment(at), actor, action, subject, reason, self.revision)
        return replace(self, events=(*self.events, event))

    def with_record(self, record: PlanRecord) -> "State":
        """The next state, with this record in the place of the plan's former one."""
        return replace(self, records={**self.records, record.header.plan_id: record})

    def with_plan(self, plan: Plan, state: PlanState, at: datetime, frozen: FrozenSnapshot | None) -> "State":
        """The next state, with one more plan; DataError where there is one of that id."""
        header = plan.header
        if header.plan_id in self.plans:
            raise DataError(f"plan {header.plan_id} is saved already; a plan never changes")
        record = PlanRecord(header, state, refusals.moment(at), header.actor)
        after = replace(self.with_record(record), plans={**self.plans, header.plan_id: plan})
        if frozen is not None:
            after = replace(after, inputs={**self.inputs, frozen.digest: frozen})
        return after.with_event(at, header.actor, "save plan", header.plan_id)

    def with_state(
        self, plan_id: str, after: PlanState, actor: str, at: datetime, reason: str = ""
    ) -> "State":
        """The next state, with a plan moved on."""
        moved = replace(self.records[plan_id], state=after, changed_at=refusals.moment(at), changed_by=actor)
        return self.with_record(moved).with_event(at, actor, f"plan {after}", plan_id, reason)

    def with_notices(self, notices: Sequence[tuple[str, str]]) -> "State":
        """The next state, with more messages (topic, body) that wait to be sent."""
        new = [(number, *each) for number, each in enumerate(notices, start=self.messages + 1)]
        return replace(self, messages=self.messages + len(new), outbox=(*self.outbox, *new))
