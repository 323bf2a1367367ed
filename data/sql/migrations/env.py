"""Run by Alembic: upgrades over the connection, and within the transaction, of whoever opens the store."""

from alembic import context

from data.sql.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True)
context.run_migrations()
