"""Jobs of the timetable, from the moment they are due to the report that is read over HTTP."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from api import clock
from api.access import local_principal
from api.cli import run
from api.jobs.routine import ActivateWish, FixGapsWish
from api.jobs.run import run_job
from api.jobs.wish import packed
from api.settings import Settings
from api.wiring import jobs_of, rulebook, webhooks_of
from api.workflow.policy import Policy
from data.job import Job
from data.sql.opening import open_store
from data.webhook import Subscription
from solver.solve import solve
from tests.api.receiver import HERE, KEY, receiving, verified
from tests.api.served import environment
from tests.api.service import DAY, NOON, assert_problem, client_of, filled_store
from tests.data.conftest import KINDS


def engine(problem, params, warm_start, hear):
    return solve(problem, replace(params, work=1.0), warm_start, on_progress=hear)


def never(*_):
    raise AssertionError("it is solved twice")


@pytest.fixture
def place(tmp_path):
    """A store, its jobs, and the rules."""
    store = filled_store(tmp_path / "panelwise.db")
    yield store, jobs_of(store), rulebook(Settings(tmp_path / "panelwise.db", "ann"))
    store.close()


def started(jobs, kind, wish):
    who = local_principal("schedule:night")
    jobs.add_job(Job("job-0123456789", kind, who.actor, packed(wish, who), NOON, NOON))
    return jobs.start_job("job-0123456789", NOON)


def fixing(**policy):
    return FixGapsWish(as_of=DAY, policy=Policy(**policy))


def report(jobs):
    return json.loads(jobs.result("job-0123456789"))


def test_the_report_of_the_night_says_what_was_committed(place):
    store, jobs, rules = place
    started(jobs, "fix_gaps", fixing(commit=True))
    done = run_job("job-0123456789", 1, store, jobs, rules, engine, clock.now)
    assert (done.state, done.error) == ("succeeded", "")
    (said,) = report(jobs)
    assert (said["gaps"], said["assigned"], said["left"], said["committed"]) == (2, 2, 0, True)
    assert store.record(said["plan_id"]).state == "committed"


@pytest.mark.parametrize("commit", [True, False])
def test_a_night_that_is_tried_again_makes_no_second_plan(place, commit):
    store, jobs, rules = place
    started(jobs, "fix_gaps", fixing(commit=commit))
    run_job("job-0123456789", 1, store, jobs, rules, engine, clock.now)
    first = report(jobs)
    with store.engine.begin() as connection:  # as if the process had died before its last step
        connection.exec_driver_sql("DELETE FROM job_results")
        connection.exec_driver_sql("UPDATE jobs SET state = 'queued'")
    jobs.start_job("job-0123456789", NOON)
    run_job("job-0123456789", 2, store, jobs, rules, never, clock.now)
    assert report(jobs) == first
    assert len(store.records()) == 1


def test_the_hours_of_a_policy_are_of_the_time_zone_that_is_named(place):
    """12:00 UTC is 07:00 in New York."""
    store, jobs, rules = place
    hours = {"since": "06:00", "until": "08:00"}
    wish = fixing(commit=True, hours=hours).model_copy(update={"time_zone": "America/New_York"})
    started(jobs, "fix_gaps", wish)
    run_job("job-0123456789", 1, store, jobs, rules, engine, lambda: NOON)
    assert report(jobs)[0]["committed"] is True


def test_plans_whose_day_has_come_are_looked_at_and_the_report_says_so(place):
    store, jobs, rules = place
    started(jobs, "activate", ActivateWish(as_of=DAY))
    done = run_job("job-0123456789", 1, store, jobs, rules, never, clock.now)
    assert (done.state, report(jobs)) == ("succeeded", {"activated": [], "expired": []})


def test_gaps_are_closed_over_http_and_the_report_is_read_there(place, tmp_path):
    with client_of(tmp_path / "panelwise.db", workers=1) as service:
        asked = service.post("/gaps/fix", json={"policy": {"commit": True, "practices": ["PR2"]}})
        assert (asked.status_code, asked.json()["kind"]) == (202, "fix_gaps")
        job_id = asked.json()["job_id"]
        with service.stream("GET", f"/jobs/{job_id}/events") as stream:
            for _ in stream.iter_lines():
                pass
        (said,) = service.get(f"/jobs/{job_id}").json()["result"]
        assert (said["gaps"], said["assigned"], said["committed"], said["waits"]) == (1, 1, True, [])
        assert service.get(f"/plans/{said['plan_id']}").json()["state"] == "committed"
        body = {"policy": {"preset": "nope", "slots": [{"level": "x:"}]}, "time_zone": "Mars"}
        problem = assert_problem(service.post("/gaps/fix", json=body), 422, "REQUEST")
        assert len(problem["details"]) == 3


def test_the_command_line_shows_what_is_done_by_itself_and_when(place, tmp_path, capsys):
    assert run(["schedules", "--db", str(tmp_path / "panelwise.db"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["time_zone"] == "UTC"
    assert {each["name"]: (each["do"], each["last"]) for each in told["schedules"]} == {
        "webhooks": ("send_webhooks", None),
        "plans": ("activate", None),
        "tidy": ("tidy", None),
    }


TIMETABLE = """
time_zone: America/New_York
schedules:
  - {name: webhooks, do: send_webhooks, every: 5}
  - {name: gaps, do: fix_gaps, every: 5, policy: {commit: true}}
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_two_workers_close_gaps_by_themselves_and_tell_who_subscribed(kind, places, tmp_path):
    """What a user has: two `panelwise worker`, a timetable in a file, a receiver somewhere."""
    file = tmp_path / "schedule.yaml"
    file.write_text(TIMETABLE)
    place = places(kind)
    filled_store(place).close()
    with receiving() as receiver:
        store = open_store(place, NOON)
        hooks = webhooks_of(store)
        sealed = HERE.sealed(b"0123456789abcdef0123456789abcdef")
        hooks.add_subscription(Subscription("s1", receiver.url, ("plan.committed",), sealed, NOON, "ann"))
        settings = {
            "PANELWISE_SCHEDULE": str(file),
            "PANELWISE_SECRET_KEY": KEY,
            "PANELWISE_WEBHOOK_HTTP": "yes",
            "PANELWISE_WEBHOOK_NETWORKS": "127.0.0.0/8",
        }
        workers = [
            subprocess.Popen(
                [sys.executable, "-m", "api", "worker", "--db", place],
                env=environment(**settings),
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        until = time.monotonic() + 90
        while (
            not receiver.requests
            and time.monotonic() < until
            and all(each.poll() is None for each in workers)
        ):
            time.sleep(0.2)
        for each in workers:
            each.send_signal(signal.SIGTERM)
        said = [each.communicate(timeout=40)[1] for each in workers]
        assert [each.returncode for each in workers] == [0, 0], said
        assert receiver.requests, said
        (headers, body) = receiver.requests[0]
        secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
        assert verified(secret, headers, body)
        assert json.loads(body)["data"]["assigned"] == 2
        assert len(receiver.requests) == 1
        committed = [each for each in store.records() if each.state == "committed"]
        assert len(committed) == 1
        store.close()
