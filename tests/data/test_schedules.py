"""Every store of schedules lets each moment be taken once."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from data.job import Job
from data.memory_jobs import MemoryJobs
from data.memory_schedules import MemorySchedules
from data.sql.jobs import SqlJobs
from data.sql.opening import open_store
from data.sql.schedules import SqlSchedules
from tests.data.conftest import KINDS

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory", *KINDS])
def place(request, places) -> Iterator[tuple]:
    """Schedules, and the jobs beside them."""
    if request.param == "memory":
        jobs = MemoryJobs()
        yield MemorySchedules(jobs), jobs
        return
    with places.lent(request.param) as lent:
        store = open_store(lent, NOON)
        yield SqlSchedules(store.database), SqlJobs(store.database)
        store.close()


def job(name):
    return Job(name, "fix_gaps", "ann", "{}", NOON, NOON)


def test_a_moment_is_taken_once_and_its_job_is_queued_with_it(place):
    schedules, jobs = place
    assert schedules.taken("gaps") is None
    assert schedules.take("gaps", None, NOON, NOON)
    assert schedules.taken("gaps") == NOON
    assert schedules.take("gaps", NOON, NOON + HOUR, NOON, job("j1"))
    assert not schedules.take("gaps", NOON, NOON + HOUR, NOON, job("j2"))
    assert not schedules.take("gaps", None, NOON + HOUR, NOON, job("j3"))
    assert (schedules.taken("gaps"), [each.job_id for each in jobs.jobs()]) == (NOON + HOUR, ["j1"])


def test_schedules_do_not_get_into_each_others_way(place):
    schedules, _ = place
    assert schedules.take("gaps", None, NOON, NOON)
    assert schedules.take("findings", None, NOON + HOUR, NOON)
    assert schedules.taken("gaps") == NOON


def test_of_many_who_take_a_moment_at_once_one_gets_it(place):
    schedules, jobs = place
    schedules.take("gaps", None, NOON, NOON)
    got = []

    def take(number):
        if schedules.take("gaps", NOON, NOON + HOUR, NOON, job(f"j{number}")):
            got.append(f"j{number}")

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [each.job_id for each in jobs.jobs()] == got
    assert len(got) == 1
