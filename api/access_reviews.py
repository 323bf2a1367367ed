"""People's review of plans as one principal has it: the part of `GuardedStore` that is a `ReviewStore`."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from api.access import ForbiddenError, Principal
from api.access_sight import Sight
from data.errors import NotFoundError, PlanStateError
from data.plan import Plan, PlanRecord
from data.review import Activation, Consent, ConsentState, Rejection
from data.snapshot import Snapshot
from data.store import Store

ANY_DAY = date(2000, 1, 1)
"""Who sees what does not depend on the day."""


class _Guard(Protocol):
    """What the rest of the guarded store brings."""

    principal: Principal
    _store: Store

    def sight(self, as_of: date, known_at: datetime | None = None) -> Sight: ...

    def record(self, plan_id: str) -> PlanRecord: ...


class GuardedReviews:
    """Who may review, approve and accept what.

    A receiver does not see a plan of others, only the moves that come to their own providers.
    """

    def rejections(self: _Guard, revoked: bool = False) -> list[Rejection]:
        """See `ReviewReader.rejections`; of patients in sight."""
        self.principal.require("read")
        found = self._store.rejections(revoked)
        if not self.principal.confined:
            return found
        sight = self.sight(ANY_DAY)
        return [each for each in found if sight.sees("patients", each.patient_id)]

    def consents(self: _Guard, plan_id: str = "") -> list[Consent]:
        """See `ReviewReader.consents`; of plans in sight, and those that the principal can give."""
        self.principal.require("read")
        if plan_id:
            return self._store.consents(self.record(plan_id).header.plan_id)
        found = self._store.consents()
        if not self.principal.confined:
            return found
        sight = self.sight(ANY_DAY)
        known = {
            each.header.plan_id for each in self._store.records(2**31 - 1) if sight.sees_plan(each.header)
        }
        return [each for each in found if each.plan_id in known or receives(sight, each)]

    def consent(self: _Guard, key: tuple[str, str, str, str]) -> Consent:
        """See `ReviewReader.consent`; to others than receivers it is there where its plan is."""
        self.principal.require("read")
        found = self._store.consent(key)
        if not receives(self.sight(ANY_DAY), found):
            self.record(found.plan_id)
        return found

    def visit_orders(self: _Guard, plan_id: str = "") -> pa.Table:
        """See `ReviewReader.visit_orders`; of patients in sight."""
        self.principal.require("read")
        found = self._store.visit_orders(self.record(plan_id).header.plan_id if plan_id else "")
        if not self.principal.confined:
            return found
        seen = self.sight(ANY_DAY).rows("patients")["patient_id"].combine_chunks()
        return found.filter(pc.is_in(found["patient_id"], value_set=seen))

    def activations(self: _Guard) -> list[Activation]:
        """See `ReviewReader.activations`; of plans in sight."""
        self.principal.require("read")
        found = self._store.activations()
        if not self.principal.confined:
            return found
        sight = self.sight(ANY_DAY)
        known = {
            each.header.plan_id for each in self._store.records(2**31 - 1) if sight.sees_plan(each.header)
        }
        return [each for each in found if each.plan_id in known]

    def revise_plan(
        self: _Guard,
        plan: Plan,
        rejections: Iterable[Rejection],
        at: datetime,
        source: Snapshot | None = None,
    ) -> None:
        """See `ReviewStore.revise_plan`; a plan that reaches out of scope is not kept."""
        self.principal.require("propose")
        self.record(plan.header.revises)
        if not self.sight(ANY_DAY).sees_plan(plan.header):
            raise NotFoundError("the plan reaches patients who are out of scope")
        self._store.revise_plan(plan, rejections, at, source)

    def revoke_rejection(
        self: _Guard, rejection_id: int, actor: str, at: datetime, reason: str = ""
    ) -> Rejection:
        """See `ReviewStore.revoke_rejection`; of patients in sight."""
        self.principal.require("propose")
        sight = self.sight(ANY_DAY)
        own = [each for each in self._store.rejections(revoked=True) if each.rejection_id == rejection_id]
        if not own or not sight.sees("patients", own[0].patient_id):
            raise NotFoundError(f"no rejection {rejection_id}")
        return self._store.revoke_rejection(rejection_id, actor, at, reason)

    def ask_consents(self: _Guard, consents: Iterable[Consent], actor: str, at: datetime) -> None:
        """See `ReviewStore.ask_consents`."""
        self.principal.require("propose")
        asked = list(consents)
        for plan_id in {each.plan_id for each in asked}:
            self.record(plan_id)
        self._store.ask_consents(asked, actor, at)

    def receives(self: _Guard, consent: Consent) -> bool:
        """Whether the principal answers for the receiver of an acceptance."""
        return receives(self.sight(ANY_DAY), consent)

    def decide_consent(
        self: _Guard,
        key: tuple[str, str, str, str],
        state: ConsentState,
        actor: str,
        at: datetime,
        reason: str = "",
    ) -> Consent:
        """See `ReviewStore.decide_consent`.

        Approval: by a manager who sees the plan and has neither made it nor asked for the approval.
        Acceptance: by somebody with rights at the receiver. ForbiddenError, NotFoundError otherwise.
        """
        self.principal.require("approve" if key[1] == "approval" else "accept")
        found = self._store.consent(key)
        if found.kind == "approval":
            made_by = self.record(found.plan_id).header.actor
            if self.principal.actor in (made_by, found.asked_by):
                raise PlanStateError(
                    f"plan {found.plan_id} was made or handed in by {self.principal.actor}; "
                    "somebody else has to approve it"
                )
        elif not receives(self.sight(ANY_DAY), found):
            self.record(found.plan_id)  # who does not see it does not learn of it
            raise ForbiddenError(self.principal.actor, "accept")
        return self._store.decide_consent(key, state, actor, at, reason)

    def keep_activation(
        self: _Guard, activation: Activation, notices: Iterable[tuple[str, str]] = ()
    ) -> bool:
        """See `ReviewStore.keep_activation`."""
        self.principal.require("commit")
        self.record(activation.plan_id)
        return self._store.keep_activation(activation, notices)


def receives(sight: Sight, consent: Consent) -> bool:
    """Whether the principal answers for the receiver of an acceptance."""
    if consent.kind != "acceptance":
        return False
    if not sight.principal.confined:
        return True
    return consent.practice_id in sight.practices or consent.agency_id in sight.principal.agencies
