"""A store as one principal has it: every read and write passes their permissions and scope.

Wrapped around every store before a use case sees it, on the command line and in the service alike.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from api.access import AcceptanceError, Principal
from api.access_fence import fenced, shown_by
from api.access_reviews import ANY_DAY, GuardedReviews
from api.access_sight import Sight
from data.errors import NotFoundError
from data.plan import Plan, PlanRecord, PlanState
from data.refusals import full_id
from data.snapshot import Snapshot
from data.store import Commit, ImportReceipt, Receipt, Store

MANY = 2**31 - 1
"""As good as all."""


class GuardedStore(GuardedReviews):
    """A `Store` that forbids what the principal's roles do not allow and does not find what is out of scope.

    Snapshots are whole, because loads and rules need everybody: what leaves a use case goes through `sight`.
    Everything else is asked of the database as it shows itself to the principal (`api.access_fence`).
    """

    def __init__(self, store: Store, principal: Principal) -> None:
        self._whole = store
        self._store = fenced(store, principal)
        self.principal = principal

    def sight(self, as_of: date, known_at: datetime | None = None) -> Sight:
        """What the principal sees on a day."""
        return Sight(self.principal, self.snapshot(as_of, known_at), shown_by(self._store))

    def revision(self) -> int:
        """See `Reader.revision`."""
        self.principal.require("read")
        return self._store.revision()

    def snapshot(self, as_of: date, known_at: datetime | None = None) -> Snapshot:
        """See `Reader.snapshot`."""
        self.principal.require("read")
        return self._whole.snapshot(as_of, known_at)

    def plan(self, plan_id: str) -> Plan:
        """See `Reader.plan`."""
        return self._store.plan(self.record(plan_id).header.plan_id)

    def record(self, plan_id: str) -> PlanRecord:
        """See `Reader.record`."""
        self.principal.require("read")
        if not self.principal.confined:
            return self._store.record(plan_id)
        seen = {
            each.header.plan_id: each
            for each in self.records(MANY)
            if each.header.plan_id.startswith(plan_id)
        }
        return seen[full_id(plan_id, seen)]

    def records(self, limit: int = 50) -> list[PlanRecord]:
        """See `Reader.records`."""
        self.principal.require("read")
        if not self.principal.confined:
            return self._store.records(limit)
        sight = self.sight(ANY_DAY)
        return [each for each in self._store.records(MANY) if sight.sees_plan(each.header)][:limit]

    def rows(self, row_ids: pa.Int64Array) -> pa.Table:
        """See `Reader.rows`."""
        self.principal.require("read")
        return self._store.rows(row_ids)

    def rows_of_plan(self, plan_id: str) -> tuple[pa.Table, pa.Table]:
        """See `Reader.rows_of_plan`."""
        return self._store.rows_of_plan(self.record(plan_id).header.plan_id)

    def history(self, patients: Iterable[str] = (), facilities: Iterable[str] = ()) -> pa.Table:
        """See `Reader.history`; ids out of scope have none."""
        self.principal.require("read")
        return self._seen(self._store.history(patients, facilities))

    def history_since(self, since: datetime) -> pa.Table:
        """See `Reader.history_since`; rows of what is out of scope are not there."""
        self.principal.require("read")
        return self._seen(self._store.history_since(since))

    def _seen(self, found: pa.Table) -> pa.Table:
        """Rows of patients and facilities in sight."""
        if not self.principal.confined:
            return found
        sight = self.sight(ANY_DAY)
        seen = [
            pc.is_in(found[f"{noun}_id"], value_set=sight.rows(table)[f"{noun}_id"].combine_chunks())
            for noun, table in (("patient", "patients"), ("facility", "facilities"))
        ]
        return found.filter(
            pc.or_(
                *(
                    pc.and_(each, pc.is_valid(found[f"{noun}_id"]))
                    for each, noun in zip(seen, ("patient", "facility"), strict=True)
                )
            )
        )

    def audit(self, limit: int = 100) -> pa.Table:
        """See `Reader.audit`."""
        self.principal.require("read_audit")
        events = self._store.audit(limit)
        return events if not self.principal.confined else self._own(events)

    def outbox(self, limit: int = 1000) -> list[tuple[int, str, str]]:
        """See `Reader.outbox`."""
        self.principal.require("provision")
        return self._store.outbox(limit)

    def outbox_size(self) -> int:
        """See `Reader.outbox_size`."""
        self.principal.require("provision")
        return self._store.outbox_size()

    def input_of(self, plan_id: str) -> Snapshot:
        """See `Reader.input_of`; whole, as every snapshot."""
        return self._whole.input_of(self.record(plan_id).header.plan_id)

    def import_tables(
        self,
        tables: Mapping[str, pa.Table],
        actor: str,
        at: datetime,
        mode: Literal["update", "replace"] = "update",
    ) -> ImportReceipt:
        """See `Store.import_tables`."""
        self.principal.require("provision")
        return self._store.import_tables(tables, actor, at, mode)

    def remove_rows(self, name: str, keys: pa.Table, expected_revision: int, actor: str, at: datetime) -> int:
        """See `Store.remove_rows`."""
        self.principal.require("provision")
        return self._store.remove_rows(name, keys, expected_revision, actor, at)

    def save_plan(self, plan: Plan, state: PlanState, at: datetime, source: Snapshot | None = None) -> None:
        """See `Store.save_plan`; a plan that reaches out of scope is not kept."""
        self.principal.require("propose")
        if not self.sight(ANY_DAY).sees_plan(plan.header):
            raise NotFoundError("the plan reaches patients who are out of scope")
        self._store.save_plan(plan, state, at, source)

    def set_state(
        self,
        plan_id: str,
        before: Iterable[PlanState],
        after: PlanState,
        actor: str,
        at: datetime,
        reason: str = "",
    ) -> None:
        """See `Store.set_state`; who approves plans may reject them, too."""
        self.principal.require("reject" if after == "rejected" else "propose")
        self._store.set_state(self.record(plan_id).header.plan_id, before, after, actor, at, reason)

    def commit(self, commit: Commit) -> Receipt:
        """See `Store.commit`; AcceptanceError where patients would go to providers out of sight."""
        self.principal.require("commit")
        plan = self.plan(commit.plan_id)
        if self.principal.confined:
            given = pc.unique(plan["statements"]["to_provider_id"].drop_null()).to_pylist()
            sight, accepted = self.sight(ANY_DAY), self._accepted(plan.plan_id)
            others = tuple(
                sorted(each for each in given if each not in accepted and not sight.sees("providers", each))
            )
            if others:
                raise AcceptanceError(self.principal.actor, others)
        return self._store.commit(replace(commit, idempotency_key=self._own_key(commit.idempotency_key)))

    def _accepted(self, plan_id: str) -> set[str]:
        """Providers for whom the plan's patients were accepted."""
        given = [each for each in self._store.consents(plan_id) if each.state == "given"]
        moves = [self._store.consent(each.key).moves for each in given if each.kind == "acceptance"]
        return {each for table in moves for each in table["to_provider_id"].to_pylist()}

    def mark_sent(self, message_ids: Iterable[int], at: datetime) -> None:
        """See `Store.mark_sent`."""
        self.principal.require("provision")
        self._store.mark_sent(message_ids, at)

    def note(self, at: datetime, actor: str, action: str, subject: str, reason: str = "") -> None:
        """See `Store.note`; everybody leaves traces."""
        self._store.note(at, actor, action, subject, reason)

    def close(self) -> None:
        """See `Store.close`."""
        self._whole.close()

    def _own_key(self, key: str) -> str:
        """The key as the store keeps it: keys of others, and what they were used for, stay unknown."""
        return hashlib.sha256(f"{self.principal.actor}\0{key}".encode()).hexdigest() if key else ""

    def _own(self, events: pa.Table) -> pa.Table:
        """Events of the principal's own doing: subjects have no practice by which to confine others'."""
        return events.filter(pc.equal(events["actor"], self.principal.actor))


def _ids(sight: Sight, table: str, key: str) -> pa.Array:
    return sight.rows(table)[key].combine_chunks()
