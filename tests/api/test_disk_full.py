"""The disk of a SQLite store is full: said clearly, nothing half-written, and it works again later.

The file may not grow, by a limit of the process (a write fails with EFBIG, in the middle of the log) or of
SQLite itself (SQLITE_FULL, as for ENOSPC).
"""

import contextlib
import csv
import os
import resource
import subprocess
import sys

import pytest
import sqlalchemy as sa

from data.errors import UnavailableError
from data.sql.opening import open_store
from data.store import Commit
from tests.api.matrix import plan_of
from tests.api.service import DAY, NOON, assert_problem, client_of, filled_store
from tests.data import samples
from tests.data.sql.look import dump, rows

MANY = [{"patient_id": f"N{number:05}", "practice_id": "PR1"} for number in range(5000)]
ROOM = 100_000
"""Bytes that a file of the process may have: less than the write-ahead log of any big write."""


WITHOUT_ROOM = f"""
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({ROOM}, {ROOM}))
os.execv(sys.argv[1], sys.argv[1:])
"""


@contextlib.contextmanager
def no_room(room=ROOM):
    """No file of this process may grow beyond `room` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def no_page_left(engine):
    """SQLite finds no room for another page."""

    def limit(connection, *_):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    def lift(connection, *_):
        connection.execute("PRAGMA max_page_count = 1000000000")

    sa.event.listen(engine, "checkout", limit)
    try:
        yield
    finally:
        sa.event.remove(engine, "checkout", limit)
        sa.event.listen(engine, "checkout", lift)


@pytest.fixture
def path(tmp_path):
    store = filled_store(tmp_path / "panelwise.db")
    store.save_plan(plan_of("PR1"), "ready", NOON)
    store.close()
    return str(tmp_path / "panelwise.db")


@pytest.mark.parametrize("kind", ["a limit of files", "no page left"])
def test_the_service_refuses_what_does_not_fit_and_goes_on_once_there_is_room(path, kind):
    with client_of(path) as client:
        before, engine = dump(path), client.app.state.office.store.engine
        with no_room() if kind == "a limit of files" else no_page_left(engine):
            refused = client.post("/tables/patients", json=MANY)
            assert dump(path) == before
            if kind == "no page left":
                assert client.get("/tables/programs").status_code == 200, "what writes nothing still works"
        body = assert_problem(refused, 503, "UNAVAILABLE")
        assert "make room" in body["title"]
        assert int(refused.headers["Retry-After"]) > 0
        assert client.get("/readyz").status_code == 200
        assert client.post("/tables/patients", json=MANY).status_code in (200, 201)
        assert client.post("/plans/plan-PR1/commit").status_code == 200
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    store = open_store(path, NOON)
    assert store.snapshot(DAY).patients.num_rows == 6 + len(MANY)
    store.close()


def test_a_commit_that_does_not_fit_is_not_there_by_halves(path):
    """The log may grow by a page more each time: every page of a commit is once the one that does not fit."""
    store, refused = open_store(path, NOON), 0
    made = samples.entries_of(store, plan_of("PR1"))
    commit = Commit("plan-PR1", made, store.revision(), "ann", NOON, notices=(("moved", "{}"),))
    before = dump(path)
    for room in range(4096, 1_000_000, 4096):
        with no_room(room):
            try:
                store.commit(commit)
                break
            except UnavailableError:
                refused += 1
        assert dump(path) == before
    assert refused > 10
    assert store.record("plan-PR1").state == "committed"
    assert rows(path, "SELECT count(*) FROM commits") == [(1,)]
    assert [len(rows(path, f"SELECT * FROM {name}")) for name in ("outbox", "assignments")] == [1, 5]
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    store.close()


def test_the_command_line_says_it_in_a_sentence_and_ends_with_its_code(path, tmp_path):
    folder = tmp_path / "incoming"
    folder.mkdir()
    with (folder / "patients.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, ["patient_id", "practice_id"])
        table.writeheader()
        table.writerows(MANY)
    command = [sys.executable, "-m", "api", "import", str(folder), "--db", str(path)]

    def run(*before):
        return subprocess.run(
            [*before, *command],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"NO_COLOR": "1", "COLUMNS": "300"},
        )

    before = dump(path)
    refused = run(sys.executable, "-c", WITHOUT_ROOM)
    assert (refused.returncode, dump(path)) == (75, before), refused.stderr
    assert "nothing was written" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert run().returncode == 0
    assert rows(path, "SELECT count(*) FROM patients") == [(6 + len(MANY),)]
