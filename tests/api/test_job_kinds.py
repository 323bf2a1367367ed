"""Every kind of job over HTTP: what it finds, and that it is for whom it may be."""

import pytest

from api.authentication import ApiKey, Authentication, digest_of
from api.jobs.kinds import WISHES
from api.jobs.work import WORK
from tests.api.service import assert_problem, carried_out, client_of, filled_store

FILL = {"preset": "fill_gaps", "seconds": 5}


@pytest.fixture
def planned(service):
    """A service with a plan that gives A3 and B2 to somebody, and the plan's id."""
    made = carried_out(service, service.post("/proposals", json=FILL))
    assert made["state"] == "succeeded", made["error"]
    return service, made["plan_id"]


def test_every_kind_that_can_be_asked_for_can_be_carried_out():
    assert set(WISHES) == set(WORK)


def test_the_rules_that_a_job_used_are_kept(planned):
    service, _ = planned
    (kept,) = service.get("/rules/versions").json()
    assert (kept["digest"], kept["in_force"]) == (service.get("/rules").json()["digest"], True)


def test_a_stale_plan_is_proposed_again_and_keeps_its_moves(planned):
    service, plan_id = planned
    moves = service.get(f"/plans/{plan_id}/moves").json()["items"]
    gone = {"A3": "P1", "B2": "P2"}[moves[0]["patient_id"]]
    given = {"patient_id": moves[0]["patient_id"], "provider_id": gone, "starts_on": "2026-12-01"}
    assert service.post("/tables/assignments", json=[given]).status_code == 200
    assert_problem(service.post(f"/plans/{plan_id}/commit"), 409, "STALE_PLAN")
    job = carried_out(service, service.post(f"/plans/{plan_id}/rebase"))
    assert (job["state"], job["error"]) == ("succeeded", None)
    assert job["result"] == {"former": plan_id, "kept": 1, "changed": 0, "dropped": 1, "added": 0}
    again = service.get(f"/plans/{job['plan_id']}").json()
    assert (again["state"], again["header"]["counts"]["assign"]) == ("ready", 1)
    assert service.post(f"/plans/{job['plan_id']}/commit").status_code == 200


def test_a_plan_that_was_committed_is_not_proposed_again(planned):
    service, plan_id = planned
    service.post(f"/plans/{plan_id}/commit")
    job = carried_out(service, service.post(f"/plans/{plan_id}/rebase"))
    assert (job["state"], job["error"]["code"]) == ("failed", "REQUEST")
    assert_problem(service.post("/plans/nothing/rebase"), 404, "NOT_FOUND")
    other = {"plan_id": "another"}
    assert_problem(service.post(f"/plans/{plan_id}/rebase", json=other), 422, "REQUEST")


def test_a_plan_a_patient_and_a_provider_are_explained(planned):
    service, plan_id = planned
    url = f"/plans/{plan_id}/explanations"
    whole = carried_out(service, service.post(url, json={"seconds": 2}))["result"]
    assert sum(each["patients"] for each in whole["moves"]) == 2
    one = carried_out(service, service.post(url, json={"patient": "A3", "seconds": 1}))["result"]
    assert (one["outcome"], {each["provider_id"] for each in one["options"]}) == ("assigned", {"P1", "P2"})
    whom = carried_out(service, service.post(url, json={"provider": "P1", "seconds": 1}))["result"]
    assert {each["limit_id"] for each in whom["loads"]} >= {"panel"}
    both = {"patient": "A3", "provider": "P1"}
    assert_problem(service.post(url, json=both), 422, "REQUEST")
    assert_problem(service.post(url, json={"patient": "Z1"}), 404, "NOT_FOUND")


def test_the_loss_of_each_provider_is_told_today_and_after_a_plan(planned):
    service, plan_id = planned
    today = carried_out(service, service.post("/resilience", json={"seconds": 2}))["result"]
    after = carried_out(service, service.post("/resilience", json={"plan_id": plan_id, "seconds": 2}))[
        "result"
    ]
    assert {each["provider_id"] for each in today} == {"P1", "P2", "P3"}
    assert sum(each["patients"] for each in after) == sum(each["patients"] for each in today) + 2


def test_a_trade_off_keeps_its_plans_and_they_stand_side_by_side(service):
    asked = {"points": 2, "x": "moves", "y": "balance", "seconds": 4}
    job = carried_out(service, service.post("/tradeoffs", json=asked))
    assert job["state"] == "succeeded", job["error"]
    plans = [each["plan_id"] for each in job["result"]["points"] if each["plan_id"]]
    assert all(service.get(f"/plans/{each}").json()["state"] == "ready" for each in plans)
    assert plans == [f"rebalance-{job['job_id'][4:14]}-{number}" for number in range(1, len(plans) + 1)]
    beside = service.get("/comparisons", params={"plan": [plans[0], plans[0]]}).json()
    assert beside["plan_ids"] == [plans[0], plans[0]]
    assert_problem(service.get("/comparisons", params={"plan": plans[0]}), 422, "REQUEST")
    assert_problem(service.post("/tradeoffs", json=asked | {"preset": "no"}), 422, "REQUEST")


def test_a_key_used_for_one_kind_is_no_key_of_another(service):
    key = {"Idempotency-Key": "k"}
    assert service.post("/resilience", json={}, headers=key).status_code == 202
    assert_problem(service.post("/tradeoffs", json={}, headers=key), 409, "KEY_REUSED")


def test_what_a_job_found_is_shown_to_who_asked_and_to_who_sees_everything(tmp_path):
    filled_store(tmp_path / "panelwise.db").close()
    keys = [
        ApiKey(
            sha256=digest_of(f"pw_{name}"),
            actor=name,
            roles=("planner",),
            practices=practices,
            everywhere=not practices,
        )
        for name, practices in (("ann", ("PR1",)), ("eve", ("PR1",)), ("all", ()))
    ]
    with client_of(
        tmp_path / "panelwise.db", Authentication(keys={each.sha256: each for each in keys})
    ) as client:

        def of(name):
            return {"Authorization": f"Bearer pw_{name}"}

        client.headers.update(of("ann"))
        job = carried_out(client, client.post("/resilience", json={"seconds": 2}))
        # P2 and P3 are of the other practice
        assert [each["provider_id"] for each in job["result"]] == ["P1"]
        found = {
            name: client.get(f"/jobs/{job['job_id']}", headers=of(name)).json() for name in ("eve", "all")
        }
        assert (found["eve"]["result"], found["all"]["result"]) == (None, job["result"])


def test_capacities_are_shown_before_and_after_a_plan(planned):
    service, plan_id = planned
    asked = {"plan": plan_id, "filter": "limit_id:eq:panel"}
    rows = service.get("/capacities", params=asked).json()["items"]
    assert sum(row["after"] - row["used"] for row in rows) == 2.0  # A3 and B2 come to somebody
    one = {each["limit_id"]: each for each in service.get("/providers/P1/capacity", params=asked).json()}
    assert one["panel"]["after"] == next(row["after"] for row in rows if row["provider_id"] == "P1")
    other = asked | {"role": "care_manager"}
    assert_problem(service.get("/capacities", params=other), 422, "REQUEST")
