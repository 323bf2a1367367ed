"""Small writes that go with every other: the audit log, the revision, a plan's state, messages to be sent."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from data.plan import PlanState
from data.sql.moments import micros
from data.sql.schema import AUDIT_EVENTS, OUTBOX, PLANS, REVISION


def revision_of(connection: sa.Connection) -> int:
    """The store's revision."""
    return int(connection.execute(sa.select(REVISION.c.revision)).scalar_one())


def raise_revision(connection: sa.Connection) -> int:
    """The next revision, which is the store's from now on."""
    connection.execute(sa.update(REVISION).values(revision=REVISION.c.revision + 1))
    return revision_of(connection)


def keep_event(
    connection: sa.Connection, at: datetime, actor: str, action: str, subject: str, reason: str = ""
) -> None:
    """One more event in the audit log."""
    connection.execute(
        sa.insert(AUDIT_EVENTS)
        .inline()  # who writes an event need not be able to read it back
        .values(
            at=micros(at),
            actor=actor,
            action=action,
            subject=subject,
            reason=reason,
            revision=revision_of(connection),
        )
    )


def move_plan(
    connection: sa.Connection, plan_id: str, state: PlanState, actor: str, at: datetime, revision: int = 0
) -> None:
    """Another state of a plan; with the revision of its commit, where it is one."""
    values = {"state": state, "changed_at": micros(at), "changed_by": actor}
    if revision:
        values["committed_revision"] = revision
    connection.execute(sa.update(PLANS).where(PLANS.c.plan_id == plan_id).values(values))


def keep_messages(connection: sa.Connection, notices: Iterable[tuple[str, str]], at: datetime) -> None:
    """Messages (topic, body) that wait to be sent."""
    messages = [{"topic": topic, "body": body, "recorded_at": micros(at)} for topic, body in notices]
    if messages:
        connection.execute(sa.insert(OUTBOX).inline(), messages)
