"""Keep what a version leaves to the next ones: python -m tests.data.sql.release (before every release).

Writes into `tests/data/sql/released/`, for SQLite and PostgreSQL each: `VERSION.KIND.sql`, a store with data
in it, as SQL text, and `VERSION.KIND.json`, the statements with which this version then goes on working in
that store, and how many rows each changed. `test_released.py` migrates the former and repeats the latter in
what the migrations made of it. It uses nothing that older versions lack, so it runs in their trees too.
"""

import base64
import json
import sqlite3
import subprocess
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from data.sql.opening import open_store
from data.sql.reader import assignments_query, table_query
from data.sql.schema import REFERENCE, VERSION
from tests.data.samples import (
    DAY,
    LATER,
    NOON,
    contents,
    entries_of,
    moved,
    open_statement,
    plan_of,
    ready,
    small_tables,
    table,
)

FOLDER = Path(__file__).parent / "released"


def fill(store):
    """Something of everything: imports, a commit, a plan with its input, read messages and others, events."""
    hooks, kept = webhooks_of(store), schedules_of(store)
    if hooks is not None:
        hooks.add_subscription(subscription_of("hook-1"))
    store.import_tables(small_tables(), "ann", NOON)
    store.commit(moved(store, notices=(("moved", "{}"), ("moved", "[]"))))
    if hooks is not None:
        hooks.spread(NOON, 1)
    if kept is not None:
        kept.take("nightly", None, NOON, NOON)
    store.mark_sent([1], LATER)
    store.save_plan(plan_of("waits"), "ready", NOON, store.snapshot(DAY))
    if hasattr(store, "revise_plan"):
        review(store)
    store.note(LATER, "bea", "read", "A1")
    jobs = jobs_of(store)
    if jobs is not None:
        for name in ("job-1", "job-2", "job-3"):
            jobs.add_job(job_of(name))
        jobs.start_job("job-1", NOON)
        jobs.finish("job-1", 1, "succeeded", LATER, "waits")
        jobs.start_job("job-2", NOON)


def review(store):
    """What people say about plans, since 0005."""
    from data.review import Activation, Consent, Rejection
    from data.slot import Slot

    pairs = [Rejection(each, "P2", Slot(), "family", "plan-1", "rea", LATER) for each in ("A2", "A3")]
    store.revise_plan(plan_of("plan-1.2", revises="plan-1"), pairs, LATER)
    store.ask_consents([Consent("plan-1.2", "approval", ("201 changes",), "rea", LATER)], "rea", LATER)
    store.keep_activation(Activation("plan-1", LATER, "ann"))


def go_on(store):
    """What a service of this version does all day."""
    hooks, kept = webhooks_of(store), schedules_of(store)
    if hooks is not None:
        hooks.add_subscription(subscription_of("hook-2"))
        (claimed, *_) = hooks.claim(LATER, LATER + timedelta(minutes=1))
        hooks.conclude(claimed, "delivered", LATER, status=204)
        hooks.pause_subscription("hook-1", True)
    if kept is not None:
        kept.take("nightly", NOON, LATER, LATER)
    patients = table("patients", {"patient_id": "A3", "name": "new"}, {"patient_id": "A4"})
    store.import_tables({"patients": patients}, "ann", LATER)
    plan = plan_of("next", open_statement("A4", "P1"))
    store.commit(ready(store, plan, LATER))
    store.commit(moved(store, "again", "A2", "P2", notices=(("moved", "{}"),)))
    store.set_state("waits", ("ready",), "stale", "ann", LATER)
    store.save_plan(plan_of("last"), "ready", LATER)
    entries_of(store, plan)
    store.mark_sent([2], LATER)
    store.note(LATER, "bea", "read", "A2")
    contents(store)
    store.rows_of_plan("next")
    store.input_of("waits")
    jobs = jobs_of(store)
    if jobs is not None:
        from data.job import JobProgress

        jobs.report("job-2", 1, JobProgress("improve", 50.0), LATER)
        jobs.give_back("job-2", 1, LATER, 3, "{}")
        jobs.ask_cancel("job-3", LATER)
        jobs.add_job(job_of("job-4"))
        jobs.start_job("job-4", LATER)
        jobs.finish("job-4", 1, "failed", LATER, error="{}")
        jobs.unfinished()
    if hasattr(store, "revise_plan"):
        store.revoke_rejection(1, "ann", LATER)
        store.decide_consent(("plan-1.2", "approval", "", ""), "given", "max", LATER)


