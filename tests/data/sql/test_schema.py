"""The migrations, the schema file and the catalog say the same; the guards hold."""

import re
import sqlite3

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from data.columns import TABLES
from data.ledger import SUBJECT
from data.list_text import encode_lists
from data.order import joined
from data.sql.guards import GUARDS, install_guards, missing_guards
from data.sql.migrate import MIGRATIONS
from data.sql.opening import open_store
from data.sql.schema import METADATA, VERSION
from data.sql.sqlite import engine_of
from tests.data.samples import LATER, NOON, moved, small_tables

INSERT = (
    "INSERT INTO assignments (kind, recorded_at, recorded_by, patient_id, level, role, starts_on, ends_on) "
    "VALUES ('patient', 1, 'x', {})"
)


@pytest.fixture
def path(tmp_path):
    open_store(tmp_path / "store.db", NOON).close()
    return tmp_path / "store.db"


@pytest.fixture
def filled(path):
    store = open_store(path, NOON)
    store.import_tables(small_tables(), "ann", NOON)
    store.commit(moved(store, at=LATER))
    store.close()
    return path


def statements_of(connection):
    """SQL of every table and index, without the spaces and quotes that make no difference."""
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type <> 'trigger'").all()
    return {
        name: re.sub(r'["\s]+', " ", sql or "").strip()
        for name, sql in rows
        if not name.startswith(("sqlite_", "alembic_"))
    }


def test_the_newest_migration_is_the_version_of_the_schema():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [VERSION]


def test_migrations_lead_to_exactly_the_schema_file(path, tmp_path):
    migrated, direct = engine_of(path, read_only=True), engine_of(tmp_path / "direct.db", read_only=False)
    with direct.connect().execution_options(writes=True) as connection, connection.begin():
        METADATA.create_all(connection)
    with migrated.connect() as one, direct.connect() as other:
        assert statements_of(one) == statements_of(other)
        assert compare_metadata(MigrationContext.configure(one), METADATA) == []
    migrated.dispose()
    direct.dispose()


@pytest.mark.parametrize("name", TABLES)
def test_every_table_of_the_catalog_has_its_columns_and_key(path, name):
    engine = engine_of(path, read_only=True)
    with engine.connect() as connection:
        columns = [each["name"] for each in sa.inspect(connection).get_columns(name)]
        key = sa.inspect(connection).get_pk_constraint(name)["constrained_columns"]
    engine.dispose()
    catalog = [each.name for each in TABLES[name].columns]
    if name == "assignments":
        assert columns[: len(catalog) + 1] == ["row_id", *catalog]
    else:
        assert (columns, tuple(key)) == (catalog, TABLES[name].key)


def test_the_subject_in_sql_is_the_subject_in_arrow(filled):
    store = open_store(filled, NOON)
    rows = store.history(["A1", "A2"])
    store.close()
    connection = sqlite3.connect(filled)
    found = [row[0] for row in connection.execute("SELECT subject FROM assignments ORDER BY row_id")]
    connection.close()
    assert found == joined(rows, SUBJECT).to_pylist()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE assignments SET provider_id = 'P9'", "never changed in place"),
        ("UPDATE assignments SET starts_on = '2020-01-01' WHERE row_id = 1", "never changed in place"),
        ("UPDATE assignments SET superseded_at = NULL WHERE row_id = 1", "superseded once"),
        ("UPDATE assignments SET superseded_at = 5 WHERE row_id = 1", "superseded once"),
        ("DELETE FROM assignments", "never deleted"),
        ("UPDATE audit SET actor = 'nobody'", "never changed"),
        ("DELETE FROM audit", "never deleted"),
        ("UPDATE plans SET header = '{}'", "a plan never changes"),
        ("UPDATE plan_tables SET content = x''", "a plan never changes"),
        (INSERT.format("'A2', 'primary', 'physician', '2025-01-01', NULL"), "assignments overlap"),
        (INSERT.format("'A3', 'primary', 'physician', '2025-01-01', '2025-01-01'"), "assignments_forward"),
    ],
)
def test_the_guards_hold_against_plain_sql(filled, statement, words):
    connection = sqlite3.connect(filled)
    with pytest.raises(sqlite3.IntegrityError, match=words):
        connection.execute(statement)
    connection.close()


def test_rows_of_other_times_levels_and_roles_pass_the_guards(filled):
    connection = sqlite3.connect(filled)
    insert = INSERT.format("'A2', ?, ?, ?, ?")
    with connection:
        connection.execute(insert, ("primary", "physician", "2023-01-01", "2024-01-01"))
        connection.execute(insert, ("primary", "care_manager", "2025-01-01", None))
        connection.execute(insert, ("program:CCM", "physician", "2025-01-01", None))
    assert connection.execute("SELECT count(*) FROM assignments WHERE patient_id = 'A2'").fetchone() == (4,)
    connection.close()


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_that_was_dropped_or_changed_is_missed_and_comes_back(path, name):
    engine = engine_of(path, read_only=False)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
        assert missing_guards(connection) == [name]
        connection.exec_driver_sql(f"CREATE TRIGGER {name} AFTER INSERT ON plans BEGIN SELECT 1; END")
        assert missing_guards(connection) == [name]
        install_guards(connection)
        assert missing_guards(connection) == []
    engine.dispose()


def test_lists_are_kept_as_text_that_a_person_can_read(filled):
    connection = sqlite3.connect(filled)
    (text,) = connection.execute("SELECT languages FROM providers WHERE provider_id = 'P1'").fetchone()
    connection.close()
    assert text == "en|es" == encode_lists(small_tables()["providers"]["languages"])[0].as_py()
