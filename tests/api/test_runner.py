"""The runner of jobs, with children that do what the test says."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from api.jobs.children import Children
from api.jobs.runner import JobRunner
from data.errors import UnavailableError
from data.job import Job, JobProgress
from data.memory_jobs import MemoryJobs

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@dataclass
class Puppet:
    """A child that ends when it is told to."""

    code: int | None = None
    killed: bool = False

    def poll(self):
        return self.code

    def kill(self):
        self.killed, self.code = True, -9

    def wait(self):
        return self.code


@dataclass
class Stage:
    """A runner on a store in memory, with a clock that stands."""

    most: int = 1
    jobs: MemoryJobs = field(default_factory=MemoryJobs)
    children: dict = field(default_factory=dict)
    seconds: float = 0.0

    def __post_init__(self):
        self.runner = self.another()

    def another(self):
        clock = lambda: self.seconds  # noqa: E731
        return JobRunner(Children(self.jobs, self.launch, lambda: NOON, self.most, 10.0, clock))

    def launch(self, job_id, attempt):
        self.children[job_id, attempt] = Puppet()
        return self.children[job_id, attempt]

    def queue(self, *names):
        for name in names:
            self.jobs.add_job(Job(name, "propose", "ann", "{}", NOON, NOON))

    def states(self):
        return {each.job_id: each.state for each in self.jobs.jobs()}


def test_no_more_children_than_allowed_run_at_once():
    stage = Stage(most=2)
    stage.queue("a", "b", "c")
    stage.runner.step()
    assert stage.states() == {"a": "running", "b": "running", "c": "queued"}
    stage.jobs.finish("a", 1, "succeeded", NOON, "p")
    stage.children["a", 1].code = 0
    stage.runner.step()
    assert stage.states() == {"a": "succeeded", "b": "running", "c": "running"}


def test_a_child_that_dies_is_started_again_and_in_the_end_its_job_fails():
    stage = Stage()
    stage.queue("a")
    for attempt in (1, 2, 3):
        stage.runner.step()
        stage.children["a", attempt].code = -9
    stage.runner.step()
    assert stage.states() == {"a": "failed"}
    assert '"LOST"' in stage.jobs.job("a").error


def test_a_frozen_child_is_killed_and_its_late_word_is_not_heard():
    stage = Stage()
    stage.queue("a")
    stage.runner.step()
    stage.runner.step()  # sees beat 0 of attempt 1 at second 0
    stage.seconds = 10.5
    stage.runner.step()
    assert stage.children["a", 1].killed
    stage.runner.step()
    assert (stage.jobs.job("a").state, stage.jobs.job("a").attempt) == ("running", 2)


def test_a_child_that_beats_is_left_alone_however_long_it_takes():
    stage = Stage()
    stage.queue("a")
    stage.runner.step()
    for stage.seconds in range(0, 100, 9):
        stage.jobs.report("a", 1, JobProgress("improve"), NOON)
        stage.runner.step()
    assert not stage.children["a", 1].killed


def test_what_a_crash_of_the_service_left_behind_is_queued_again():
    stage = Stage()
    stage.queue("a")
    stage.runner.step()
    successor = stage.another()  # the first runner and its child are gone without a word
    successor.step()
    assert stage.jobs.job("a").attempt == 1
    stage.seconds = 11
    successor.step()
    successor.step()
    assert (stage.jobs.job("a").state, stage.jobs.job("a").attempt) == ("running", 2)


def test_a_runner_that_stops_ends_its_children_and_leaves_their_jobs_to_the_next():
    stage = Stage()
    stage.queue("a")
    stage.runner.step()
    stage.runner.stop()
    assert stage.children["a", 1].killed
    assert stage.states() == {"a": "queued"}


class Away(MemoryJobs):
    """Jobs that cannot be given back while the store is away."""

    away = False

    def give_back(self, *asked, **named):
        if self.away:
            raise UnavailableError("another writer kept the store busy for too long")
        return super().give_back(*asked, **named)


def test_a_frozen_child_that_holds_the_lock_of_the_store_is_ended_before_its_job_is_given_back():
    """Regression: a child frozen in the middle of a write kept everybody out, its own runner too."""
    stage = Stage(jobs=Away())
    stage.queue("a")
    stage.runner.step()
    stage.runner.step()
    stage.jobs.away, stage.seconds = True, 10.5
    stage.runner.step()
    assert stage.children["a", 1].killed
    assert stage.states() == {"a": "running"}
    stage.jobs.away = False
    stage.runner.step()
    assert (stage.jobs.job("a").state, stage.jobs.job("a").attempt) == ("running", 2)


def test_a_child_that_dies_while_the_store_is_away_is_given_back_as_soon_as_it_is_there():
    stage = Stage(jobs=Away())
    stage.queue("a")
    stage.runner.step()
    stage.children["a", 1].code, stage.jobs.away = -9, True
    stage.runner.step()
    assert stage.states() == {"a": "running"}
    stage.jobs.away = False
    stage.runner.step()
    assert (stage.jobs.job("a").state, stage.jobs.job("a").attempt) == ("running", 2)


def test_a_clock_that_jumps_neither_loses_a_job_nor_starts_it_twice():
    """Two runners, whose clocks go wrong by days between any two steps, forward and back."""
    stage, chance = Stage(most=2), Random(5)
    now = lambda: NOON + timedelta(days=chance.uniform(-400, 400))  # noqa: E731
    children = [Children(stage.jobs, stage.launch, now, 2, 10.0, lambda: stage.seconds) for _ in range(2)]
    runners = [JobRunner(each) for each in children]
    for number in range(6):
        stage.jobs.add_job(Job(f"job-{number}", "propose", "ann", "{}", now(), now()))
    for _ in range(200):
        stage.seconds += 0.5
        chance.choice(runners).step()
        for (job_id, attempt), child in stage.children.items():
            if child.code is None and chance.random() < 0.7:
                stage.jobs.report(job_id, attempt, JobProgress("improve"), now())
            if child.code is None and chance.random() < 0.1:
                stage.jobs.finish(job_id, attempt, "succeeded", now(), job_id)
                child.code = 0
    assert set(stage.states().values()) == {"succeeded"}
    assert sorted(stage.children) == [(f"job-{number}", 1) for number in range(6)]
