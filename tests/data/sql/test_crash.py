"""Kill -9 in the middle of commits: what is left is all of a commit or nothing of it."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.ledger import overlaps
from data.sql.opening import open_store
from tests.data.samples import DAY, LATER, NOON, assigned, table
from tests.data.sql.look import connected

ROOT = Path(__file__).parents[3]
PATIENTS = [f"A{number:02d}" for number in range(40)]
KILLS_AT_RANDOM = 20

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="kills forked processes: needs a POSIX system"
)


@pytest.fixture
def path(place):
    store = open_store(place, NOON)
    rows = [assigned(patient, "P1") for patient in PATIENTS]
    store.import_tables({"assignments": table("assignments", *rows)}, "ann", NOON)
    store.close()
    return place


@pytest.fixture
def committer():
    command = [sys.executable, "-W", "ignore", "-m", "tests.data.sql.committer"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        yield process
        process.stdin.close()


def start(committer, path, plan_id, statements):
    print(path, plan_id, statements, file=committer.stdin, flush=True)
    return int(committer.stdout.readline())


def check(path):
    """Assert that the store is whole and its parts agree; the number of commits that it holds."""
    with connected(path) as plain:
        connection = plain.execution_options(writes=True)  # after whatever the dead left to the server
        ask = connection.exec_driver_sql
        if connection.dialect.name == "sqlite":
            assert ask("PRAGMA integrity_check").all() == [("ok",)]
        revision = ask("SELECT revision FROM revision").scalar_one()
        commits = ask("SELECT revision, plan_id, inserted FROM commits ORDER BY 1").all()
        committed = ask("SELECT plan_id FROM plans WHERE state = 'committed'").all()
        rows = ask(
            "SELECT plan_id, count(*) FROM assignments WHERE plan_id IS NOT NULL GROUP BY plan_id"
        ).all()
        struck = ask(
            "SELECT superseded_by_plan_id, count(*) FROM assignments "
            "WHERE superseded_at IS NOT NULL GROUP BY superseded_by_plan_id"
        ).all()
        messages = ask("SELECT body FROM outbox").all()
        events = ask("SELECT subject FROM audit WHERE action = 'commit'").all()
    plans = {plan for _, plan, _ in commits}
    assert [number for number, _, _ in commits] == list(range(2, revision + 1))
    assert (
        plans == {row[0] for row in committed} == {row[0] for row in messages} == {row[0] for row in events}
    )
    assert dict(map(tuple, rows)) == {plan: inserted for _, plan, inserted in commits}
    assert dict(map(tuple, struck)) == dict.fromkeys(plans, len(PATIENTS))
    assert len(messages) == len(events) == len(plans)
    return len(plans)


def check_owners(path, commits):
    """Every patient has one owner: P1 after an even number of swaps, P2 after an odd one."""
    store = open_store(path, LATER)
    rows = store.snapshot(DAY)["assignments"]
    store.close()
    assert overlaps(rows).num_rows == 0
    last = [row for row in rows.to_pylist() if row["ends_on"] is None]
    assert [row["patient_id"] for row in last] == PATIENTS
    assert {row["provider_id"] for row in last} == {("P1", "P2")[commits % 2]}


def test_a_kill_before_every_statement_of_a_commit_leaves_all_or_nothing(path, committer):
    commits, statement = 0, 0
    while (
        commits < 2
    ):  # the second commit happens only when every statement of the first has been killed once
        statement += 1
        start(committer, path, f"s{statement}", statement)
        assert committer.stdout.readline().split() == ["done", str(-signal.SIGKILL)]
        commits = check(path)
    check_owners(path, commits)
    assert statement >= 15, "a commit has at least fifteen statements; were they all killed?"


def test_kills_at_random_moments_leave_all_or_nothing(path, committer):
    chance = random.Random(20_261_121)
    commits, kills, longest = 0, 0, 0.2
    while kills < KILLS_AT_RANDOM or commits < 5:
        child = start(committer, path, f"r{kills}", 0)
        time.sleep(chance.uniform(0.02, longest))
        os.kill(child, signal.SIGKILL)
        assert committer.stdout.readline().split() == ["done", str(-signal.SIGKILL)]
        after = check(path)
        assert after >= commits
        longest *= 1.0 if after > commits else 1.1  # a slow machine needs longer until its first commit
        commits, kills = after, kills + 1
    check_owners(path, commits)
