"""On PostgreSQL, too, migrations and schema say the same, and the guards hold."""

import pytest
import sqlalchemy as sa

from data.columns import TABLES
from data.ledger import SUBJECT
from data.order import joined
from data.sql.opening import open_store
from data.sql.postgres import guards
from data.sql.postgres.fences import policies
from data.sql.postgres.guards import TRIGGERS
from data.sql.schema import METADATA
from tests.data.samples import DAY, LATER, NOON, moved, small_tables
from tests.data.sql.look import connected, rows
from tests.data.sql.test_schema import INSERT

COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated,
           pg_get_expr(d.adbin, d.adrelid), collname
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    WHERE c.relkind = 'r' AND a.attnum > 0 AND c.relnamespace = 'public'::regnamespace
      AND c.relname <> 'alembic_version'
    ORDER BY 1, a.attnum
"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass
"""


@pytest.fixture
def place(places):
    with places.lent("postgres") as lent:
        yield lent


@pytest.fixture
def filled(place):
    store = open_store(place, NOON)
    store.import_tables(small_tables(), "ann", NOON)
    store.commit(moved(store, at=LATER))
    store.close()
    return place


def test_migrations_lead_to_exactly_the_schema_file(place, server):
    direct = server.database()
    with connected(direct) as connection, connection.begin():
        connection.exec_driver_sql("CREATE EXTENSION btree_gist")
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num text)")
        METADATA.create_all(connection)
    for question in (COLUMNS, INDEXES, CONSTRAINTS):
        migrated = sorted(map(repr, rows(place, question)))
        assert migrated == sorted(map(repr, rows(direct, question)))
        assert len(migrated) > 15


@pytest.mark.parametrize("name", TABLES)
def test_every_table_of_the_catalog_has_its_columns_and_key(place, name):
    with connected(place) as connection:
        columns = [each["name"] for each in sa.inspect(connection).get_columns(name)]
        key = sa.inspect(connection).get_pk_constraint(name)["constrained_columns"]
    catalog = [each.name for each in TABLES[name].columns]
    if name == "assignments":
        assert columns[: len(catalog) + 1] == ["row_id", *catalog]
    else:
        assert (columns, tuple(key)) == (catalog, TABLES[name].key)


def test_the_subject_in_sql_is_the_subject_in_arrow(filled):
    store = open_store(filled, NOON)
    history = store.history(["A1", "A2"])
    store.close()
    found = [row[0] for row in rows(filled, "SELECT subject FROM assignments ORDER BY row_id")]
    assert found == joined(history, SUBJECT).to_pylist()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE assignments SET provider_id = 'P9'", "never changed in place"),
        ("UPDATE assignments SET starts_on = '2020-01-01' WHERE row_id = 1", "never changed in place"),
        ("UPDATE assignments SET superseded_at = NULL WHERE row_id = 1", "superseded once"),
        ("UPDATE assignments SET superseded_at = 5 WHERE row_id = 1", "superseded once"),
        ("DELETE FROM assignments", "never deleted"),
        ("TRUNCATE assignments", "never deleted"),
        ("UPDATE audit SET actor = 'nobody'", "never changed"),
        ("DELETE FROM audit", "never deleted"),
        ("TRUNCATE audit", "never deleted"),
        ("UPDATE plans SET header = '{}'", "a plan never changes"),
        ("UPDATE plan_tables SET content = ''", "a plan never changes"),
        (INSERT.format("'A2', 'primary', 'physician', '2025-01-01', NULL"), "assignments_overlap"),
        (INSERT.format("'A3', 'primary', 'physician', '2025-01-01', '2025-01-01'"), "assignments_forward"),
    ],
)
def test_the_guards_hold_against_plain_sql(filled, statement, words):
    with pytest.raises(sa.exc.IntegrityError, match=words):
        rows(filled, statement)


def test_rows_of_other_times_levels_and_roles_pass_the_guards(filled):
    with connected(filled) as connection, connection.begin():
        for values in (
            "'A2', 'primary', 'physician', '2023-01-01', '2024-01-01'",
            "'A2', 'primary', 'care_manager', '2025-01-01', NULL",
            "'A2', 'program:CCM', 'physician', '2025-01-01', NULL",
        ):
            connection.exec_driver_sql(INSERT.format(values))
    assert rows(filled, "SELECT count(*) FROM assignments WHERE patient_id = 'A2'") == [(4,)]


@pytest.mark.parametrize(("table", "name"), TRIGGERS)
def test_a_trigger_that_was_dropped_changed_or_turned_off_is_missed_and_comes_back(place, table, name):
    wanted = [f"TRIGGER {table}.{name}"]
    with connected(place) as connection:  # nothing is committed
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        assert guards.missing(connection) == wanted
        connection.exec_driver_sql(f"DROP TRIGGER {name} ON {table}")
        assert guards.missing(connection) == wanted
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} AFTER INSERT ON {table} EXECUTE FUNCTION panelwise_refuse('no')"
        )
        assert guards.missing(connection) == wanted
        guards.install(connection)
        assert guards.missing(connection) == []


@pytest.mark.parametrize(
    ("statement", "missed"),
    [
        ("ALTER TABLE patients DISABLE ROW LEVEL SECURITY", "FENCE patients"),
        ("DROP POLICY panelwise_in_sight ON patients", "POLICY patients.panelwise_in_sight"),
        (
            "CREATE OR REPLACE FUNCTION panelwise_everywhere() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
            "FUNCTION panelwise_everywhere",
        ),
    ],
)
def test_a_fence_that_was_taken_down_is_missed_and_comes_back(place, statement, missed):
    with connected(place) as connection:  # nothing is committed
        connection.exec_driver_sql(statement)
        assert guards.missing(connection) == [missed]
        guards.install(connection)
        assert guards.missing(connection) == []


def test_an_exclusion_constraint_that_was_dropped_is_missed(place):
    with connected(place) as connection:  # nothing is committed
        connection.exec_driver_sql("ALTER TABLE assignments DROP CONSTRAINT assignments_overlap")
        assert guards.missing(connection) == ["CONSTRAINT assignments_overlap"]


def test_every_table_has_a_policy():
    assert {table for table, _ in policies()} == set(METADATA.tables)


def test_row_ids_have_no_gaps_after_what_was_rolled_back(place):
    store = open_store(place, NOON)
    store.import_tables(small_tables(), "ann", NOON)
    with connected(place) as connection:
        connection.exec_driver_sql("SELECT panelwise_next_rows(1000)")
        connection.rollback()
    store.commit(moved(store))
    assert sorted(store.snapshot(DAY)["assignments"]["row_id"].to_pylist()) == [2, 3, 4]
    store.close()
