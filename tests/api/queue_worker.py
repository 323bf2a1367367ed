"""`python -m tests.api.queue_worker ADDRESS`: a worker for tests that kill it, whose attempts are small."""

import subprocess
import sys
import threading
from datetime import UTC, datetime

from api.jobs.children import Children
from api.jobs.running import runner_of
from data.sql.jobs import SqlJobs
from data.sql.opening import open_store


def launch(job_id, attempt):
    command = [sys.executable, "-m", "tests.api.queue_attempt", sys.argv[1], job_id, str(attempt)]
    return subprocess.Popen(command)


if __name__ == "__main__":
    store = open_store(sys.argv[1], datetime.now(UTC))
    children = Children(SqlJobs(store.database), launch, lambda: datetime.now(UTC), most=2, silence=8.0)
    runner_of(store, children).start()
    threading.Event().wait()
