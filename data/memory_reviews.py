"""People's review of plans in memory: the same behavior as `data.sql.reviews`."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from threading import RLock

import pyarrow as pa
import pyarrow.compute as pc

from data import refusals
from data.errors import NotFoundError
from data.memory_state import State
from data.parquet import freeze
from data.plan import Plan
from data.review import HANDED_OVER, Activation, Consent, ConsentState, Rejection
from data.snapshot import Snapshot


class MemoryReviews:
    """The part of a `MemoryStore` that is a `ReviewStore`."""

    _state: State
    _lock: RLock

    def rejections(self, revoked: bool = False) -> list[Rejection]:
        """See `ReviewReader.rejections`."""
        return [each for each in reversed(self._state.rejections) if revoked or each.in_force]

    def consents(self, plan_id: str = "") -> list[Consent]:
        """See `ReviewReader.consents`."""
        found = [each for each in self._state.consents.values() if plan_id in ("", each.plan_id)]
        found.sort(key=lambda each: each.key)
        found.sort(key=lambda each: each.asked_at, reverse=True)
        return [replace(each, moves=HANDED_OVER.empty_table()) for each in found]

    def consent(self, key: tuple[str, str, str, str]) -> Consent:
        """See `ReviewReader.consent`."""
        found = self._state.consents.get(key)
        if found is None:
            raise NotFoundError(f"plan {key[0]} waits for no such {key[1]}")
        return found

    def visit_orders(self, plan_id: str = "") -> pa.Table:
        """See `ReviewReader.visit_orders`."""
        orders = self._state.visit_orders
        return orders.filter(pc.equal(orders["plan_id"], plan_id)) if plan_id else orders

    def activations(self) -> list[Activation]:
        """See `ReviewReader.activations`."""
        found = sorted(self._state.activations.values(), key=lambda each: each.plan_id)
        return sorted(found, key=lambda each: each.at, reverse=True)

    def revise_plan(
        self, plan: Plan, rejections: Iterable[Rejection], at: datetime, source: Snapshot | None = None
    ) -> None:
        """See `ReviewStore.revise_plan`."""
        frozen = freeze(source) if source is not None else None
        if frozen is not None:
            plan = plan.renamed(snapshot_digest=frozen.digest)
        actor = plan.header.actor
        with self._lock:
            former = self._state.found(plan.header.revises)
            refusals.check_revised(former)
            state = self._state.with_plan(plan, "ready", at, frozen)
            if former.state != "committed":
                state = state.with_state(former.header.plan_id, "revised", actor, at, plan.plan_id)
            for number, each in enumerate(rejections, start=len(state.rejections) + 1):
                kept = replace(each, rejection_id=number, at=refusals.moment(each.at))
                state = replace(state, rejections=(*state.rejections, kept))
            self._state = state

    def revoke_rejection(self, rejection_id: int, actor: str, at: datetime, reason: str = "") -> Rejection:
        """See `ReviewStore.revoke_rejection`."""
        with self._lock:
            state = self._state
            found = [each for each in state.rejections if each.rejection_id == rejection_id]
            refusals.check_rejection(rejection_id, found)
            ended = replace(found[0], revoked_at=refusals.moment(at), revoked_by=actor)
            kept = tuple(ended if each.rejection_id == rejection_id else each for each in state.rejections)
            state = replace(state, rejections=kept)
            self._state = state.with_event(at, actor, "revoke rejection", str(rejection_id), reason)
            return ended

    def ask_consents(self, consents: Iterable[Consent], actor: str, at: datetime) -> None:
        """See `ReviewStore.ask_consents`."""
        asked = list(consents)
        with self._lock:
            state = self._state
            record = state.found(refusals.plan_of_consents(asked))
            full = record.header.plan_id
            refusals.check_state(full, record.state, refusals.REVISABLE, "asking for consent")
            new = {
                each.key: replace(each, asked_at=refusals.moment(each.asked_at))
                for each in asked
                if each.key not in state.consents
            }
            if record.state != "waiting":
                state = state.with_state(full, "waiting", actor, at)
            for each in new.values():
                state = state.with_event(at, actor, f"ask {each.kind}", full, each.sentence)
                state = state.with_notices([each.notice])
            self._state = replace(state, consents={**state.consents, **new})

    def decide_consent(
        self, key: tuple[str, str, str, str], state: ConsentState, actor: str, at: datetime, reason: str = ""
    ) -> Consent:
        """See `ReviewStore.decide_consent`."""
        with self._lock:
            found = self.consent(key)
            refusals.check_undecided(found)
            decided = replace(
                found, state=state, decided_by=actor, decided_at=refusals.moment(at), reason=reason
            )
            after = replace(self._state, consents={**self._state.consents, key: decided})
            self._state = after.with_event(at, actor, f"{found.kind} {state}", found.plan_id, reason)
            return decided

    def keep_activation(self, activation: Activation, notices: Iterable[tuple[str, str]] = ()) -> bool:
        """See `ReviewStore.keep_activation`."""
        with self._lock:
            full = self._state.found(activation.plan_id).header.plan_id
            if full in self._state.activations:
                return False
            kept = replace(activation, plan_id=full, at=refusals.moment(activation.at))
            state = replace(self._state, activations={**self._state.activations, full: kept})
            state = state.with_notices(tuple(notices))
            self._state = state.with_event(kept.at, kept.actor, "activate", full, refusals.outcome_of(kept))
            return True
