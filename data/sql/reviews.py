"""People's review of plans in a database: rejected pairs, consents, activations, orders for visits."""

import json
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from data import refusals
from data.errors import NotFoundError
from data.parquet import freeze, from_parquet, to_parquet
from data.plan import Plan
from data.review import HANDED_OVER, Activation, Consent, ConsentState, Rejection
from data.slot import Slot
from data.snapshot import Snapshot
from data.sql.arrow import from_cells
from data.sql.events import keep_event, keep_messages, move_plan
from data.sql.moments import from_micros, micros
from data.sql.plans import keep_plan
from data.sql.reader import SqlReader, read_record
from data.sql.schema import ACTIVATIONS, CONSENTS, REJECTIONS
from data.sql.schema import VISIT_ORDERS as ORDERS
from data.sql.transactions import writing
from data.visit import VISIT_ORDERS

CONSENT, REJECTION = CONSENTS.c, REJECTIONS.c
TOLD = [column for column in CONSENTS.columns if column.name != "moves"]
"""Columns of a consent without its moves, which may be many."""


class SqlReviews(SqlReader):
    """The part of a `SqlStore` that is a `ReviewStore`."""

    def rejections(self, revoked: bool = False) -> list[Rejection]:
        """See `ReviewReader.rejections`."""
        wanted = sa.select(REJECTIONS).order_by(REJECTION.rejection_id.desc())
        if not revoked:
            wanted = wanted.where(REJECTION.revoked_at.is_(None))
        with self._reading() as connection:
            return [_rejection(row) for row in connection.execute(wanted)]

    def consents(self, plan_id: str = "") -> list[Consent]:
        """See `ReviewReader.consents`."""
        with self._reading() as connection:
            return read_consents(connection, plan_id)

    def consent(self, key: tuple[str, str, str, str]) -> Consent:
        """See `ReviewReader.consent`."""
        with self._reading() as connection:
            return _read_consent(connection, key)

    def visit_orders(self, plan_id: str = "") -> pa.Table:
        """See `ReviewReader.visit_orders`."""
        wanted = sa.select(ORDERS).order_by(ORDERS.c.ordered_at, ORDERS.c.plan_id, ORDERS.c.visit_id)
        if plan_id:
            wanted = wanted.where(ORDERS.c.plan_id == plan_id)
        with self._reading() as connection:
            rows = [dict(row._mapping) for row in connection.execute(wanted)]
        cells = {name: [row[name] for row in rows] for name in VISIT_ORDERS.names}
        return from_cells(pa.table(cells), VISIT_ORDERS)

    def activations(self) -> list[Activation]:
        """See `ReviewReader.activations`."""
        newest = sa.select(ACTIVATIONS).order_by(ACTIVATIONS.c.at.desc(), ACTIVATIONS.c.plan_id)
        with self._reading() as connection:
            return [
                Activation(
                    row.plan_id, from_micros(row.at), row.actor, row.held, row.broken, row.hold_plan_id
                )
                for row in connection.execute(newest)
            ]

    def revise_plan(
        self, plan: Plan, rejections: Iterable[Rejection], at: datetime, source: Snapshot | None = None
    ) -> None:
        """See `ReviewStore.revise_plan`."""
        frozen = freeze(source) if source is not None else None
        if frozen is not None:
            plan = plan.renamed(snapshot_digest=frozen.digest)
        actor = plan.header.actor
        with self._writing() as connection:
            former = read_record(connection, plan.header.revises)
            refusals.check_revised(former)
            full = former.header.plan_id
            keep_plan(connection, plan, "ready", at, frozen)
            if former.state != "committed":
                move_plan(connection, full, "revised", actor, at)
                keep_event(connection, at, actor, "plan revised", full, plan.plan_id)
            cells = [_rejection_cells(each) for each in rejections]
            if cells:
                connection.execute(sa.insert(REJECTIONS).inline(), cells)

    def revoke_rejection(self, rejection_id: int, actor: str, at: datetime, reason: str = "") -> Rejection:
        """See `ReviewStore.revoke_rejection`."""
        one = REJECTION.rejection_id == rejection_id
        with self._writing() as connection:
            found = [_rejection(row) for row in connection.execute(sa.select(REJECTIONS).where(one))]
            refusals.check_rejection(rejection_id, found)
            ended = {"revoked_at": micros(at), "revoked_by": actor}
            connection.execute(sa.update(REJECTIONS).where(one).values(ended))
            keep_event(connection, at, actor, "revoke rejection", str(rejection_id), reason)
        return replace(found[0], revoked_at=refusals.moment(at), revoked_by=actor)

    def ask_consents(self, consents: Iterable[Consent], actor: str, at: datetime) -> None:
        """See `ReviewStore.ask_consents`."""
        asked = list(consents)
        with self._writing() as connection:
            record = read_record(connection, refusals.plan_of_consents(asked))
            full = record.header.plan_id
            refusals.check_state(full, record.state, refusals.REVISABLE, "asking for consent")
            known = {each.key for each in read_consents(connection, full)}
            if record.state != "waiting":
                move_plan(connection, full, "waiting", actor, at)
                keep_event(connection, at, actor, "plan waiting", full)
            for each in asked:
                if each.key not in known:
                    connection.execute(sa.insert(CONSENTS).values(_consent_cells(each)))
                    keep_messages(connection, [each.notice], at)
                    keep_event(connection, at, actor, f"ask {each.kind}", full, each.sentence)

    def decide_consent(
        self, key: tuple[str, str, str, str], state: ConsentState, actor: str, at: datetime, reason: str = ""
    ) -> Consent:
        """See `ReviewStore.decide_consent`."""
        with self._writing() as connection:
            found = _read_consent(connection, key)
            refusals.check_undecided(found)
            decided = {"state": state, "decided_by": actor, "decided_at": micros(at), "reason": reason}
            connection.execute(sa.update(CONSENTS).where(_named(key)).values(decided))
            keep_event(connection, at, actor, f"{found.kind} {state}", found.plan_id, reason)
        return replace(found, state=state, decided_by=actor, decided_at=refusals.moment(at), reason=reason)

    def keep_activation(self, activation: Activation, notices: Iterable[tuple[str, str]] = ()) -> bool:
        """See `ReviewStore.keep_activation`."""
        with self._writing() as connection:
            full = read_record(connection, activation.plan_id).header.plan_id
            known = sa.select(ACTIVATIONS.c.plan_id).where(ACTIVATIONS.c.plan_id == full)
            if connection.execute(known).first() is not None:
                return False
            at, actor = activation.at, activation.actor
            counts = {name: getattr(activation, name) for name in ("held", "broken", "hold_plan_id")}
            cells = {"plan_id": full, "at": micros(at), "actor": actor, **counts}
            connection.execute(sa.insert(ACTIVATIONS).values(cells))
            keep_messages(connection, notices, at)
            keep_event(connection, at, actor, "activate", full, refusals.outcome_of(activation))
        return True

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that holds the write lock from its beginning."""
        return writing(self.database)


def read_consents(connection: sa.Connection, plan_id: str = "") -> list[Consent]:
    """Consents of a plan (its whole id), or all, the newest first, without their moves."""
    parts = (CONSENT.plan_id, CONSENT.kind, CONSENT.agency_id, CONSENT.practice_id)
    wanted = sa.select(*TOLD).order_by(CONSENT.asked_at.desc(), *parts)
    if plan_id:
        wanted = wanted.where(CONSENT.plan_id == plan_id)
    return [_consent(row) for row in connection.execute(wanted)]


def keep_visit_orders(connection: sa.Connection, orders: pa.Table) -> None:
    """Keep what a commit orders for visits (columns `VISIT_ORDERS`)."""
    if orders.num_rows:
        cells = orders.to_pylist()
        for each in cells:
            each["ordered_at"] = micros(each["ordered_at"])
        connection.execute(sa.insert(ORDERS).inline(), cells)


def _read_consent(connection: sa.Connection, key: tuple[str, str, str, str]) -> Consent:
    row = connection.execute(sa.select(CONSENTS).where(_named(key))).first()
    if row is None:
        raise NotFoundError(f"plan {key[0]} waits for no such {key[1]}")
    return replace(_consent(row), moves=from_parquet(row.moves, HANDED_OVER))


def _named(key: tuple[str, str, str, str]) -> sa.ColumnElement[bool]:
    names = ("plan_id", "kind", "agency_id", "practice_id")
    return sa.and_(*(CONSENT[name] == value for name, value in zip(names, key, strict=True)))


def _consent(row: sa.Row[Any]) -> Consent:
    return Consent(
        row.plan_id,
        row.kind,
        tuple(json.loads(row.why)),
        row.asked_by,
        from_micros(row.asked_at),
        row.agency_id,
        row.practice_id,
        row.patients,
        row.state,
        row.decided_by,
        None if row.decided_at is None else from_micros(row.decided_at),
        row.reason,
    )


def _consent_cells(consent: Consent) -> dict[str, object]:
    same = ("plan_id", "kind", "agency_id", "practice_id", "patients", "asked_by", "state", "decided_by")
    return {name: getattr(consent, name) for name in same} | {
        "why": json.dumps(consent.why, ensure_ascii=False),
        "moves": to_parquet(consent.moves),
        "asked_at": micros(consent.asked_at),
        "decided_at": None,
        "reason": consent.reason,
    }


def _rejection(row: sa.Row[Any]) -> Rejection:
    return Rejection(
        row.patient_id,
        row.provider_id,
        Slot(row.level, row.role),
        row.reason,
        row.plan_id,
        row.actor,
        from_micros(row.at),
        row.rejection_id,
        None if row.revoked_at is None else from_micros(row.revoked_at),
        row.revoked_by,
    )


def _rejection_cells(rejection: Rejection) -> dict[str, object]:
    same = ("patient_id", "provider_id", "reason", "plan_id", "actor", "revoked_by")
    return {name: getattr(rejection, name) for name in same} | {
        "level": rejection.slot.level,
        "role": rejection.slot.role,
        "at": micros(rejection.at),
        "revoked_at": None,
    }
