"""Jobs on PostgreSQL: brought by Procrastinate, run by any number of workers, kept by their own rows."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest

from api.jobs.children import Children
from api.jobs.queue import QueueRunner
from api.jobs.runner import JobRunner
from api.jobs.running import runner_of
from data.job import Job, JobProgress
from data.sql.jobs import SqlJobs
from data.sql.opening import open_store
from tests.api.service import NOON
from tests.data.sql.look import rows


def children_of(pid):
    """Processes that a process started."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(each) for each in listed.stdout.split()]


class Worker:
    """A child that works at its job in a thread: as long as it is told to, with signs of life."""

    def __init__(self, stage, job_id, attempt):
        self.stage, self.job_id, self.attempt = stage, job_id, attempt
        self.code, self.killed = None, threading.Event()
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    def work(self):
        try:
            self.stage.work(self)
            self.code = 0
        except Exception:
            self.code = 1

    def done(self):
        self.stage.jobs.finish(self.job_id, self.attempt, "succeeded", NOON, f"plan of {self.job_id}")

    def poll(self):
        return self.code if not self.thread.is_alive() else None

    def kill(self):
        self.killed.set()

    def wait(self):
        self.thread.join()
        return self.code


class Stage:
    """Runners over one store."""

    def __init__(self, place):
        self.place = place
        self.store = open_store(place, NOON)
        self.jobs = SqlJobs(self.store.database)
        self.children, self.runners = [], []
        self.work = Worker.done

    def launch(self, job_id, attempt):
        self.children.append(Worker(self, job_id, attempt))
        return self.children[-1]

    def runner(self, most=1, silence=20.0):
        made = runner_of(self.store, Children(self.jobs, self.launch, lambda: NOON, most, silence))
        made.start()
        self.runners.append(made)
        return made

    def queue(self, *names):
        for name in names:
            self.jobs.add_job(Job(name, "propose", "ann", "{}", NOON, NOON))

    def until(self, held, seconds=20.0):
        end = time.monotonic() + seconds
        while not held():
            assert time.monotonic() < end, [(each.job_id, each.state) for each in self.jobs.jobs()]
            time.sleep(0.02)

    def all_done(self):
        return all(each.final for each in self.jobs.jobs())

    def close(self):
        for each in self.runners:
            each.stop()
        for each in self.children:
            each.kill()
            each.wait()
        self.store.close()


@pytest.fixture
def stage(places):
    with places.lent("postgres") as place:
        made = Stage(place)
        yield made
        made.close()


def deliveries(stage):
    return rows(stage.place, "SELECT args FROM public_queue.procrastinate_jobs")


def test_postgres_has_its_jobs_delivered_and_a_file_does_not(stage, tmp_path):
    assert isinstance(runner_of(stage.store, Children(stage.jobs, stage.launch, lambda: NOON)), QueueRunner)
    file = open_store(tmp_path / "panelwise.db", NOON)
    made = runner_of(file, Children(SqlJobs(file.database), stage.launch, lambda: NOON))
    assert isinstance(made, JobRunner)
    file.close()


def test_jobs_of_two_workers_are_each_run_once(stage):
    names = [f"j{number}" for number in range(8)]
    stage.queue(*names[:4])  # before anybody is there
    stage.runner(most=2)
    stage.runner(most=2)
    stage.queue(*names[4:])
    stage.until(stage.all_done)
    assert sorted((each.job_id, each.attempt) for each in stage.children) == [(name, 1) for name in names]
    assert {each.plan_id for each in stage.jobs.jobs()} == {f"plan of {name}" for name in names}
    stage.until(lambda: not deliveries(stage))


def test_a_job_is_started_within_a_second_of_being_queued(stage):
    stage.runner()
    stage.queue("first")
    stage.until(stage.all_done)
    began = time.monotonic()
    stage.queue("second")
    stage.until(stage.all_done)
    assert time.monotonic() - began < 1.0


def test_no_more_run_at_once_than_a_worker_may(stage):
    go = threading.Event()
    stage.work = lambda child: (go.wait(), child.done())
    stage.runner(most=2)
    stage.queue("a", "b", "c")
    stage.until(lambda: len(stage.children) == 2)
    time.sleep(0.5)
    assert sorted(each.state for each in stage.jobs.jobs()) == ["queued", "running", "running"]
    go.set()
    stage.until(stage.all_done)


def test_a_child_that_dies_is_started_again_and_in_the_end_its_job_fails(stage):
    def dies(child):
        raise RuntimeError

    stage.work = dies
    stage.runner()
    stage.queue("a")
    stage.until(stage.all_done)
    assert (stage.jobs.job("a").state, len(stage.children)) == ("failed", 3)
    assert '"LOST"' in stage.jobs.job("a").error


def test_a_frozen_child_is_replaced_and_its_late_word_is_not_heard(stage):
    thawed = threading.Event()

    def freezes_first(child):
        if child.attempt == 1:
            thawed.wait()
            child.done()  # FencedError: the word that comes too late
        child.done()

    stage.work = freezes_first
    stage.runner(most=2, silence=1.0)
    stage.queue("a")
    stage.until(lambda: len(stage.children) == 1)
    stage.children[0].wait = lambda: None  # nothing waits for a process that is frozen here
    stage.until(stage.all_done)
    thawed.set()
    assert (stage.jobs.job("a").state, stage.jobs.job("a").attempt) == ("succeeded", 2)
    stage.until(lambda: stage.children[0].code == 1)