def webhooks_of(store):
    """The webhooks beside a store; None in a version without."""
    try:
        from data.sql.webhooks import SqlWebhooks
    except ImportError:
        return None
    return SqlWebhooks(store.database)


def schedules_of(store):
    """What remembers schedules; None in a version without."""
    try:
        from data.sql.schedules import SqlSchedules
    except ImportError:
        return None
    return SqlSchedules(store.database)


def subscription_of(name):
    from data.webhook import Subscription

    return Subscription(name, "https://example.org/hook", ("moved",), "sealed", NOON, "ann")


def jobs_of(store):
    """The jobs beside a store; None in a version without."""
    try:
        from data.sql.jobs import SqlJobs
    except ImportError:
        return None
    try:
        return SqlJobs(store.database)
    except AttributeError:
        return SqlJobs(engine_of(store))


def engine_of(store):
    """Under whatever name the version has it."""
    return getattr(store, "engine", None) or store._engine


def job_of(name):
    from data.job import Job

    who = {"actor": "ann", "roles": ["planner"], "practices": [], "agencies": [], "everywhere": True}
    return Job(name, "propose", "ann", json.dumps({"wish": {}, "principal": who}), NOON, NOON)


class Recorder:
    """Writes down every statement that goes through an engine, and what is copied in past it."""

    def __init__(self, engine):
        self.steps = []
        for name in ("begin", "commit", "rollback"):
            sa.event.listen(engine, name, lambda _, name=name: self.steps.append([name]))
        sa.event.listen(engine, "after_cursor_execute", self._after)

    def _after(self, _connection, cursor, statement, parameters, _context, many):
        if statement.startswith("BEGIN") or "server_version" in statement:
            return
        changes = statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")
        count = cursor.rowcount if changes and not many else None
        self.steps.append(["execute", statement, packed(parameters), many, count])

    def copies(self, original):
        """Stands in for `copy_in`, whose rows do not pass through statements."""

        def copy_in(connection, name, columns, rows):
            from data.sql.postgres import bulk

            original(connection, name, columns, rows)
            self.steps.append(["copy", name, bulk._csv(rows.combine_chunks()).decode()])

        return copy_in


def packed(value):
    """Parameters as JSON."""
    value = getattr(value, "obj", value)  # what a driver wraps
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime | date):
        return {"date": value.isoformat()}
    if isinstance(value, dict):
        return {"dict": {name: packed(each) for name, each in value.items()}}
    if isinstance(value, list | tuple):
        return [packed(each) for each in value]
    return value


def record(place, kind, dumped):
    """Fill, dump, go on; the two files of one kind."""
    store = open_store(place, NOON)
    fill(store)
    (FOLDER / f"{VERSION}.{kind}.sql").write_text(dumped(), encoding="utf-8")
    recorder = Recorder(engine_of(store))
    if kind == "postgres":
        from data.sql.postgres import server

        server.copy_in = recorder.copies(server.copy_in)
    go_on(store)
    reads = [table_query(name) for name in REFERENCE] + [assignments_query(), assignments_query(NOON)]
    steps = [*recorder.steps, *(["execute", each, [], False, None] for each in reads)]
    listed = ",\n".join(json.dumps(each) for each in steps)
    (FOLDER / f"{VERSION}.{kind}.json").write_text(f"[\n{listed}\n]\n", encoding="utf-8")
    store.close()


def main():
    """Both kinds; PostgreSQL where this version has it."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "store.db")

        def dumped():
            connection = sqlite3.connect(path)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            text = "\n".join(connection.iterdump())
            number = connection.execute("PRAGMA application_id").fetchone()[0]
            connection.close()
            return f"PRAGMA application_id = {number};\n{text}\n"

        record(path, "sqlite", dumped)
    try:
        from tests.postgres import TestServer
    except ImportError:
        return
    server = TestServer.started()
    try:
        place = server.database()

        def dumped_by_server():
            command = [
                server.tools / "pg_dump",
                "--inserts",
                "--no-owner",
                "--no-privileges",
                "--dbname",
                place,
            ]
            text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            lines = [line for line in text.splitlines() if not line.startswith(("--", "\\")) and line]
            return "\n".join(lines) + "\n"

        record(place, "postgres", dumped_by_server)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
