"""One attempt of a job, with an engine that does what the test says."""

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from api import clock
from api.access import local_principal
from api.jobs.attempt import BEAT_SECONDS
from api.jobs.children import launcher
from api.jobs.kinds import plan_id_of
from api.jobs.run import run_job
from api.jobs.wish import ProposalWish, WishedScope, packed
from api.settings import NICE, Settings
from api.wiring import jobs_of, rulebook
from data.errors import NotFoundError
from data.job import FencedError, Job, JobProgress
from solver.result import Progress
from solver.solve import solve
from tests.api.service import DAY, NOON, filled_store


@pytest.fixture
def place(tmp_path):
    """A store, its jobs, and the rules."""
    store = filled_store(tmp_path / "panelwise.db")
    yield store, jobs_of(store), rulebook(Settings(tmp_path / "panelwise.db", "ann"))
    store.close()


def started(jobs, **wish):
    """A job that fills the gaps, started once."""
    settled = ProposalWish(preset="fill_gaps", as_of=DAY, effective_on=DAY, seconds=600, **wish)
    job = jobs.add_job(Job("job-1", "propose", "ann", packed(settled, local_principal("ann")), NOON, NOON))
    return jobs.start_job(job.job_id, NOON)


def engine(problem, params, warm_start, hear):
    """The real one, within a bound on work."""
    return solve(problem, replace(params, work=1.0), warm_start, on_progress=hear)


def until_cancelled(problem, params, warm_start, hear):
    """Searches for as long as nobody stops it, then gives what it holds."""
    hear(Progress("improve", 0, 60.0, 5000, 4000))
    while not params.cancelled():
        time.sleep(0.01)
    return replace(engine(problem, params, warm_start, hear), termination="cancelled")


def test_an_attempt_makes_the_one_plan_of_its_job(place):
    store, jobs, rules = place
    job = started(jobs)
    done = run_job("job-1", 1, store, jobs, rules, engine, clock.now)
    assert (done.state, done.plan_id, done.error) == ("succeeded", plan_id_of(job), "")
    assert store.record(done.plan_id).state == "ready"


def test_an_attempt_after_a_crash_between_plan_and_job_keeps_that_plan(place):
    store, jobs, rules = place
    started(jobs)
    first = run_job("job-1", 1, store, jobs, rules, engine, clock.now)
    other = jobs_of(store)
    again = replace(first, job_id="job-1", state="queued")
    with store.engine.begin() as connection:  # as if the process had died before its last step
        connection.exec_driver_sql("UPDATE jobs SET state = 'queued', plan_id = ''")
    other.start_job(again.job_id, NOON)

    def never(*_):
        raise AssertionError("it is solved twice")

    assert run_job("job-1", 2, store, jobs, rules, never, clock.now).plan_id == first.plan_id
    assert len(store.records()) == 1


def test_a_search_is_cancelled_within_two_seconds_and_its_plan_is_kept(place):
    store, jobs, rules = place
    started(jobs)
    ended = []
    thread = threading.Thread(
        target=lambda: ended.append(run_job("job-1", 1, store, jobs, rules, until_cancelled, clock.now))
    )
    thread.start()
    while jobs.job("job-1").progress.phase != "improve":
        time.sleep(0.05)
    # 60 of 600 seconds are gone; values are in thousandths of points; gap = (5 - 4) / 5
    assert jobs.job("job-1").progress == JobProgress("improve", 10.0, 5.0, 4.0, 0.2)
    asked = time.monotonic()
    jobs.ask_cancel("job-1", NOON)
    thread.join(10)
    assert time.monotonic() - asked < 2
    assert ended[0].state == "cancelled"
    assert store.record(ended[0].plan_id).state == "ready"


def test_what_prepares_a_search_is_interrupted_in_the_middle(place):
    store, jobs, rules = place
    started(jobs)
    interrupted = []

    def slow_to_say_anything(problem, params, warm_start, hear):
        jobs.ask_cancel("job-1", NOON)
        while not interrupted:
            time.sleep(0.01)
        hear(Progress("improve", 0, 60.0, 5000, 4000))
        time.sleep(3 * BEAT_SECONDS)  # later beats find it cancelled, and interrupt nothing any more
        return engine(problem, params, warm_start, hear)

    interrupt = lambda: interrupted.append(True)  # noqa: E731
    run_job("job-1", 1, store, jobs, rules, slow_to_say_anything, clock.now, interrupt)
    assert interrupted == [True]


INTERRUPTED = """
import time
from api.jobs.attempt import CancelledError
from api.jobs.run import _interrupting
import threading
threading.Timer(0.2, _interrupting()).start()
begin = time.monotonic()
try:
    for _ in range(3000):
        sum(range(100_000))
except CancelledError:
    print("cancelled", time.monotonic() - begin < 2.0)
"""


def test_an_interruption_reaches_the_main_thread_wherever_it_is():
    said = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["cancelled", "True"]


def test_a_job_cancelled_before_its_search_has_no_plan(place):
    store, jobs, rules = place
    started(jobs)
    jobs.ask_cancel("job-1", NOON)

    class Slow:
        """Rules that take a while to read."""

        digest, objectives = rules.digest, rules.objectives

        @property
        def compiled(self):
            time.sleep(1.2)
            return rules.compiled

    done = run_job("job-1", 1, store, jobs, Slow(), engine, clock.now)
    assert (done.state, done.plan_id) == ("cancelled", "")
    assert store.records() == []


def test_an_attempt_that_was_replaced_keeps_no_plan(place):
    store, jobs, rules = place
    started(jobs)

    def replaced(problem, params, warm_start, hear):
        jobs.give_back("job-1", 1, NOON, 3, "lost")
        return until_cancelled(problem, params, warm_start, hear)

    with pytest.raises(FencedError):
        run_job("job-1", 1, store, jobs, rules, replaced, clock.now)
    assert jobs.job("job-1").state == "queued"
    with pytest.raises(NotFoundError):
        store.record(plan_id_of(jobs.job("job-1")))


def test_whatever_goes_wrong_becomes_the_error_of_the_job(place):
    store, jobs, rules = place
    started(jobs, scope=WishedScope(practices=("NOPE",)))
    done = run_job("job-1", 1, store, jobs, rules, engine, clock.now)
    assert done.state == "failed"
    assert json.loads(done.error)["details"] == ["no practice 'NOPE'"]


def test_an_engine_that_breaks_is_a_defect_that_the_job_tells(place):
    store, jobs, rules = place
    started(jobs)

    def broken(*_):
        raise ZeroDivisionError("no")

    told = json.loads(run_job("job-1", 1, store, jobs, rules, broken, clock.now).error)
    assert (told["code"], told["title"]) == ("DEFECT", "ZeroDivisionError: no")


@pytest.mark.parametrize("nice", [0, NICE])
def test_a_search_stands_back_for_whoever_asks_the_service_as_far_as_it_is_told(nice):
    asked = f"import os; from api.jobs.run import give_way; give_way({nice}); print(os.nice(0))"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert int(said.stdout) == min(os.nice(0) + nice, 19)


def test_a_search_is_started_with_the_setting_of_its_service(tmp_path):
    child = launcher(Settings(tmp_path / "a.db", "ann", nice=17))("job-1", 1)
    try:
        told = Path(f"/proc/{child.pid}/environ")
        if not told.parent.exists():
            pytest.skip("the system does not tell the environment of a process")
        assert b"PANELWISE_NICE=17" in told.read_bytes().split(b"\0")
    finally:
        child.kill()
        child.wait()
