"""Keeping plans and the snapshots that they were made from."""

from datetime import datetime

import sqlalchemy as sa

from data.errors import DataError
from data.parquet import FrozenSnapshot, to_parquet
from data.plan import Plan, PlanState
from data.plan_json import header_to_json
from data.sql.events import keep_event
from data.sql.moments import micros
from data.sql.schema import FILES, PLAN_TABLES_KEPT, PLANS, SNAPSHOTS

KEEP_FILE = "INSERT INTO files (digest, content) VALUES (:digest, :content) ON CONFLICT DO NOTHING"
KEEP_SNAPSHOT = "INSERT INTO snapshots (digest, manifest) VALUES (:digest, :manifest) ON CONFLICT DO NOTHING"
"""Whoever does not see what is kept already must not stumble over it."""


def keep_plan(
    connection: sa.Connection, plan: Plan, state: PlanState, at: datetime, frozen: FrozenSnapshot | None
) -> None:
    """Keep a new plan, and its input; DataError where there is one of that id."""
    header = plan.header
    row = {
        "plan_id": header.plan_id,
        "header": header_to_json(header),
        "created_at": micros(header.created_at),
        "state": state,
        "changed_at": micros(at),
        "changed_by": header.actor,
        "committed_revision": 0,
    }
    known = sa.select(PLANS.c.plan_id).where(PLANS.c.plan_id == header.plan_id)
    if connection.execute(known).first() is not None:
        raise DataError(f"plan {header.plan_id} is saved already; a plan never changes")
    contents = [
        {"plan_id": header.plan_id, "name": name, "content": to_parquet(table)}
        for name, table in plan.tables.items()
    ]
    connection.execute(sa.insert(PLANS), row)
    connection.execute(sa.insert(PLAN_TABLES_KEPT), contents)
    if frozen is not None:
        _keep_snapshot(connection, frozen)
    keep_event(connection, at, header.actor, "save plan", header.plan_id)


def _keep_snapshot(connection: sa.Connection, frozen: FrozenSnapshot) -> None:
    """Keep a snapshot; what equal ones before it kept is kept once."""
    known = sa.select(SNAPSHOTS.c.digest).where(SNAPSHOTS.c.digest == frozen.digest)
    if connection.execute(known).first() is not None:
        return
    connection.execute(sa.text(KEEP_SNAPSHOT), {"digest": frozen.digest, "manifest": frozen.manifest})
    there = set(
        connection.execute(sa.select(FILES.c.digest).where(FILES.c.digest.in_(frozen.files))).scalars()
    )
    new = [
        {"digest": digest, "content": content}
        for digest, content in frozen.files.items()
        if digest not in there
    ]
    if new:
        connection.execute(sa.text(KEEP_FILE), new)
