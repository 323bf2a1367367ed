"""From a wish over a job to a plan, its commit and its undo: child processes and all."""

import json
import time
import zipfile
from io import BytesIO

import openpyxl
import pytest

from data.plan import PLAN_TABLES
from tests.api.service import assert_problem, client_of, filled_store

FILL = {"preset": "fill_gaps", "seconds": 60}


@pytest.fixture(scope="module")
def working(tmp_path_factory):
    """A service that runs jobs."""
    path = tmp_path_factory.mktemp("service") / "panelwise.db"
    filled_store(path).close()
    with client_of(path, workers=1) as client:
        yield client


def ended(client, job_id, most=60.0):
    """The job once it has ended."""
    until = time.monotonic() + most
    while time.monotonic() < until:
        job = client.get(f"/jobs/{job_id}").json()
        if job["state"] in ("succeeded", "failed", "cancelled"):
            return job
        time.sleep(0.1)
    raise AssertionError(job)


@pytest.fixture(scope="module")
def proposed(working):
    """The job of a plan that fills the gaps, once it has ended."""
    asked = working.post("/proposals", json=FILL, headers={"Idempotency-Key": "first"})
    assert asked.status_code == 202, asked.text
    assert asked.headers["location"] == f"/jobs/{asked.json()['job_id']}"
    return ended(working, asked.json()["job_id"])


def test_a_proposal_ends_in_a_plan_that_is_ready(working, proposed):
    assert (proposed["state"], proposed["error"]) == ("succeeded", None)
    assert proposed["progress"]["phase"] == "done"
    plan = working.get(f"/plans/{proposed['plan_id']}").json()
    assert plan["state"] == "ready"
    assert plan["header"]["counts"]["assign"] == 2  # A3 and B2 had nobody
    moves = working.get(f"/plans/{proposed['plan_id']}/moves", params={"sort": "patient_id"}).json()
    assert [row["patient_id"] for row in moves["items"]] == ["A3", "B2"]


def test_the_same_idempotency_key_is_one_job_and_another_wish_under_it_is_refused(working, proposed):
    again = working.post("/proposals", json=FILL, headers={"Idempotency-Key": "first"})
    assert again.json()["job_id"] == proposed["job_id"]
    other = working.post("/proposals", json=FILL | {"seed": 1}, headers={"Idempotency-Key": "first"})
    assert_problem(other, 409, "KEY_REUSED")


def test_events_end_with_the_job_as_it_ended(working, proposed):
    text = working.get(f"/jobs/{proposed['job_id']}/events").text
    assert text.startswith("event: end\nid: ")
    assert json.loads(text.split("data: ")[1])["plan_id"] == proposed["plan_id"]


def test_a_plan_is_exported_as_archive_and_as_json(working, proposed):
    packed = working.get(f"/plans/{proposed['plan_id']}/export").content
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        assert archive.namelist() == [f"{name}.csv" for name in PLAN_TABLES]
        assert archive.read("moves.csv").count(b"\n") == 3  # a header and two moves
    book = working.get(f"/plans/{proposed['plan_id']}/export", params={"format": "xlsx"})
    sheets = openpyxl.load_workbook(BytesIO(book.content))
    assert (sheets["moves"].max_row, sheets["About"]["B1"].value) == (3, proposed["plan_id"])
    whole = working.get(f"/plans/{proposed['plan_id']}/export", params={"format": "json"}).json()
    assert len(whole["moves"]) == 2


def test_capacity_after_a_plan_counts_its_moves(working, proposed):
    rows = working.get("/capacities", params={"filter": "limit_id:eq:panel"}).json()["items"]
    now = sum(row["used"] for row in rows)
    after = 0.0
    for row in rows:
        asked = {"plan": proposed["plan_id"]}
        uses = working.get(f"/providers/{row['provider_id']}/capacity", params=asked).json()
        after += next(each["after"] for each in uses if each["limit_id"] == "panel")
    assert after - now == pytest.approx(2.0)  # two patients of weight 1


def test_a_plan_is_committed_once_and_undone_by_a_plan(working, proposed):
    plan_id = proposed["plan_id"]
    tag = working.get(f"/plans/{plan_id}").headers["etag"]
    stale = working.post(f"/plans/{plan_id}/commit", headers={"If-Match": '"other"'})
    assert_problem(stale, 412, "PRECONDITION_FAILED")
    keys = {"If-Match": tag, "Idempotency-Key": "once"}
    done = working.post(f"/plans/{plan_id}/commit", json={"reason": "agreed"}, headers=keys)
    assert (done.status_code, done.json()["repeated"]) == (200, False)
    again = working.post(f"/plans/{plan_id}/commit", json={"reason": "agreed"}, headers=keys)
    assert (again.json()["repeated"], again.json()["revision"]) == (True, done.json()["revision"])
    assert working.get("/gaps").json()["total"] == 0
    undo = working.post(f"/plans/{plan_id}/revert")
    assert undo.status_code == 201
    assert working.post(undo.headers["location"] + "/commit").status_code == 200
    assert working.get("/gaps").json()["total"] == 2
    assert working.get(f"/plans/{plan_id}").json()["state"] == "reverted"
    assert_problem(working.post(f"/plans/{plan_id}/revert"), 409, "PLAN_STATE")


def test_a_plan_whose_ground_has_moved_is_refused_with_what_drifted(working):
    first, second = (
        ended(working, working.post("/proposals", json=FILL | {"seed": seed}).json()["job_id"])["plan_id"]
        for seed in (7, 8)
    )
    assert working.post(f"/plans/{first}/commit").status_code == 200
    body = assert_problem(working.post(f"/plans/{second}/commit"), 409, "STALE_PLAN")
    assert any("A3" in each for each in body["details"])


def test_a_job_that_ended_is_not_cancelled(working):
    job_id = working.post("/proposals", json=FILL | {"seed": 9}).json()["job_id"]
    assert ended(working, job_id)["state"] == "succeeded"
    assert working.post(f"/jobs/{job_id}/cancel").json()["state"] == "succeeded"


def test_wishes_that_cannot_be_carried_out_are_refused_before_they_are_queued(working):
    before = working.get("/jobs").json()["total"]
    wrong = FILL | {"preset": "magic", "scope": {"practices": ["NOPE"]}}
    body = assert_problem(working.post("/proposals", json=wrong), 422, "REQUEST")
    assert len(body["details"]) == 2
    assert_problem(working.post("/proposals", json=FILL | {"level": "x"}), 422, "REQUEST")
    assert_problem(working.post("/proposals", json={"color": "red"}), 422, "REQUEST")
    assert working.get("/jobs").json()["total"] == before


def test_unknown_jobs_and_plans_are_not_found(working):
    for url in ("/jobs/job-x", "/jobs/job-x/events", "/plans/x/moves", "/plans/x/export"):
        assert_problem(working.get(url), 404, "NOT_FOUND")
    assert_problem(working.post("/jobs/job-x/cancel"), 404, "NOT_FOUND")
    assert_problem(working.post("/plans/x/commit"), 404, "NOT_FOUND")
