"""Every job that is queued on PostgreSQL has its delivery, in the same transaction."""

import json

import pytest

from data.job import Job
from data.sql.jobs import SqlJobs
from data.sql.opening import open_store
from data.sql.postgres import guards, queue
from tests.data.samples import LATER, NOON
from tests.data.sql.look import connected, rows

WAITING = "SELECT args FROM public_queue.procrastinate_jobs WHERE status = 'todo' ORDER BY id"


@pytest.fixture
def place(places):
    with places.lent("postgres") as lent:
        yield lent


@pytest.fixture
def jobs(place):
    store = open_store(place, NOON)
    yield SqlJobs(store.database)
    store.close()


def queued(jobs, name="j1"):
    return jobs.add_job(Job(name, "propose", "ann", json.dumps({}), NOON, NOON))


def delivered(place):
    return [args["job_id"] for (args,) in rows(place, WAITING)]


def test_a_job_is_delivered_when_it_is_queued_and_again_when_it_is_given_back(place, jobs):
    queued(jobs)
    queued(jobs)  # the same once more
    assert delivered(place) == ["j1"]
    jobs.start_job("j1", NOON)
    assert delivered(place) == ["j1"]
    jobs.give_back("j1", 1, LATER, 3, "lost")
    assert delivered(place) == ["j1", "j1"]


def test_jobs_that_are_not_queued_are_not_delivered(place, jobs):
    queued(jobs)
    jobs.start_job("j1", NOON)
    jobs.finish("j1", 1, "succeeded", LATER)
    queued(jobs, "j2")
    jobs.ask_cancel("j2", LATER)
    assert delivered(place) == ["j1", "j2"]


def test_what_is_rolled_back_is_not_delivered(place, jobs):
    queued(jobs)
    with connected(place) as connection:
        connection.exec_driver_sql("UPDATE jobs SET state = 'queued'")
        connection.rollback()
    assert delivered(place) == ["j1"]


def test_lost_deliveries_are_made_up_for_once(place, jobs):
    for name in ("j1", "j2", "j3"):
        queued(jobs, name)
    jobs.start_job("j3", NOON)
    with connected(place) as connection, connection.begin():
        connection.exec_driver_sql("SET LOCAL search_path = public_queue, public")
        connection.exec_driver_sql("DELETE FROM procrastinate_jobs WHERE args ->> 'job_id' <> 'j2'")
        made = connection.exec_driver_sql("SELECT panelwise_deliver_missing()").scalar_one()
        again = connection.exec_driver_sql("SELECT panelwise_deliver_missing()").scalar_one()
    assert (made, again) == (1, 0)
    assert delivered(place) == ["j2", "j1"]


def test_a_trigger_that_is_gone_is_missed_and_comes_back(place):
    with connected(place) as connection:  # nothing is committed
        connection.exec_driver_sql("DROP TRIGGER jobs_delivered ON jobs")
        assert guards.missing(connection) == ["TRIGGER jobs.jobs_delivered"]
        guards.install(connection)
        assert guards.missing(connection) == []
        assert connection.exec_driver_sql("SELECT current_schema()").scalar_one() == "public"


def test_the_queue_of_an_older_procrastinate_is_made_anew_and_what_waits_is_delivered(server):
    place = server.database()
    store = open_store(place, NOON)
    queued(SqlJobs(store.database))
    store.close()
    with connected(place) as connection, connection.begin():
        assert not queue.is_behind(connection)
        connection.exec_driver_sql("DROP TABLE public_queue.procrastinate_periodic_defers")
        connection.exec_driver_sql("COMMENT ON SCHEMA public_queue IS 'Procrastinate 3.9.12 0123'")
        assert queue.is_behind(connection)
    open_store(place, NOON).close()
    assert rows(place, "SELECT count(*) FROM public_queue.procrastinate_periodic_defers") == [(0,)]
    assert delivered(place) == ["j1"]


def test_the_queue_of_a_newer_procrastinate_is_left_alone(place):
    with connected(place) as connection:  # nothing is committed
        connection.exec_driver_sql("COMMENT ON SCHEMA public_queue IS 'Procrastinate 99.0 0123'")
        assert not queue.is_behind(connection)


def test_a_store_that_had_no_queue_delivers_the_jobs_that_waited(server):
    place = server.database()
    store = open_store(place, NOON)
    queued(SqlJobs(store.database))
    store.close()
    with connected(place) as connection, connection.begin():
        connection.exec_driver_sql("DROP SCHEMA public_queue CASCADE")
    open_store(place, NOON).close()
    assert delivered(place) == ["j1"]
