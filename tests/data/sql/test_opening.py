"""Opening: what is made, what is migrated, what is refused, and in which words."""

import os
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest

from data.errors import DataError, StoreVersionError
from data.sql.bulk import LEFT_BEHIND_SECONDS
from data.sql.opening import open_store
from data.sql.schema import VERSION
from tests.data.samples import DAY, LATER, NOON, small_tables, table


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.db"


@pytest.fixture
def existing(path):
    store = open_store(path, NOON)
    store.import_tables(small_tables(), "ann", NOON)
    store.close()
    return path


def change(path, *statements):
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def files_of(folder):
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}


def test_a_new_store_is_made_at_the_current_version_with_write_ahead_logging(path):
    store = open_store(path, NOON)
    assert store.missing_guards() == []
    assert store.audit()["subject"].to_pylist() == [f"version none to {VERSION}"]
    store.close()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_what_was_written_is_there_after_opening_again(existing):
    store = open_store(f"sqlite:///{existing}", LATER)
    assert store.revision() == 1
    assert store.snapshot(DAY).patient_ids == ["A1", "A2", "A3"]
    store.close()


def test_opening_an_existing_store_writes_nothing(existing):
    before = files_of(existing.parent)
    store = open_store(existing, LATER)
    assert store.snapshot(DAY).revision == 1
    store.close()
    assert files_of(existing.parent) == before


def test_a_store_opened_for_reading_reads_and_refuses_to_write(existing):
    before = files_of(existing.parent)
    store = open_store(existing, LATER, read_only=True)
    assert store.snapshot(DAY).patient_ids == ["A1", "A2", "A3"]
    assert store.history(["A1"]).num_rows == 1
    with pytest.raises(DataError, match="can only be read"):
        store.note(LATER, "ann", "read", "all")
    store.close()
    after = files_of(existing.parent)
    assert {name: after[name] for name in before} == before


def test_reading_a_store_that_is_not_there_makes_none(path):
    with pytest.raises(DataError, match="there is no store at"):
        open_store(path, NOON, read_only=True)
    assert not path.exists()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(existing):
    change(existing, "UPDATE alembic_version SET version_num = '0999'")
    before = files_of(existing.parent)
    with pytest.raises(StoreVersionError, match=r"schema 0999.*update panelwise"):
        open_store(existing, LATER)
    assert files_of(existing.parent) == before


def test_a_database_of_something_else_is_refused_and_left_alone(path):
    change(path, "CREATE TABLE songs (title TEXT)")
    before = path.read_bytes()
    with pytest.raises(DataError, match=r"not a store of panelwise: it holds other tables \(songs\)"):
        open_store(path, NOON)
    assert path.read_bytes() == before


def test_a_file_that_is_not_a_database_is_refused_and_left_alone(path):
    path.write_text("patient_id,name\nA1,Maria\n")
    with pytest.raises(DataError, match="is not a database; name another file"):
        open_store(path, NOON)
    assert path.read_text() == "patient_id,name\nA1,Maria\n"


def test_a_damaged_database_is_said_to_be_damaged(existing):
    content = bytearray(existing.read_bytes())
    content[200:20_000] = bytes(19_800)
    existing.write_bytes(content)
    with pytest.raises(DataError, match="damaged: take the latest backup"):
        open_store(existing, LATER)


def test_an_empty_file_becomes_a_store(path):
    path.touch()
    store = open_store(path, NOON)
    assert store.revision() == 0
    store.close()


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"is a folder; name a file in it"):
        open_store(tmp_path, NOON)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"there is no folder .*nowhere; make it first"):
        open_store(tmp_path / "nowhere" / "store.db", NOON)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere: run as another user")
def test_a_folder_that_cannot_be_written_is_said_so(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(DataError, match="cannot be opened or made: look at the folder's permissions"):
        open_store(tmp_path / "store.db", NOON)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc, a folder nobody can write into")
def test_a_folder_that_nobody_can_write_into_is_said_so():
    with pytest.raises(DataError, match="cannot be opened or made: look at the folder's permissions"):
        open_store("/proc/self/store.db", NOON)


def test_another_kind_of_database_is_refused_in_a_sentence():
    with pytest.raises(DataError, match=r"mysql stores are not supported; give the path of a file"):
        open_store("mysql://localhost/panelwise", NOON)


def test_a_name_with_odd_letters_is_a_name(tmp_path):
    path = tmp_path / "a b?#%é.db"
    open_store(path, NOON).close()
    store = open_store(path, NOON)
    assert store.snapshot(DAY).revision == 0
    store.close()


def test_many_openers_of_a_new_store_at_once_make_one(path):
    problems = []

    def opener():
        try:
            store = open_store(path, NOON)
            store.snapshot(DAY)
            store.close()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=opener) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    store = open_store(path, NOON)
    assert problems == []
    assert store.audit().num_rows == 1
    store.close()


def test_scratch_folders_of_the_dead_are_swept_and_those_of_the_living_kept(existing):
    dead, living = existing.parent / ".store.db-dead", existing.parent / ".store.db-living"
    for each in (dead, living):
        each.mkdir()
        (each / "scratch.db").touch()
    long_ago = dead.stat().st_mtime - LEFT_BEHIND_SECONDS - 60
    os.utime(dead, (long_ago, long_ago))
    open_store(existing, LATER).close()
    assert (dead.exists(), living.exists()) == (False, True)
    shutil.rmtree(living)


def test_a_read_leaves_nothing_beside_the_store(existing):
    store = open_store(existing, LATER)
    store.snapshot(DAY)
    store.close()
    assert [each.name for each in existing.parent.iterdir()] == ["store.db"]


def test_damage_that_a_read_meets_later_is_a_sentence_too(existing):
    """The first pages (the schema) are whole, the last ones are not."""
    store = open_store(existing, LATER)
    rows = [{"patient_id": f"A{number:05d}", "name": "x" * 200} for number in range(2000)]
    store.import_tables({"patients": table("patients", *rows)}, "ann", LATER)
    store.close()
    content = bytearray(existing.read_bytes())
    content[len(content) // 2 :] = b"\xff" * (len(content) - len(content) // 2)
    existing.write_bytes(content)
    store = open_store(existing, LATER, read_only=True)
    with pytest.raises(DataError, match="damaged: take the latest backup"):
        store.snapshot(DAY)
    store.close()
