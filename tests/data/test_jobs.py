"""Both stores of jobs keep the same promises."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from data.errors import NotFoundError
from data.job import FencedError, Job, JobProgress
from data.job_store import JobStore
from data.memory import MemoryStore
from data.memory_jobs import MemoryJobs
from data.sql.jobs import SqlJobs
from data.sql.opening import open_store
from data.store import Store
from tests.data.conftest import KINDS

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)


def job(name: str = "j1", at: datetime = NOON) -> Job:
    return Job(name, "propose", "ann", '{"a": 1}', at, at)


@pytest.fixture(params=["memory", *KINDS])
def both(request, places) -> Iterator[tuple[Store, JobStore]]:
    """A store, and the jobs beside it."""
    if request.param == "memory":
        memory = MemoryStore()
        yield memory, MemoryJobs(memory.tell)
        return
    with places.lent(request.param) as place:
        store = open_store(place, NOON)
        yield store, SqlJobs(store.database)
        store.close()


@pytest.fixture
def jobs(both) -> JobStore:
    return both[1]


def test_whoever_subscribes_hears_of_jobs_that_failed_and_of_no_others(both):
    store, jobs = both
    for name in ("j1", "j2", "j3"):
        jobs.add_job(job(name))
        jobs.start_job(name, NOON)
    jobs.finish("j1", 1, "succeeded", LATER)
    jobs.finish("j2", 1, "failed", LATER, error='{"code": "RULES", "title": "about Ms. Smith"}')
    jobs.give_back("j3", 1, LATER, 1, "lost")
    told = [(topic, json.loads(body)) for _, topic, body in store.outbox()]
    about = {"kind": "propose", "attempts": 1}
    assert told == [
        ("job.failed", {"job_id": "j2", **about, "code": "RULES"}),
        ("job.failed", {"job_id": "j3", **about, "code": ""}),
    ]


def test_a_job_comes_back_as_it_was_kept(jobs):
    jobs.add_job(job())
    assert jobs.job("j1") == job()
    with pytest.raises(NotFoundError, match="no job 'j2'"):
        jobs.job("j2")


def test_the_same_id_is_one_job(jobs):
    jobs.add_job(job())
    assert jobs.add_job(job(at=LATER)) == job()
    assert len(jobs.jobs()) == 1


def test_the_newest_are_listed_first_and_the_oldest_are_started_first(jobs):
    for name, at in (("a", NOON), ("c", LATER), ("b", LATER)):
        jobs.add_job(job(name, at))
    assert [each.job_id for each in jobs.jobs(2)] == ["b", "c"]
    jobs.start_job("a", LATER)
    assert [each.job_id for each in jobs.unfinished()] == ["a", "b", "c"]


def test_a_job_is_started_once(jobs):
    jobs.add_job(job())
    started = jobs.start_job("j1", LATER)
    assert (started.state, started.attempt, started.changed_at) == ("running", 1, LATER)
    with pytest.raises(FencedError, match="is running, not queued"):
        jobs.start_job("j1", LATER)


def test_progress_is_kept_and_the_wish_to_cancel_comes_back_with_it(jobs):
    jobs.add_job(job())
    jobs.start_job("j1", NOON)
    told = JobProgress("improve", 12.5, 100.0, 90.0, 0.1)
    assert not jobs.report("j1", 1, told, LATER).cancel
    assert jobs.job("j1").progress == told
    jobs.ask_cancel("j1", LATER)
    after = jobs.report("j1", 1, told, LATER)
    assert (after.cancel, after.state, after.beat) == (True, "running", 2)


def test_a_queued_job_is_cancelled_at_once_and_one_that_ended_never(jobs):
    jobs.add_job(job())
    assert jobs.ask_cancel("j1", LATER).state == "cancelled"
    jobs.add_job(job("j2"))
    jobs.start_job("j2", NOON)
    ended = jobs.finish("j2", 1, "succeeded", LATER, "plan-1")
    assert jobs.ask_cancel("j2", LATER) == ended
    assert (ended.plan_id, ended.error) == ("plan-1", "")


def test_an_attempt_that_was_replaced_can_write_nothing(jobs):
    jobs.add_job(job())
    jobs.start_job("j1", NOON)
    jobs.give_back("j1", 1, NOON, 3, "lost")
    jobs.start_job("j1", LATER)
    for late in (
        lambda: jobs.report("j1", 1, JobProgress(), LATER),
        lambda: jobs.finish("j1", 1, "succeeded", LATER, "plan-1"),
        lambda: jobs.give_back("j1", 1, LATER, 3, "lost"),
    ):
        with pytest.raises(FencedError):
            late()
    assert (jobs.job("j1").state, jobs.job("j1").attempt, jobs.job("j1").plan_id) == ("running", 2, "")


def test_a_job_that_dies_is_queued_again_so_many_times(jobs):
    jobs.add_job(job())
    states = []
    for attempt in (1, 2, 3):
        jobs.start_job("j1", NOON)
        states.append(jobs.give_back("j1", attempt, LATER, 3, "lost").state)
    assert states == ["queued", "queued", "failed"]
    assert jobs.job("j1").error == "lost"


def test_an_attempt_that_only_waited_for_the_store_is_not_replaced(jobs):
    jobs.add_job(job())
    seen = jobs.start_job("j1", NOON).beat
    jobs.report("j1", 1, JobProgress("improve"), LATER)
    with pytest.raises(FencedError, match="lives"):
        jobs.give_back("j1", 1, LATER, 3, "lost", seen)
    assert jobs.give_back("j1", 1, LATER, 3, "lost", seen + 1).state == "queued"


def test_a_job_that_dies_after_it_was_cancelled_stays_cancelled(jobs):
    jobs.add_job(job())
    jobs.start_job("j1", NOON)
    jobs.ask_cancel("j1", NOON)
    assert jobs.give_back("j1", 1, LATER, 3, "lost").state == "cancelled"


def test_what_a_job_found_is_kept_with_its_end(jobs):
    for name in ("j1", "j2"):
        jobs.add_job(job(name))
        jobs.start_job(name, NOON)
    jobs.finish("j1", 1, "succeeded", LATER, result='{"gaps": 2}')
    jobs.finish("j2", 1, "succeeded", LATER)
    assert (jobs.result("j1"), jobs.result("j2"), jobs.result("j3")) == ('{"gaps": 2}', "", "")
