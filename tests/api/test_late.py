"""Attempts that come too late: frozen, replaced, thawed. What they found is not written."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from api.access import local_principal
from api.engine import engine
from api.jobs.run import run_job
from api.jobs.wish import ProposalWish, packed
from api.settings import Settings, database_of
from api.wiring import jobs_of, rulebook
from data.errors import UnavailableError
from data.job import FencedError, Job, JobProgress
from data.sql.confinement import EVERYWHERE
from data.sql.opening import open_store
from tests.api.service import DAY, NOON, filled_store
from tests.data.conftest import KINDS, places, server  # noqa: F401  fixtures

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=KINDS)
def place(request, places):  # noqa: F811  the fixture
    with places.lent(request.param) as lent:
        store = filled_store(lent)
        wish = ProposalWish(preset="fill_gaps", as_of=DAY, effective_on=DAY, seconds=10)
        who = local_principal("ann")
        jobs_of(store).add_job(Job("job-1", "propose", "ann", packed(wish, who), NOON, NOON))
        jobs_of(store).start_job("job-1", NOON)
        store.close()
        yield lent


@pytest.fixture
def frozen(place):
    """Starts attempt 1, gives its process once it is frozen, and clears it away in the end."""
    started = []

    def start(point):
        command = [sys.executable, "-m", "tests.api.frozen", place, "job-1", "1", point]
        started.append(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True))
        _, status = os.waitpid(started[0].pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), started[0].stderr.read()
        return started[0]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def carried_out(place, attempt, solve=engine):
    store = open_store(place, NOON)
    try:
        book = rulebook(Settings(database_of(place), "ann"))
        return run_job("job-1", attempt, store, jobs_of(store), book, solve, lambda: NOON)
    finally:
        store.close()


def test_an_attempt_that_was_frozen_and_replaced_writes_nothing_when_it_thaws(place, frozen):
    late, store = frozen("search"), open_store(place, NOON)
    jobs = jobs_of(store)
    jobs.give_back("job-1", 1, NOON, 3, "{}", jobs.job("job-1").beat)
    assert jobs.start_job("job-1", NOON).attempt == 2
    done = carried_out(place, 2)
    assert (done.state, [each.header.plan_id for each in store.records()]) == ("succeeded", [done.plan_id])
    digest = store.record(done.plan_id)
    late.send_signal(signal.SIGCONT)
    assert late.wait(30) == 1
    assert jobs.job("job-1") == done
    assert store.records() == [digest]
    store.close()


def test_a_job_that_was_cancelled_while_its_attempt_was_frozen_gets_no_plan_from_it(place, frozen):
    """Regression: the plan was written after the check, in a transaction that knew nothing of the job."""
    late, store = frozen("write"), open_store(place, NOON)
    jobs = jobs_of(store)
    jobs.ask_cancel("job-1", NOON)
    assert jobs.give_back("job-1", 1, NOON, 3, "{}", jobs.job("job-1").beat).state == "cancelled"
    late.send_signal(signal.SIGCONT)
    assert late.wait(30) == 1
    assert jobs.job("job-1").state == "cancelled"
    assert store.records() == []
    store.close()


def test_whatever_lies_beside_the_store_is_fenced_alike(place):
    store = open_store(place, NOON)
    jobs, late = jobs_of(store), store.held_by("job-1", 1)
    late.note(NOON, "ann", "read", "A1")
    late.within(EVERYWHERE).note(NOON, "ann", "read", "A2")
    jobs.report("job-1", 1, JobProgress("improve"), NOON)
    jobs.give_back("job-1", 1, NOON, 3, "{}")
    jobs.start_job("job-1", NOON)
    for writer in (late, late.within(EVERYWHERE)):
        with pytest.raises(FencedError, match="attempt 1 of job job-1 was replaced"):
            writer.note(NOON, "ann", "read", "A3")
    store.held_by("job-1", 2).note(NOON, "ann", "read", "A4")
    assert store.audit(3)["subject"].to_pylist() == ["A4", "A2", "A1"]
    store.close()


def test_a_store_that_is_away_does_not_fail_the_job_but_leaves_it_to_the_next_attempt(place):
    """Regression: a job whose store was away for a moment failed for good, with a word of the database."""

    def solve(*_):
        raise UnavailableError("the server is starting; try again in a moment")

    with pytest.raises(UnavailableError):
        carried_out(place, 1, solve)
    store = open_store(place, NOON)
    jobs = jobs_of(store)
    assert jobs.job("job-1").state == "running"
    jobs.give_back("job-1", 1, NOON, 3, "{}")
    jobs.start_job("job-1", NOON)
    store.close()
    assert carried_out(place, 2).state == "succeeded"
