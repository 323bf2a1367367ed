"""A few of the kills of `python -m tests.crash` in every test run, on both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import TestServer

ROOT = Path(__file__).parents[2]
KILLS, SECONDS = 30, 40


@pytest.fixture(params=["sqlite", "postgres"])
def database(request):
    if request.param == "sqlite":
        yield request.param
        return
    running = TestServer.started()
    yield running.database()
    running.stop()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork") or not Path("/proc/self/stat").exists(), reason="needs Linux")
def test_nothing_is_lost_and_nothing_is_done_twice_whatever_dies(database):
    command = ["--kills", str(KILLS), "--seconds", str(SECONDS), "--database", database]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.crash", *command],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert sum(report["kills"].values()) >= KILLS // 3, report  # a busy machine kills slower
    assert report["jobs"] >= len(report["kills"]), report
