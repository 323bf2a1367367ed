"""Opening a store on a server: what is made, what is refused, and in which words."""

import threading

import pyarrow as pa
import pytest

from data.errors import DataError, StoreVersionError
from data.sql.opening import open_store
from data.sql.postgres.bulk import _csv
from data.sql.schema import VERSION
from tests.data.samples import DAY, LATER, NOON, small_tables, table
from tests.data.sql.look import connected, rows
from tests.postgres import TestServer


@pytest.fixture
def empty(server):
    """A database without anything in it."""
    return server.database()


@pytest.fixture
def place(places):
    with places.lent("postgres") as lent:
        yield lent


def change(place, *statements):
    with connected(place) as connection, connection.begin():
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_an_empty_database_gets_its_tables_and_guards(empty):
    store = open_store(empty, NOON)
    assert store.missing_guards() == []
    assert store.audit()["subject"].to_pylist() == [f"version none to {VERSION}"]
    assert store.snapshot(DAY).revision == 0
    store.close()


def test_what_was_written_is_there_after_opening_again_and_opening_writes_nothing(place):
    store = open_store(place, NOON)
    store.import_tables(small_tables(), "ann", NOON)
    store.close()
    again = open_store(place.replace("postgresql://", "postgres://"), LATER)
    assert again.snapshot(DAY).patient_ids == ["A1", "A2", "A3"]
    assert again.audit().num_rows == 2
    again.close()


def test_a_store_opened_for_reading_reads_and_refuses_to_write(place):
    store = open_store(place, LATER, read_only=True)
    assert store.snapshot(DAY).patient_ids == []
    with pytest.raises(DataError, match="can only be read"):
        store.note(LATER, "ann", "read", "all")
    store.close()


def test_reading_a_database_without_tables_makes_none(empty):
    with pytest.raises(DataError, match=r"has version none.*open it once for writing"):
        open_store(empty, NOON, read_only=True)
    assert rows(empty, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []


def test_a_database_of_a_newer_version_is_refused(server):
    newer = server.database(template="empty")
    change(newer, "UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(StoreVersionError, match=r"schema 0999.*update panelwise"):
        open_store(newer, LATER)


def test_a_database_of_something_else_is_refused_and_left_alone(empty):
    change(empty, "CREATE TABLE songs (title text)")
    with pytest.raises(DataError, match=r"not a store of panelwise: it holds other tables \(songs\)"):
        open_store(empty, NOON)
    assert rows(empty, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == [("songs",)]


def test_a_migration_that_fails_leaves_nothing(empty):
    """A user without the right to make tables."""
    with connected(empty) as connection, connection.begin():
        connection.exec_driver_sql("DROP ROLE IF EXISTS guest")
        connection.exec_driver_sql("CREATE ROLE guest LOGIN")
    with pytest.raises(DataError, match="may not do that: see PostgreSQL in the README"):
        open_store(empty.replace("owner@", "guest@"), NOON)
    assert rows(empty, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("/test", "/other", "the database or the user does not exist"),
        ("owner@", "stranger@", "the database or the user does not exist"),
        ("host=", "host=/nowhere", "nobody listens there"),
    ],
)
def test_a_server_that_cannot_be_reached_is_told_in_a_sentence(place, old, new, words):
    with pytest.raises(DataError, match=words):
        open_store(place.replace(old, new), NOON)


def test_nobody_learns_the_password_from_an_error():
    with pytest.raises(DataError, match=r"postgresql://ann:\*\*\*@127.0.0.1:1/x: nobody listens") as caught:
        open_store("postgresql://ann:secret@127.0.0.1:1/x", NOON)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("address", ["postgresql://host:port/x", "postgresql://[::1/x"])
def test_what_is_no_address_is_told_so(address):
    with pytest.raises(DataError, match="write postgresql://USER:PASSWORD@HOST:PORT/DATABASE"):
        open_store(address, NOON)


def test_a_character_that_postgres_cannot_keep_is_told(place):
    store = open_store(place, NOON)
    for name in ("nul \0 in a bulk", "x"):
        with pytest.raises(DataError, match="NUL, which PostgreSQL cannot keep"):
            store.import_tables(
                {"patients": table("patients", {"patient_id": "A", "name": name})}, "a\0", NOON
            )
    assert store.snapshot(DAY).patient_ids == []
    store.close()


def test_texts_that_mean_something_to_copy_come_back_as_they_are(place):
    names = [
        "\\.",
        "\\N",
        "",
        '"',
        "a,b",
        "a\n\\.\nb",
        "a\r\nb",
        "\t",
        "NULL",
        "é 漢字 🙂",
        "'; DROP TABLE patients; --",
    ]
    given = table("patients", *({"patient_id": f"A{n:02}", "name": name} for n, name in enumerate(names)))
    store = open_store(place, NOON)
    store.import_tables({"patients": given}, "ann", NOON)
    assert store.snapshot(DAY).patients.equals(given)
    store.close()


def test_rows_in_chunks_some_of_which_are_empty_are_written_as_they_are():
    """Regression: Arrow's CSV writer puts uninitialized memory in the place of an empty first chunk."""
    column = pa.chunked_array([[], ["x"], [], ["y", ""], []], pa.string())
    assert (
        _csv(pa.table({"a": column, "b": pa.chunked_array([["p", None, "r"]])})) == b'"x","p"\n"y",\n"","r"\n'
    )


def test_many_openers_of_an_empty_database_at_once_make_one_store(empty):
    problems = []

    def opener():
        try:
            store = open_store(empty, NOON)
            store.snapshot(DAY)
            store.close()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=opener) for _ in range(5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert problems == []
    assert rows(empty, "SELECT count(*) FROM audit") == [(1,)]


def test_without_binaries_the_tests_are_skipped_but_fail_in_ci(monkeypatch):
    monkeypatch.setattr("tests.postgres.binaries", lambda: None)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install postgresql"):
        TestServer.started()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install postgresql"):
        TestServer.started()
