"""Attempts of jobs as forks of a process that has imported everything and has no threads."""

import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path


def alive(pid):
    """Whether it runs; the dead whom nobody has buried do not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Nursery:
    """A process that forks attempts for a worker, which may have threads by then; it ends with the worker.

    What it forked lives on, as children of `subprocess` would.
    """

    def __init__(self, work):
        """`work(job_id, attempt)` is what an attempt does; its answer is the exit code."""
        ours, theirs = socket.socketpair()
        if not os.fork():
            ours.close()
            try:
                self._serve(theirs.makefile("rw"), work)
            finally:
                os._exit(1)
        theirs.close()
        self._line = ours.makefile("rw")

    def launch(self, job_id, attempt):
        """See `api.jobs.children.Launch`."""
        print(job_id, attempt, file=self._line, flush=True)
        return Attempted(int(self._line.readline()))

    @staticmethod
    def _serve(line, work):
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
        for asked in line:
            job_id, attempt = asked.split()
            pid = os.fork()
            if not pid:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                code = 1
                try:
                    code = work(job_id, int(attempt))
                finally:
                    os._exit(code)
            print(pid, file=line, flush=True)


class Attempted:
    """A `Child` that somebody else forked."""

    def __init__(self, pid):
        self.pid = pid

    def poll(self):
        return None if alive(self.pid) else 1

    def kill(self):
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self):
        while self.poll() is None:
            time.sleep(0.01)
        return 1
