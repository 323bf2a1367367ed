"""What holds whatever the code above does: history only grows, valid time never overlaps, scopes are kept."""

import hashlib

import sqlalchemy as sa

from data.sql.guards import EXCLUSION, ROW
from data.sql.postgres import fences, queue
from data.sql.schema import METADATA

REFUSE = "BEGIN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0]; END"
"""Body of the function `panelwise_refuse()` that every trigger calls, with the sentence as its argument."""

TRIGGERS = {
    ("assignments", "assignments_no_change"): (
        f"BEFORE UPDATE OF {ROW} ON assignments FOR EACH ROW",
        "assignments are never changed in place",
    ),
    ("assignments", "assignments_superseded_once"): (
        """BEFORE UPDATE OF superseded_at, superseded_by_plan_id ON assignments FOR EACH ROW
        WHEN (OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL)""",
        "an assignment is superseded once",
    ),
    ("assignments", "assignments_no_delete"): (
        "BEFORE DELETE OR TRUNCATE ON assignments FOR EACH STATEMENT",
        "assignments are never deleted",
    ),
    ("audit", "audit_no_change"): (
        "BEFORE UPDATE ON audit FOR EACH STATEMENT",
        "the audit log is never changed",
    ),
    ("audit", "audit_no_delete"): (
        "BEFORE DELETE OR TRUNCATE ON audit FOR EACH STATEMENT",
        "the audit log is never deleted",
    ),
    ("plans", "plans_no_change"): (
        "BEFORE UPDATE OF plan_id, header, created_at ON plans FOR EACH STATEMENT",
        "a plan never changes",
    ),
    ("plan_tables", "plan_tables_no_change"): (
        "BEFORE UPDATE ON plan_tables FOR EACH STATEMENT",
        "a plan never changes",
    ),
}
"""When it fires and what it says, by table and name; the same guards as SQLite's."""


def install(connection: sa.Connection) -> None:
    """Put guards, queue and fences in place of older ones, each marked with a digest of its text."""
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION panelwise_refuse() RETURNS trigger LANGUAGE plpgsql "
        f"AS $body${REFUSE}$body$"
    )
    for (table, name), (when, sentence) in TRIGGERS.items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION panelwise_refuse('{sentence}')"
        )
    queue.install(connection)
    fences.install(connection)
    for kind, table, name, text in _marked():
        connection.exec_driver_sql(f"COMMENT ON {kind} {name} ON \"{table}\" IS '{_digest(text)}'")


def missing(connection: sa.Connection) -> list[str]:
    """Names of guards and fences that are not there, not as they should be, or turned off."""
    found = set(connection.exec_driver_sql(PRESENT).scalars())
    wanted = [f"{kind} {table}.{name} {_digest(text)}" for kind, table, name, text in _marked()]
    wanted += [f"FENCE {table}" for table in METADATA.tables]
    wanted += [f"FUNCTION {name.partition('(')[0]} {_digest(body)}" for name, body in _bodies().items()]
    wanted.append(f"CONSTRAINT {EXCLUSION}")
    return [" ".join(each.split()[:2]) for each in wanted if each not in found]


PRESENT = """
    SELECT concat('TRIGGER ', c.relname, '.', t.tgname, ' ', obj_description(t.oid, 'pg_trigger'))
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      WHERE c.relnamespace = current_schema()::regnamespace AND t.tgenabled = 'O'
    UNION ALL
    SELECT concat('POLICY ', c.relname, '.', p.polname, ' ', obj_description(p.oid, 'pg_policy'))
      FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
      WHERE c.relnamespace = current_schema()::regnamespace
    UNION ALL
    SELECT concat('FENCE ', relname) FROM pg_class
      WHERE relnamespace = current_schema()::regnamespace AND relrowsecurity
    UNION ALL
    SELECT concat('FUNCTION ', proname, ' ', encode(sha256(convert_to(prosrc, 'UTF8')), 'hex')) FROM pg_proc
      WHERE pronamespace = current_schema()::regnamespace
    UNION ALL
    SELECT concat('CONSTRAINT ', conname) FROM pg_constraint
      WHERE connamespace = current_schema()::regnamespace AND contype = 'x'
"""
"""What is there, written as `missing` looks for it."""


def _marked() -> list[tuple[str, str, str, str]]:
    """Kind, table, name and text of what is marked with its digest."""
    triggers = [("TRIGGER", table, name, f"{each}") for (table, name), each in TRIGGERS.items()]
    triggers.append(("TRIGGER", *queue.TRIGGER))
    return triggers + [("POLICY", table, name, body) for (table, name), body in fences.policies().items()]


def _bodies() -> dict[str, str]:
    own = {signature: body for signature, (_, body) in (fences.FUNCTIONS | queue.FUNCTIONS).items()}
    return own | {"panelwise_refuse()": REFUSE}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
