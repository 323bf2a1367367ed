"""The service and its searches are killed (-9); nothing is lost and nothing is done twice."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from api.access import local_principal
from api.jobs.children import Children, launcher
from api.jobs.runner import JobRunner
from api.jobs.wish import ProposalWish, packed
from api.settings import Settings
from api.wiring import jobs_of
from data.job import Job
from tests.api.served import environment, free_port, get, post
from tests.api.service import DAY, NOON, filled_store

KILLS = 2


def start(database, port):
    return subprocess.Popen(
        [sys.executable, "-m", "api", "serve", "--port", str(port), "--db", str(database)],
        env=environment(),
        stderr=subprocess.DEVNULL,
    )


def answering(url, process):
    for _ in range(300):
        try:
            return get(f"{url}/readyz")
        except OSError:
            assert process.poll() is None
            time.sleep(0.1)
    raise AssertionError("the service does not answer")


def kill_children(parent):
    """Kill the processes that a process started, by their numbers."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False
    )
    for each in listed.stdout.split():
        os.kill(int(each), signal.SIGKILL)


@pytest.mark.slow
def test_a_service_that_is_killed_again_and_again_ends_its_job_with_one_plan(tmp_path):
    database, port, chance = tmp_path / "panelwise.db", free_port(), random.Random(5)
    filled_store(database).close()
    url = f"http://127.0.0.1:{port}"
    process = start(database, port)
    try:
        answering(url, process)
        job_id = post(f"{url}/proposals", {"preset": "fill_gaps", "seconds": 60})["job_id"]
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.0, 1.0))
            process.kill()  # the child lives on, and its work counts
            process.wait()
            process = start(database, port)
            answering(url, process)
        until = time.monotonic() + 90
        while (job := get(f"{url}/jobs/{job_id}"))["state"] not in ("succeeded", "failed"):
            assert time.monotonic() < until, job
            time.sleep(0.2)
        assert job["state"] == "succeeded", job
        assert [row["plan_id"] for row in get(f"{url}/plans")["items"]] == [job["plan_id"]]
        assert post(f"{url}/plans/{job['plan_id']}/commit", {})["repeated"] is False
    finally:
        process.kill()
        process.wait()
        kill_children(process.pid)


def test_a_search_that_is_killed_is_started_again(tmp_path):
    store = filled_store(tmp_path / "panelwise.db")
    jobs = jobs_of(store)
    settings = Settings(tmp_path / "panelwise.db", "ann")
    wish = ProposalWish(preset="fill_gaps", as_of=DAY, effective_on=DAY)
    jobs.add_job(Job("job-1", "propose", "ann", packed(wish, local_principal("ann")), NOON, NOON))
    started = []
    launch = launcher(settings)

    def watched(job_id, attempt):
        started.append(launch(job_id, attempt))
        return started[-1]

    runner = JobRunner(Children(jobs, watched, lambda: NOON))
    runner.step()
    time.sleep(0.7)  # it has begun
    started[0].kill()
    started[0].wait()
    until = time.monotonic() + 60
    while not jobs.job("job-1").final:
        runner.step()
        assert time.monotonic() < until
        time.sleep(0.1)
    assert (jobs.job("job-1").state, jobs.job("job-1").attempt) == ("succeeded", 2)
    assert len(store.records()) == 1
    runner.stop()
    store.close()
