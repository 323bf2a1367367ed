"""An attempt at a job that freezes (SIGSTOP) at a point: python -m tests.api.frozen PLACE JOB ATTEMPT POINT.

At `search`, in the middle of the solve; at `write`, when the plan is made and before it takes the write lock.
"""

import os
import signal
import sys
import threading

import sqlalchemy as sa

from api.engine import engine
from api.jobs.run import run_job
from api.settings import Settings, database_of
from api.wiring import jobs_of, opened_plainly, rulebook
from data.job import FencedError
from tests.api.service import NOON


def freeze():
    os.kill(os.getpid(), signal.SIGSTOP)


def main(place, job_id, attempt, point):
    settings = Settings(database_of(place), "ann")
    with opened_plainly(settings) as store:
        solved = threading.Event()

        def solve(*asked):
            if point == "search":
                freeze()
            result = engine(*asked)
            solved.set()
            return result

        def before(_connection, _cursor, statement, *_):
            locks = statement == "BEGIN IMMEDIATE" or "pg_advisory_xact_lock" in statement
            if locks and solved.is_set() and threading.current_thread() is threading.main_thread():
                solved.clear()
                freeze()

        if point == "write":
            sa.event.listen(store.engine, "before_cursor_execute", before)
        try:
            run_job(job_id, int(attempt), store, jobs_of(store), rulebook(settings), solve, lambda: NOON)
        except FencedError:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
