"""What is done by itself: once, by one of those who could, whatever their clocks show and whoever dies."""

import json
import threading
import time as clock
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from api.jobs.kinds import unpacked
from api.jobs.routine import FixGapsWish
from api.jobs.timetable import Schedule, Timetable
from api.jobs.upkeep import Upkeep
from api.workflow.policy import Policy
from data.memory_jobs import MemoryJobs
from data.memory_schedules import MemorySchedules
from data.sql.jobs import SqlJobs
from data.sql.opening import open_store
from data.sql.schedules import SqlSchedules
from tests.data.conftest import KINDS

EVENING = datetime(2026, 12, 1, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at_half_past_two(name="night", **more):
    given = {"do": "fix_gaps", "policy": Policy(commit=True, practices=("PR1",))} | more
    return Schedule(name=name, at=("02:30",), **given)


class Stage:
    """Processes with a timetable over one store, and the time that each one's clock shows."""

    def __init__(self, schedules, jobs):
        self.schedules, self.jobs = schedules, jobs
        self.done, self.woken = [], 0

    def process(self, *schedules, at=EVENING, errand=None):
        clock = SimpleNamespace(at=at)
        table = Timetable(time_zone="UTC", schedules=schedules or (at_half_past_two(),))
        errands = {"tidy": errand or (lambda: self.done.append("tidy"))}
        made = Upkeep(table, self.schedules, errands, lambda: clock.at, self.wake)

        def tick_at(moment):
            clock.at = moment
            made.tick()

        made.tick_at = tick_at
        return made

    def wake(self):
        self.woken += 1

    def kinds(self):
        return [each.kind for each in self.jobs.jobs()]


@pytest.fixture(params=["memory", *KINDS])
def stage(request, places):
    if request.param == "memory":
        jobs = MemoryJobs()
        yield Stage(MemorySchedules(jobs), jobs)
        return
    with places.lent(request.param) as place:
        store = open_store(place, EVENING)
        yield Stage(SqlSchedules(store.database), SqlJobs(store.database))
        store.close()


def test_at_its_time_a_job_is_queued_that_acts_for_the_schedule(stage):
    process = stage.process()
    process.tick_at(EVENING)
    assert stage.kinds() == []
    process.tick_at(EVENING + 5 * HOUR)
    (job,) = stage.jobs.jobs()
    wish, who = unpacked(job)
    assert isinstance(wish, FixGapsWish)
    assert (job.kind, job.actor, who.actor) == ("fix_gaps", "schedule:night", "schedule:night")
    assert (str(wish.as_of), wish.policy.practices, wish.scope.practices) == (
        "2026-12-02",
        ("PR1",),
        ("PR1",),
    )
    assert stage.woken == 1
    process.tick_at(EVENING + 6 * HOUR)
    assert len(stage.jobs.jobs()) == 1


def test_the_day_of_a_job_is_that_of_the_time_zone(stage):
    """22:00 UTC is 17:00 in New York, and 02:30 there is 07:30 UTC."""
    table = Timetable(time_zone="America/New_York", schedules=(at_half_past_two(do="activate", policy=None),))
    process = stage.process()
    process.timetable = table
    process.tick_at(EVENING)
    process.tick_at(EVENING + 9 * HOUR)
    assert stage.kinds() == []
    process.tick_at(EVENING + 9.5 * HOUR)
    wish, _ = unpacked(stage.jobs.jobs()[0])
    assert (wish.__class__.__name__, str(wish.as_of)) == ("ActivateWish", "2026-12-02")


def test_of_two_workers_one_queues_the_job(stage):
    both = [stage.process(), stage.process()]
    for each in both:
        each.tick_at(EVENING)
    threads = [threading.Thread(target=each.tick_at, args=(EVENING + 5 * HOUR,)) for each in both]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    both[0].tick_at(EVENING + 5 * HOUR)
    assert stage.kinds() == ["fix_gaps"]


def test_two_workers_whose_clocks_differ_do_it_once(stage):
    early, late = stage.process(), stage.process()
    early.tick_at(EVENING)
    late.tick_at(EVENING)
    for minutes in range(250, 320, 5):
        early.tick_at(EVENING + timedelta(minutes=minutes + 12))
        late.tick_at(EVENING + timedelta(minutes=minutes))
    assert stage.kinds() == ["fix_gaps"]


def test_what_was_missed_is_made_up_for_once(stage):
    stage.process().tick_at(EVENING)
    process = stage.process()  # after a week away
    for hours in (0, 1, 2):
        process.tick_at(EVENING + timedelta(days=7, hours=hours))
    assert stage.kinds() == ["fix_gaps"]
    wish, _ = unpacked(stage.jobs.jobs()[0])
    assert str(wish.as_of) == "2026-12-08"


def test_a_clock_that_jumps_back_and_forth_queues_no_job_twice(stage):
    process = stage.process()
    process.tick_at(EVENING)
    for moment in (5, -3, 5, 2, 5.5, -40, 5, 6):
        process.tick_at(EVENING + moment * HOUR)
    assert stage.kinds() == ["fix_gaps"] * len(stage.jobs.jobs())
    days = [str(unpacked(each)[0].as_of) for each in stage.jobs.jobs()]
    assert days.count("2026-12-02") == 1
    process.tick_at(EVENING + 400 * 24 * HOUR)  # far ahead, and back
    process.tick_at(EVENING + 7 * HOUR)
    process.tick_at(EVENING + 29 * HOUR)
    days = [str(unpacked(each)[0].as_of) for each in stage.jobs.jobs()]
    assert days.count("2026-12-03") == 1


def test_an_errand_is_run_here_and_not_beside_itself(stage):
    go, begun = threading.Event(), []

    def slow():
        begun.append(1)
        go.wait(10)

    often = Schedule(name="often", do="tidy", every=60)
    process = stage.process(often, errand=slow)
    for minutes in range(5):
        process.tick_at(EVENING + timedelta(minutes=minutes))
    assert len(begun) == 1
    go.set()
    process.stop()
    process = stage.process(often)
    process.tick_at(EVENING + HOUR)
    process.stop()
    assert stage.done == ["tidy"]
    assert stage.kinds() == []


def test_an_errand_that_fails_is_run_again_when_it_is_due(stage):
    calls = []

    def fails():
        calls.append(1)
        raise RuntimeError

    process = stage.process(Schedule(name="often", do="tidy", every=60), errand=fails)
    for minutes in range(4):
        process.tick_at(EVENING + timedelta(minutes=minutes))
        until = clock.monotonic() + 5
        while len(calls) < minutes and clock.monotonic() < until:
            clock.sleep(0.01)
        clock.sleep(0.02)
    process.stop()
    assert len(calls) == 3


def test_what_is_turned_off_is_not_done(stage):
    process = stage.process(at_half_past_two(enabled=False))
    process.tick_at(EVENING)
    process.tick_at(EVENING + 5 * HOUR)
    assert stage.kinds() == []


def test_a_process_that_dies_right_after_it_took_a_moment_has_queued_its_job(stage):
    """Taking the moment and queueing the job are one transaction: there is nothing in between to die in."""
    process = stage.process()
    process.tick_at(EVENING)
    process.woken = None  # whatever would come after the transaction is never reached
    with pytest.raises(TypeError):
        process.tick_at(EVENING + 5 * HOUR)
    assert json.loads(stage.jobs.jobs()[0].request)["wish"]["policy"]["commit"] is True
