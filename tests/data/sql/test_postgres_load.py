"""Many clients at once on PostgreSQL, and a server that is stopped: one order, nothing by halves."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from data.errors import RevisionMovedError, UnavailableError
from data.ledger import entries, overlaps
from data.sql.events import keep_event
from data.sql.opening import open_store
from data.store import HISTORY, Commit
from tests.data.samples import DAY, LATER, NOON, assigned, entries_of, open_statement, plan_of, table
from tests.data.sql.look import connected, rows

PATIENTS = [f"A{number:03d}" for number in range(60)]
CLIENTS, ROUNDS = 50, 2
WRITERS, COMMITS_EACH, RESTARTS = 3, 6, 2
OTHER = {"P1": "P2", "P2": "P1"}


@pytest.fixture
def place(places):
    with places.lent("postgres") as lent:
        store = open_store(lent, NOON)
        assignments = table("assignments", *(assigned(patient, "P1") for patient in PATIENTS))
        store.import_tables({"assignments": assignments}, "ann", NOON)
        store.close()
        yield lent


def swap_of(name, standing, patients):
    """A plan that gives each of the patients to the other provider."""
    by_patient = {row["patient_id"]: row for row in standing if row["ends_on"] is None}
    found = [by_patient[each] for each in patients]
    return plan_of(
        name,
        *(open_statement(row["patient_id"], OTHER[row["provider_id"]], row["row_id"]) for row in found),
    )


def committed(place):
    """Ids of the plans that were committed, in their order; asserts that nothing is there by halves."""
    found = rows(place, "SELECT revision, plan_id, superseded, inserted FROM commits ORDER BY revision")
    assert [row[0] for row in found] == list(range(2, len(found) + 2))
    assert rows(place, "SELECT revision FROM revision") == [(len(found) + 1,)]
    plans = {row[1] for row in found}
    assert plans == {row[0] for row in rows(place, "SELECT plan_id FROM plans WHERE state = 'committed'")}
    assert plans == {row[0] for row in rows(place, "SELECT subject FROM audit WHERE action = 'commit'")}
    assert sorted(plans) == sorted(row[0] for row in rows(place, "SELECT body FROM outbox"))
    by_plan = "SELECT {0}, count(*) FROM assignments WHERE {0} IS NOT NULL GROUP BY {0}"
    assert dict(rows(place, by_plan.format("plan_id"))) == {row[1]: row[3] for row in found}
    assert dict(rows(place, by_plan.format("superseded_by_plan_id"))) == {row[1]: row[2] for row in found}
    return [row[1] for row in found]


def test_of_50_clients_with_overlapping_plans_one_wins_each_round_and_none_deadlocks(place):
    """Each takes 20 patients in an order of its own: rows locked in such orders would deadlock."""
    chance = random.Random(5)
    stores = [open_store(place, NOON) for _ in range(CLIENTS)]
    owner = dict.fromkeys(PATIENTS, "P1")
    at_once = threading.Barrier(CLIENTS)

    def attempt(store, commit):
        at_once.wait()
        try:
            return store.commit(commit).plan_id
        except RevisionMovedError:
            return None

    with ThreadPoolExecutor(CLIENTS) as threads:
        for number in range(ROUNDS):
            snapshot = stores[0].snapshot(DAY)
            chosen = {f"{number}-{client}": chance.sample(PATIENTS, 20) for client in range(CLIENTS)}
            commits = []
            for name, patients in chosen.items():
                plan = swap_of(name, snapshot["assignments"].to_pylist(), patients)
                stores[0].save_plan(plan, "ready", LATER)
                made = entries_of(stores[0], plan)
                commits.append(
                    Commit(name, made, snapshot.revision, "ann", LATER, notices=(("moved", name),))
                )
            won = [each for each in threads.map(attempt, stores, commits) if each]
            assert len(won) == 1
            owner |= {patient: OTHER[owner[patient]] for patient in chosen[won[0]]}
    assert len(committed(place)) == ROUNDS
    standing = stores[0].snapshot(DAY)["assignments"]
    assert overlaps(standing).num_rows == 0
    last = [row for row in standing.to_pylist() if row["ends_on"] is None]
    assert {row["patient_id"]: row["provider_id"] for row in last} == owner
    assert rows(place, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == [(0,)]
    for store in stores:
        store.close()


def test_readers_are_not_blocked_by_a_writer(place):
    store = open_store(place, NOON)
    with store._writing() as connection:
        connection.exec_driver_sql("UPDATE revision SET revision = revision")
        started = time.monotonic()
        assert store.snapshot(DAY)["assignments"].num_rows == len(PATIENTS)
        assert store.history(PATIENTS).num_rows == len(PATIENTS)
        assert store.records() == []
        assert time.monotonic() - started < 5
    store.close()


READ = """
    SELECT seq_scan + idx_scan, seq_tup_read + idx_tup_fetch
    FROM pg_stat_user_tables WHERE relname = 'assignments'