def in_the_queue(stage, *statements):
    with stage.store.database.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL search_path = public_queue, public")
        for each in statements:
            connection.exec_driver_sql(each)


def test_what_a_dead_worker_had_is_run_by_another(stage):
    """The row of one job says `running`, and both deliveries are with a worker whose heart has stopped."""
    stage.queue("a", "b")
    stage.jobs.start_job("a", NOON)
    in_the_queue(
        stage,
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')",
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id "
        "FROM procrastinate_workers AS dead WHERE last_heartbeat < now() - interval '30 minutes'",
    )
    stage.runner(silence=1.0)
    stage.until(stage.all_done)
    assert {each.job_id: each.attempt for each in stage.jobs.jobs()} == {"a": 2, "b": 1}


def test_a_job_whose_delivery_was_lost_is_found(stage):
    stage.queue("a")
    in_the_queue(stage, "DELETE FROM procrastinate_jobs")
    stage.runner()
    stage.until(stage.all_done)


def test_a_job_that_is_cancelled_before_its_delivery_is_not_started(stage):
    stage.queue("a")
    stage.jobs.ask_cancel("a", NOON)
    stage.runner()
    stage.queue("b")
    stage.until(stage.all_done)
    assert [each.job_id for each in stage.children] == ["b"]


def test_a_runner_that_stops_leaves_its_jobs_to_the_next(stage):
    def until_killed(child):
        if child.attempt == 1:
            child.killed.wait()
            raise RuntimeError
        child.done()

    stage.work = until_killed
    first = stage.runner()
    stage.queue("a")
    stage.until(lambda: stage.children)
    first.stop()
    stage.runners.remove(first)
    assert rows(stage.place, "SELECT count(*) FROM public_queue.procrastinate_workers") == [(0,)]
    assert stage.jobs.job("a").state == "queued"
    stage.runner()
    stage.until(stage.all_done)
    assert stage.jobs.job("a").attempt == 2


def test_a_server_that_restarts_is_met_again_and_the_child_goes_on(stage, server):
    go = threading.Event()

    def beats(child):
        while not go.wait(0.1):
            try:
                stage.jobs.report(child.job_id, child.attempt, JobProgress("improve"), NOON)
            except Exception:
                continue
        child.done()

    stage.work = beats
    stage.runner(most=2)
    stage.queue("a")
    stage.until(lambda: stage.children)
    server.restart()
    stage.queue("b")
    stage.until(lambda: len(stage.children) == 2, 30)
    go.set()
    stage.until(stage.all_done)
    assert {each.job_id: each.attempt for each in stage.jobs.jobs()} == {"a": 1, "b": 1}


def test_a_worker_needs_no_more_rights_than_the_application_has(server, places):
    """It logs in as a member of the application's role, which owns nothing."""
    place = places("postgres")
    server.application("worker")
    open_store(place, NOON).close()  # its owner gives the role its rights
    made = Stage(place.replace("owner@", "worker@"))
    try:
        made.queue("a")
        made.runner()
        made.until(made.all_done)
        in_the_queue(made, "DELETE FROM procrastinate_jobs")
        made.queue("b")
        made.until(made.all_done)
    finally:
        made.close()


KILLS = 4


@pytest.mark.slow
def test_workers_and_attempts_that_are_killed_lose_no_job(stage):
    """Two workers over ten jobs; again and again one of them, now and then an attempt, dies (-9)."""
    chance = random.Random(7)

    def worker():
        command = [sys.executable, "-m", "tests.api.queue_worker", stage.place]
        return subprocess.Popen(command, stderr=subprocess.DEVNULL)

    names = [f"j{number:02}" for number in range(10)]
    workers = [worker(), worker()]
    try:
        stage.queue(*names[:6])
        stage.until(lambda: any(each.state == "running" for each in stage.jobs.jobs()), 60)
        for number in range(KILLS):
            time.sleep(chance.uniform(0.0, 0.6))
            victim = workers.pop(0)
            theirs = children_of(victim.pid)
            victim.kill()
            victim.wait()
            if theirs and number % 2:
                with suppress(ProcessLookupError):
                    os.kill(theirs[0], signal.SIGKILL)
            workers.append(worker())
            stage.queue(names[6 + number])
        stage.queue(*names[6 + KILLS :])
        in_the_queue(  # as if half a minute had gone by since the hearts of the dead stopped
            stage, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"
        )
        workers.append(worker())
        stage.until(stage.all_done, 180)
    finally:
        for each in workers:
            for child in children_of(each.pid):
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            each.kill()
            each.wait()
    ended = {each.job_id: each for each in stage.jobs.jobs()}
    assert sorted(ended) == names
    assert {each.state for each in ended.values()} == {"succeeded"}
    for name, job in ended.items():  # what is written is the word of the last attempt, and of no other
        assert job.plan_id == f"plan of {name}, attempt {job.attempt}"


def test_a_delivery_of_a_job_that_is_not_there_is_let_go(stage):
    in_the_queue(
        stage,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args) "
        """VALUES ('jobs', 'run_job', '{"job_id": "gone"}')""",
    )
    stage.runner()
    stage.queue("a")
    stage.until(stage.all_done)
    stage.until(lambda: not deliveries(stage))
