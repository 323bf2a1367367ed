"""Whoever is killed leaves nobody behind who works on."""

import os
import signal
import subprocess
import sys
import time

import pytest

APART = """
import os, subprocess, sys, threading
from solver.exact import apart
from solver.exact.highs import Effort
from solver.exact.model import ModelBuilder, most_flow
from solver.stage import stage_of
from tests.solver.instances import TIGHT, instance

problem = instance(2_500, TIGHT, seed=3)
program = ModelBuilder(stage_of(problem, 0), most_flow(problem)).build()
started = subprocess.Popen.__init__

def told(self, *given, **more):
    started(self, *given, **more)
    print(self.pid, flush=True)

subprocess.Popen.__init__ = told
apart.solve_apart(program, None, Effort(120.0), lambda: False)
"""

POOL = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from solver.remote import wake

def told():  # by a worker that was woken: one that starts late may not be yet
    print(os.getpid(), flush=True)

if __name__ == "__main__":
    executor = ProcessPoolExecutor(2, get_context("spawn"))
    wake(executor, 2, told)
    time.sleep(120)
"""


def is_at_work(pid):
    """Whether a process runs: one that ended and that nobody has asked about does not."""
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(told.stdout.strip()) and not told.stdout.strip().startswith("Z")


@pytest.mark.parametrize(("what", "busy"), [(APART, 4.0), (POOL, 0.0)], ids=["exact engine", "idle pool"])
def test_nobody_works_on_for_two_seconds_after_a_kill(what, busy, tmp_path):
    file = tmp_path / "caller.py"
    file.write_text(what)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(["", *sys.path])}
    command = [sys.executable, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as caller:
        assert caller.stdout is not None
        pid = int(caller.stdout.readline())
        time.sleep(busy)  # long enough to be inside the engine
        try:
            assert is_at_work(pid)
            os.kill(caller.pid, signal.SIGKILL)
            caller.wait()
            last = time.monotonic() + 2.0
            while is_at_work(pid) and time.monotonic() < last:
                time.sleep(0.05)
            assert not is_at_work(pid)
        finally:
            caller.kill()
            if is_at_work(pid):
                os.kill(pid, signal.SIGKILL)