"""


def test_the_history_of_a_few_does_not_read_the_whole_table(places):
    """Regression: one OR over patients and facilities read every row, 0.3 seconds of a million."""
    with places.lent("postgres") as place:
        store = open_store(place, NOON)
        many = (assigned(f"A{number:04d}", "P1") for number in range(4_000))
        store.import_tables({"assignments": table("assignments", *many)}, "ann", NOON)
        with connected(place) as connection, connection.begin():
            connection.exec_driver_sql("ANALYZE assignments")
        store.close()
        scans, read = rows(place, READ)[0]
        store = open_store(place, NOON)
        assert store.history(["A0007"]).num_rows == 1
        assert store.history(["A0007", "A0008"], ["F1"]).num_rows == 2
        store.close()  # who leaves tells what it did
        end = time.monotonic() + 30
        while rows(place, READ)[0][0] < scans + 2 and time.monotonic() < end:
            time.sleep(0.05)
        assert 3 <= rows(place, READ)[0][1] - read < 100


def test_a_writer_that_is_frozen_holds_the_others_up_only_for_a_while(place, monkeypatch):
    """Regression: a frozen process that held the writers' lock kept everybody out until it was killed."""
    monkeypatch.setattr("data.sql.postgres.engine.FROZEN_SECONDS", 1)
    frozen, other = open_store(place, NOON), open_store(place, NOON)
    # the other one waits for the lock and gets it: it is gone when the frozen one commits
    with pytest.raises(UnavailableError), frozen._writing(), other._writing() as connection:
        keep_event(connection, LATER, "ann", "read", "A1")
    assert other.audit(1)["subject"].to_pylist() == ["A1"]
    frozen.note(LATER, "ann", "read", "A2")  # it goes on with a new connection
    frozen.close()
    other.close()


def test_a_server_that_is_stopped_under_load_loses_nothing_and_doubles_nothing(place, server):
    """Writers try again with the same key until they have an answer; the server fails twice meanwhile."""
    done, trouble = [], []
    server.execute("CHECKPOINT")  # or sequences copied from a template database fall back after a crash

    def writer(number):
        store = open_store(place, NOON)
        for commit in range(COMMITS_EACH):
            done.append(commit_at_last(store, f"w{number}-{commit}", trouble))
        store.close()

    def commit_at_last(store, name, trouble):
        for attempt in range(1000):
            plan_id = f"{name}-{attempt}"
            commit = in_spite_of_failures(lambda plan_id=plan_id: prepared(store, plan_id), trouble)
            try:
                in_spite_of_failures(lambda commit=commit: store.commit(commit), trouble)
                return plan_id
            except RevisionMovedError:
                continue
        raise AssertionError("no commit in a thousand attempts")

    with ThreadPoolExecutor(WRITERS) as threads:
        writers = [threads.submit(writer, number) for number in range(WRITERS)]
        for number in range(RESTARTS):
            while len(done) < 4 * (number + 1):
                time.sleep(0.01)
                for each in writers:
                    if each.done():
                        each.result()
            server.restart()
        for each in writers:
            each.result()
    assert trouble, "the server was never missed"
    assert sorted(committed(place)) == sorted(done)
    assert len(done) == WRITERS * COMMITS_EACH


def prepared(store, name):
    """A plan that swaps five patients, ready to commit; the one that is kept already where it is."""
    snapshot = store.snapshot(DAY)
    plan = swap_of(name, snapshot["assignments"].to_pylist(), random.Random(name).sample(PATIENTS, 5))
    made = entries(plan["statements"], snapshot["assignments"], HISTORY.empty_table(), DAY)
    if not [each for each in store.records(1000) if each.header.plan_id == name]:
        store.save_plan(plan, "ready", LATER)
    return Commit(
        name, made, snapshot.revision, "ann", LATER, idempotency_key=name, notices=(("moved", name),)
    )


def in_spite_of_failures(step, trouble):
    for _ in range(600):
        try:
            return step()
        except UnavailableError as error:
            trouble.append(str(error))
            time.sleep(0.05)
    raise AssertionError(f"the server did not come back: {trouble[-1]}")
