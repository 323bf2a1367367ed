"""Several threads and processes at once on one store."""

import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest
import sqlalchemy as sa

from data.errors import RevisionMovedError
from data.sql.opening import open_store
from data.store import Commit
from tests.data.samples import (
    DAY,
    LATER,
    NOON,
    entries_of,
    moved,
    open_statement,
    plan_of,
    small_tables,
    table,
)
from tests.data.sql.look import dump

TRY_TO_WRITE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    connection.execute("BEGIN IMMEDIATE")
    print("got the lock")
except sqlite3.OperationalError as error:
    print(error)
"""


@pytest.fixture
def path(place):
    store = open_store(place, NOON)
    store.import_tables(small_tables(), "ann", NOON)
    store.close()
    return place


def commit_from_revision_1(path, plan_id, to):
    """Whether this plan, made from revision 1, was the one that was written."""
    store = open_store(path, NOON)
    try:
        entries = entries_of(store, plan_of(plan_id, open_statement("A1", to, 1)))
        store.commit(Commit(plan_id, entries, 1, "ann", LATER))
    except (RevisionMovedError, KeyError):  # KeyError: the other's commit was there before these were read
        return False
    finally:
        store.close()
    return True


def test_of_several_processes_that_commit_at_once_one_wins(path):
    store = open_store(path, NOON)
    names = [f"plan-{number}" for number in range(4)]
    for name in names:
        store.save_plan(plan_of(name, open_statement("A1", "P2", 1)), "ready", NOON)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        won = list(processes.map(commit_from_revision_1, [path] * 4, names, ["P2"] * 4))
    assert sum(won) == 1
    assert store.revision() == 2
    assert [each.state for each in store.records()].count("committed") == 1
    assert len([each for each in store.history(["A1"]).to_pylist() if each["superseded_at"] is None]) == 2
    store.close()


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_no_read_gives_up_the_lock_that_a_writer_holds(path):
    """Regression: another SQLite library in the process, closing the file, dropped the writer's lock."""
    store = open_store(path, NOON)
    with store._writing():
        before = try_to_write(path)
        store.snapshot(DAY)
        store.history(["A1"])
        after = try_to_write(path)
    assert (before, after) == ("database is locked", "database is locked")
    assert try_to_write(path) == "got the lock"
    store.close()


def try_to_write(path):
    """What another process hears that asks for the write lock."""
    done = subprocess.run(
        [sys.executable, "-c", TRY_TO_WRITE, path], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_readers_see_whole_revisions_while_others_write(path):
    """Each import renames both providers alike; a reader must never see one of each."""
    store = open_store(path, NOON)
    stop = threading.Event()
    torn, seen = [], set()

    def read():
        while not stop.is_set():
            snapshot = store.snapshot(DAY)
            names = set(snapshot.providers["name"].to_pylist()) | set(snapshot.patients["name"].to_pylist())
            seen.add(snapshot.revision)
            if len(names) > 1 and snapshot.revision > 1:
                torn.append((snapshot.revision, names))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(15):
        name = f"name {number}"
        store.import_tables(
            {
                "providers": table(
                    "providers", *({"provider_id": each, "name": name} for each in ("P1", "P2"))
                ),
                "patients": table(
                    "patients", *({"patient_id": f"A{each}", "name": name} for each in (1, 2, 3))
                ),
            },
            "ann",
            LATER,
        )
    stop.set()
    reader.join()
    store.close()
    assert torn == []
    assert seen


def test_a_snapshot_is_kept_until_anybody_changes_the_data(path):
    one, other = open_store(path, NOON), open_store(path, NOON)
    first = one.snapshot(DAY)
    one.note(LATER, "ann", "read", "all")
    assert one.snapshot(DAY).patients is first.patients
    other.import_tables({"patients": table("patients", {"patient_id": "A4"})}, "bob", LATER)
    assert one.snapshot(DAY).patient_ids == ["A1", "A2", "A3", "A4"]
    assert one.snapshot(DAY, known_at=NOON)["assignments"].num_rows == 2
    again = one.import_tables({"patients": table("patients", {"patient_id": "A4"})}, "ann", LATER)
    assert again.unchanged == {"patients": 1}
    one.close()
    other.close()


def test_threads_that_write_wait_for_each_other(path):
    store = open_store(path, NOON)

    def write(number):
        store.note(LATER, "ann", "read", f"{number}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(40)))
    subjects = store.audit(40)["subject"].to_pylist()
    assert sorted(subjects, key=int) == [str(number) for number in range(40)]
    store.close()


def test_a_commit_that_fails_at_any_statement_leaves_nothing(path):
    """Statement after statement is made to fail; the last run, in which none does, commits."""
    store = open_store(path, NOON)
    commit = moved(store, notices=(("t", "{}"),))
    before = dump(path)
    for failing in range(1, 100):
        with FailingAt(store.database.engine, failing) as fault:
            try:
                store.commit(commit)
            except RuntimeError:
                assert dump(path) == before
                continue
        break
    assert fault.count < failing
    assert failing > 10
    assert store.revision() == 2
    store.close()


class FailingAt:
    """Makes statement number `wanted` fail, before it runs."""

    def __init__(self, engine, wanted):
        self.engine, self.wanted, self.count = engine, wanted, 0

    def __enter__(self):
        sa.event.listen(self.engine, "before_cursor_execute", self._count)
        return self

    def __exit__(self, *_):
        sa.event.remove(self.engine, "before_cursor_execute", self._count)

    def _count(self, *_):
        self.count += 1
        if self.count == self.wanted:
            raise RuntimeError("made to fail")


def test_a_read_leaves_its_trace_on_a_server_while_somebody_writes(places):
    with places.lent("postgres") as place:
        store, other = open_store(place, NOON), open_store(place, NOON)
        with other.engine.connect() as plain, plain.execution_options(writes=True).begin():
            store.note(NOON, "ann", "read", "patients A1")  # would wait, and in the end be refused
            assert store.audit(1)["subject"].to_pylist() == ["patients A1"]
        store.close()
        other.close()
