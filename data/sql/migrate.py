"""Bring a database to the current version, within one transaction."""

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from data.errors import DataError
from data.refusals import moment
from data.sql.database import Database
from data.sql.moments import micros
from data.sql.schema import AUDIT_EVENTS, REVISION, VERSION

MIGRATIONS = Path(__file__).parent / "migrations"


def version_of(connection: sa.Connection) -> str:
    """Version of the database; empty in a new one. DataError in one that is not panelwise's."""
    tables = set(sa.inspect(connection).get_table_names())
    if "alembic_version" in tables:
        return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")
    if tables:
        raise DataError(f"it holds other tables ({', '.join(sorted(tables)[:3])}) and none of panelwise's")
    return ""


def migrate(database: Database, connection: sa.Connection, at: datetime) -> None:
    """Run the missing migrations and put the guards in place; the caller's transaction commits it."""
    from alembic import command
    from alembic.config import Config

    before = version_of(connection)
    if before == VERSION:
        return
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")
    database.install_guards(connection)
    missing = database.missing_guards(connection)
    if missing:
        raise DataError(f"the guards {', '.join(missing)} could not be put in place")
    if not before:
        connection.execute(sa.insert(REVISION).values(only=1, revision=0))
    connection.execute(
        sa.insert(AUDIT_EVENTS).values(
            at=micros(moment(at)),
            actor="panelwise",
            action="migrate",
            subject=f"version {before or 'none'} to {VERSION}",
            reason="",
            revision=connection.execute(sa.select(REVISION.c.revision)).scalar_one(),
        )
    )
