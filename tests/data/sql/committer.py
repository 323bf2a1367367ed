"""A process that commits until it is killed; `test_crash.py` starts it and looks at what is left.

Reads jobs from standard input, one a line: `PATH PLAN_ID STATEMENTS`. Forks for each, so that the imports are
paid once. The child commits plan after plan (`PLAN_ID-0`, ...), and kills itself right before SQL statement
number STATEMENTS; 0 never does. Answers with the child's process id at once, and `done` when it is gone.
"""

import os
import signal
import sys
from datetime import timedelta

import adbc_driver_postgresql.dbapi  # noqa: F401  imported before the fork: each child would pay for it
import adbc_driver_sqlite.dbapi  # noqa: F401
import psycopg  # noqa: F401
import sqlalchemy as sa

from data.sql.opening import open_store
from data.store import Commit
from tests.data.samples import DAY, NOON, entries_of, open_statement, plan_of


def swap(store, plan_id, number):
    """Give every patient to the other provider, a day later each time."""
    day = DAY + timedelta(days=store.revision())
    rows = store.snapshot(day)["assignments"].to_pylist()
    standing = [row for row in rows if row["ends_on"] is None]
    other = {"P1": "P2", "P2": "P1"}
    steps = [open_statement(row["patient_id"], other[row["provider_id"]], row["row_id"]) for row in standing]
    plan = plan_of(f"{plan_id}-{number}", *steps)
    store.save_plan(plan, "ready", NOON)
    made = entries_of(store, plan, effective_on=day)
    notices = (("moved", plan.plan_id),)
    store.commit(Commit(plan.plan_id, made, store.revision(), "ann", NOON, notices=notices))


def work(path, plan_id, statements):
    """Commit for ever, or until the statement."""
    store = open_store(path, NOON)
    run = 0

    @sa.event.listens_for(store.database.engine, "before_cursor_execute")
    def _count(*_):
        nonlocal run
        run += 1
        if run == statements:
            os.kill(os.getpid(), signal.SIGKILL)

    number = 0
    while True:
        swap(store, plan_id, number)
        number += 1


def main():
    """Fork a worker for each line."""
    for line in sys.stdin:
        path, plan_id, statements = line.split()
        child = os.fork()
        if not child:
            try:
                work(path, plan_id, int(statements))
            finally:
                os._exit(1)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print("done", os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
