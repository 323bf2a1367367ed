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


class Freezer:
    """Stops the whole process, but never while another of its threads is in a writing transaction."""

    def __init__(self, engine):
        self.due = False
        self.turn, self.own = threading.Lock(), threading.local()
        sa.event.listen(engine, "before_cursor_execute", self.before)
        sa.event.listen(engine, "checkin", self.after)

    def freeze(self):
        with self.turn:
            os.kill(os.getpid(), signal.SIGSTOP)

    def before(self, _connection, _cursor, statement, *_):
        if statement != "BEGIN IMMEDIATE" and "pg_advisory_xact_lock" not in statement:
            return
        if threading.current_thread() is not threading.main_thread():
            self.own.turn = self.turn.acquire()
        elif self.due:
            self.due = False
            self.freeze()

    def after(self, *_):
        if getattr(self.own, "turn", False):
            self.own.turn = False
            self.turn.release()


def main(place, job_id, attempt, point):
    settings = Settings(database_of(place), "ann")
    with opened_plainly(settings) as store:
        freezer = Freezer(store.engine)

        def solve(*asked):
            if point == "search":
                freezer.freeze()
            result = engine(*asked)
            freezer.due = point == "write"
            return result

        try:
            run_job(job_id, int(attempt), store, jobs_of(store), rulebook(settings), solve, lambda: NOON)
        except FencedError:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
