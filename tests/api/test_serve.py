"""`panelwise serve` as a user has it: a process of its own."""

import json
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from api.access import local_principal
from api.jobs.wish import ProposalWish, packed
from api.wiring import jobs_of
from data.job import Job
from tests.api.served import environment, get, post, served
from tests.api.service import DAY, NOON, filled_store


@pytest.fixture
def local(tmp_path):
    """Address and process of a service over two small practices."""
    filled_store(tmp_path / "panelwise.db").close()
    with served(tmp_path / "panelwise.db") as found:
        yield found


def test_a_service_starts_says_that_it_is_local_works_and_stops(local):
    url, process = local
    assert get(f"{url}/readyz")["status"] == "ok"
    job_id = post(f"{url}/proposals", {"preset": "fill_gaps"})["job_id"]
    with urllib.request.urlopen(f"{url}/jobs/{job_id}/events", timeout=60) as stream:
        events = [line.decode().strip() for line in stream if line.startswith(b"event:")]
    assert events[-1] == "event: end"
    assert "event: progress" in events
    assert get(f"{url}/jobs/{job_id}")["state"] == "succeeded"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0, said
    assert "Local single-user mode" in said


def test_a_service_without_authentication_does_not_listen_to_the_world(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "api", "serve", "--host", "0.0.0.0", "--db", str(tmp_path / "a.db")],
        env=environment(NO_COLOR="1"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "without authentication" in done.stderr


def test_an_api_key_is_shown_once_and_kept_as_a_hash(tmp_path):
    keys = tmp_path / "keys.json"
    command = [sys.executable, "-m", "api", "api-key", "--file", str(keys), "--actor", "nightly"]
    for role in ("planner", "viewer"):
        done = subprocess.run(
            [*command, "--role", role, "--practice", "PR1", "--json"],
            env=environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert json.loads(done.stdout)["key"] not in keys.read_text()
    assert [each["roles"] for each in json.loads(keys.read_text())] == [["planner"], ["viewer"]]


def test_a_worker_runs_what_a_service_without_searches_queued(tmp_path):
    database = tmp_path / "panelwise.db"
    store = filled_store(database)
    jobs = jobs_of(store)
    wish = ProposalWish(preset="fill_gaps", as_of=DAY, effective_on=DAY)
    jobs.add_job(Job("job-1", "propose", "ann", packed(wish, local_principal("ann")), NOON, NOON))
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "worker", "--db", str(database)],
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 90
    while not jobs.job("job-1").final and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)
    assert jobs.job("job-1").state == "succeeded", said
    assert (process.returncode, said.splitlines()[-1]) == (0, "stopped; what was running is queued again")
    store.close()
