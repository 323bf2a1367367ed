"""Triggers that hold whatever the code above them does: history is append-only, valid time never overlaps.

Those of SQLite; `data.sql.postgres.guards` has PostgreSQL's.

Alembic's batch mode drops triggers silently, so every migration installs them again.
"""

import sqlalchemy as sa

OVERLAP = "assignments overlap"
"""Message of the refusal when two believed rows of one subject overlap in valid time."""

EXCLUSION = "assignments_overlap"
"""The constraint that refuses them on PostgreSQL; its message names it."""

ROW = (
    "row_id, kind, patient_id, facility_id, covers_provider_id, level, role, provider_id, starts_on, "
    "ends_on, temporary, review_on, reason, recorded_at, recorded_by, plan_id"
)
"""Columns of an assignment that never change."""

GUARDS = {
    "assignments_no_overlap": f"""
        AFTER INSERT ON assignments WHEN NEW.superseded_at IS NULL BEGIN
            SELECT RAISE(ABORT, '{OVERLAP}') WHERE EXISTS (
                SELECT 1 FROM assignments AS other
                WHERE other.subject = NEW.subject AND other.superseded_at IS NULL
                AND other.row_id <> NEW.row_id
                AND (NEW.ends_on IS NULL OR other.starts_on < NEW.ends_on)
                AND (other.ends_on IS NULL OR other.ends_on > NEW.starts_on));
        END""",
    "assignments_no_change": f"""
        BEFORE UPDATE OF {ROW} ON assignments BEGIN
            SELECT RAISE(ABORT, 'assignments are never changed in place');
        END""",
    "assignments_superseded_once": """
        BEFORE UPDATE OF superseded_at, superseded_by_plan_id ON assignments
        WHEN OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL BEGIN
            SELECT RAISE(ABORT, 'an assignment is superseded once');
        END""",
    "assignments_no_delete": """
        BEFORE DELETE ON assignments BEGIN
            SELECT RAISE(ABORT, 'assignments are never deleted');
        END""",
    "audit_no_change": """
        BEFORE UPDATE ON audit BEGIN
            SELECT RAISE(ABORT, 'the audit log is never changed');
        END""",
    "audit_no_delete": """
        BEFORE DELETE ON audit BEGIN
            SELECT RAISE(ABORT, 'the audit log is never deleted');
        END""",
    "plans_no_change": """
        BEFORE UPDATE OF plan_id, header, created_at ON plans BEGIN
            SELECT RAISE(ABORT, 'a plan never changes');
        END""",
    "plan_tables_no_change": """
        BEFORE UPDATE ON plan_tables BEGIN
            SELECT RAISE(ABORT, 'a plan never changes');
        END""",
}
"""Body of every trigger by name (SQLite)."""


def is_overlap(error: Exception) -> bool:
    """Whether a database refused rows because they overlap, SQLite or PostgreSQL."""
    return OVERLAP in str(error) or EXCLUSION in str(error)


def install_guards(connection: sa.Connection) -> None:
    """Put every guard in place, in the place of older ones."""
    for name, body in GUARDS.items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {body}")


def missing_guards(connection: sa.Connection) -> list[str]:
    """Names of guards that are not there, or not as they should be."""
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    found = {row[0]: _words(row[1]) for row in rows}
    return [
        name for name, body in GUARDS.items() if found.get(name) != _words(f"CREATE TRIGGER {name} {body}")
    ]


def _words(sql: str) -> list[str]:
    return sql.split()
