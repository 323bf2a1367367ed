"""Small writes that go with every other: the audit log, the revision, a plan's state, messages to be sent."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from data.plan import PlanState
from data.sql.moments import micros
from data.sql.schema import OUTBOX, PLANS, REVISION


class Event(NamedTuple):
    """An event of the audit log."""

    at: datetime
    actor: str
    action: str
    subject: str
    reason: str = ""


EVENT = (
    "INSERT INTO audit (at, actor, action, subject, reason, revision) "
    "VALUES ({marks}, (SELECT revision FROM revision))"
)
"""In the driver's own words: every read of patient data waits for it, and putting it together took longer."""


def revision_of(connection: sa.Connection) -> int:
    """The store's revision."""
    return int(connection.exec_driver_sql("SELECT revision FROM revision").scalar_one())


def raise_revision(connection: sa.Connection) -> int:
    """The next revision, which is the store's from now on."""
    connection.execute(sa.update(REVISION).values(revision=REVISION.c.revision + 1))
    return revision_of(connection)


def keep_event(
    connection: sa.Connection, at: datetime, actor: str, action: str, subject: str, reason: str = ""
) -> None:
    """One more event in the audit log."""
    keep_events(connection, [Event(at, actor, action, subject, reason)])


def keep_events(connection: sa.Connection, events: Iterable[Event]) -> None:
    """More events in the audit log. Who writes an event need not be able to read it back."""
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    rows = [(micros(at), *rest) for at, *rest in events]
    connection.exec_driver_sql(EVENT.format(marks=", ".join([mark] * len(Event._fields))), rows)


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
