"""What a store keeps of people's review of plans; every `Store` does."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

import pyarrow as pa

from data.plan import Plan
from data.review import Activation, Consent, ConsentState, Rejection
from data.snapshot import Snapshot


class ReviewReader(Protocol):
    """Reads what people said about plans."""

    def rejections(self, revoked: bool = False) -> list[Rejection]:
        """Rejected pairs in force, the newest first; with `revoked`, all that ever were."""

    def consents(self, plan_id: str = "") -> list[Consent]:
        """Consents that a plan (its whole id) needs, or all; the newest first, without their moves."""

    def consent(self, key: tuple[str, str, str, str]) -> Consent:
        """One consent by `Consent.key`, with its moves; NotFoundError otherwise."""

    def visit_orders(self, plan_id: str = "") -> pa.Table:
        """What a committed plan (its whole id), or all, ordered for visits; columns `VISIT_ORDERS`."""

    def activations(self) -> list[Activation]:
        """Committed plans whose day has come and that were looked at again, the newest first."""


class ReviewStore(ReviewReader, Protocol):
    """Writes it; each is one transaction, and an event in the audit log. None of it raises the revision."""

    def revise_plan(
        self, plan: Plan, rejections: Iterable[Rejection], at: datetime, source: Snapshot | None = None
    ) -> None:
        """Keep a plan as `ready`, and what was rejected of the plan it revises.

        That one becomes `revised`, unless it is committed. PlanStateError where it is in no state for that.
        """

    def revoke_rejection(self, rejection_id: int, actor: str, at: datetime, reason: str = "") -> Rejection:
        """End a rejection; NotFoundError where there is none, PlanStateError where it has ended already."""

    def ask_consents(self, consents: Iterable[Consent], actor: str, at: datetime) -> None:
        """Ask for all consents that one plan needs; it becomes `waiting`. Those asked for already stay.

        Each of the others puts its `notice` into the outbox.

        PlanStateError unless it is `ready` or `waiting`.
        """

    def decide_consent(
        self, key: tuple[str, str, str, str], state: ConsentState, actor: str, at: datetime, reason: str = ""
    ) -> Consent:
        """Give or refuse a consent that was asked for. NotFoundError where there is none.

        PlanStateError where it was decided already.
        """

    def keep_activation(self, activation: Activation, notices: Iterable[tuple[str, str]] = ()) -> bool:
        """Remember that a plan was looked at when its day came, with outbox messages (topic, JSON body).

        False, and nothing written, where it was remembered before.
        """
