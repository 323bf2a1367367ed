"""Plans reviewed, approved and accepted over HTTP, by different people; the same on the command line."""

import pytest
import yaml

from api.access import ROLES
from api.authentication import ApiKey, Authentication, digest_of
from api.settings import Settings
from api.wiring import rules_folder
from data.scope import Scope
from tests.api.reviewed import Bench, clinic, targets
from tests.api.service import DAY, assert_problem, client_of, filled_store

POLICY = {
    "apiVersion": "rules/v1",
    "kind": "ApprovalPolicy",
    "metadata": {"name": "figures"},
    "spec": {"mostChanges": 2},
}
PEOPLE = {
    "max": ("manager", (), ()),
    "pat": ("practice_admin", ("PR1",), ()),
    "bea": ("practice_admin", ("PR2",), ()),
    "two": ("practice_admin", (), ("AG1", "AG2")),
}


def keys():
    for name, (role, practices, agencies) in PEOPLE.items():
        everywhere = not practices and not agencies
        assert role in ROLES
        yield ApiKey(
            sha256=digest_of(f"pw_{name}"),
            actor=name,
            roles=(role,),
            practices=practices,
            agencies=agencies,
            everywhere=everywhere,
        )


def by(name, **more):
    return {"Authorization": f"Bearer pw_{name}"} | more


@pytest.fixture
def made(tmp_path):
    """A service for several people, and a plan of PR1."""
    path = tmp_path / "panelwise.db"
    store = filled_store(path, clinic())
    plan = Bench(store, {}).propose(scope=Scope(practices=("PR1",)))
    store.close()
    with client_of(path, Authentication(keys={each.sha256: each for each in keys()})) as client:
        yield client, plan, path


def test_a_reviewer_rejects_and_retargets_and_the_plan_that_results_is_committed(made):
    client, plan, _ = made
    url, tag = (
        f"/plans/{plan.plan_id}",
        client.get(f"/plans/{plan.plan_id}", headers=by("pat")).headers["etag"],
    )
    wish = {"patients": ["A2"], "reason": "family asked"}
    stale = client.post(f"{url}/moves/reject", json=wish, headers=by("pat", **{"If-Match": '"x"'}))
    assert_problem(stale, 412, "PRECONDITION_FAILED")
    first = client.post(f"{url}/moves/reject", json=wish, headers=by("pat", **{"If-Match": tag}))
    assert first.status_code == 201
    revised = first.headers["location"]
    assert (revised, first.json()["header"]["revises"]) == (f"{url}.2", plan.plan_id)
    assert first.headers["etag"] != tag
    assert_problem(client.post(f"{url}/commit", headers=by("pat")), 409, "PLAN_STATE")
    said = client.get(f"{revised}/decisions", headers=by("pat")).json()["items"]
    assert [(row["patient_id"], row["decision"], row["decided_by"]) for row in said] == [
        ("A2", "rejected", "pat")
    ]
    other = {"P1": "P2"}.get(targets(plan)["A3"], "P1")
    wish = {"patients": ["A3"], "to_provider_id": other, "reason": "nearer"}
    second = client.post(f"{revised}/moves/retarget", json=wish, headers=by("pat"))
    moves = client.get(f"{second.headers['location']}/moves", headers=by("pat")).json()["items"]
    assert {row["patient_id"]: row["to_provider_id"] for row in moves}["A3"] == other
    listed = client.get("/rejections", headers=by("pat")).json()["items"]
    assert [(row["patient_id"], row["provider_id"]) for row in listed] == [("A2", targets(plan)["A2"])]
    number = listed[0]["rejection_id"]
    done = client.post(f"/rejections/{number}/revoke", headers=by("pat"))
    assert done.json()["revoked_by"] == "pat"
    assert client.get("/rejections", headers=by("pat")).json()["total"] == 0


def test_what_cannot_be_done_is_said_completely(made):
    client, plan, _ = made
    url = f"/plans/{plan.plan_id}/moves/retarget"
    wish = {"patients": ["A2", "A1"], "to_provider_id": "P4", "reason": "nearer"}
    body = assert_problem(client.post(url, json=wish, headers=by("pat")), 422, "REQUEST")
    assert body["details"] == [f"A1 does not move in plan {plan.plan_id}"]
    wish["patients"] = ["A2"]
    body = assert_problem(client.post(url, json=wish, headers=by("pat")), 422, "REQUEST")
    assert "panelwise rules waive licensed" in body["details"][0]
    assert_problem(client.post(url, json=wish | {"reason": ""}, headers=by("pat")), 422, "REQUEST")
    settle = client.post(f"/plans/{plan.plan_id}/moves/settle", headers=by("pat"))
    body = assert_problem(settle, 422, "REQUEST")
    assert body["details"] == [f"no exception that plan {plan.plan_id} waits for is approved yet"]


def test_approval_and_acceptance_come_from_different_people(made):
    client, plan, path = made
    folder = rules_folder(Settings(path, "ann"))
    folder.mkdir()
    (folder / "policy.yaml").write_text(yaml.safe_dump(POLICY))
    url = f"/plans/{plan.plan_id}"
    target = {"patients": ["A2"], "to_provider_id": "P3", "reason": "the family lives there"}
    if targets(plan)["A2"] != "P3":
        made_by_two = client.post(f"{url}/moves/retarget", json=target, headers=by("two"))
        url = made_by_two.headers["location"]
    refused = client.post(f"{url}/commit", headers=by("pat"))
    waits = assert_problem(refused, 409, "WAITS")["details"]
    assert [each.split(" by ")[0].split(" of ")[0] for each in waits] == ["acceptance", "approval"]
    plan_id = url.removeprefix("/plans/")
    mine = client.get("/consents", params={"filter": "state:eq:asked"}, headers=by("bea")).json()["items"]
    assert [(row["plan_id"], row["kind"]) for row in mine] == [(plan_id, "acceptance")]
    party = {"agency": "AG2", "practice": "PR2"}
    moves = client.get(f"/consents/{plan_id}/moves", params=party, headers=by("bea")).json()["items"]
    assert {row["to_provider_id"] for row in moves} == {"P3"}
    assert client.get(url, headers=by("bea")).status_code == 404
    accepted = client.post(f"/consents/{plan_id}/accept", json={"reason": "room"}, headers=by("bea"))
    assert [each["state"] for each in accepted.json()] == ["given"]
    assert_problem(client.post(f"{url}/approve", headers=by("pat")), 403, "FORBIDDEN")
    approved = client.post(f"{url}/approve", json={"reason": "seen"}, headers=by("max"))
    assert approved.json()[0]["decided_by"] == "max"
    told = client.get(f"{url}/consents", headers=by("pat")).json()
    assert {each["state"] for each in told} == {"given"}
    assert client.post(f"{url}/commit", headers=by("pat")).status_code == 200


def test_somebody_acts_for_one_agency(made):
    client, _, _ = made
    both = client.get("/tables/providers", headers=by("two")).json()["items"]
    assert {row["provider_id"] for row in both} == {"P1", "P2", "P3", "P4"}
    acting = client.get("/tables/providers", headers=by("two", **{"X-Acting-Agency": "AG2"})).json()["items"]
    assert {row["provider_id"] for row in acting} == {"P3"}
    everywhere = client.get("/tables/providers", headers=by("max", **{"X-Acting-Agency": "AG1"})).json()[
        "items"
    ]
    assert {row["provider_id"] for row in everywhere} == {"P1", "P2", "P4"}
    offered = client.get(
        "/candidates", params={"patient": "A2"}, headers=by("two", **{"X-Acting-Agency": "AG1"})
    ).json()["candidates"]
    assert {row["provider_id"] for row in offered} <= {"P1", "P2", "P4"}
    refused = client.get("/status", headers=by("pat", **{"X-Acting-Agency": "AG2"}))
    assert_problem(refused, 403, "FORBIDDEN")


def test_departures_activations_and_visits_are_there(service):
    seen = service.get("/providers/P1/departure-check").json()
    assert [each["code"] for each in seen["blockers"]] == ["PATIENTS"]
    body = assert_problem(
        service.post("/providers/P1/deactivate", json={"reason": "moves away"}), 409, "BLOCKED"
    )
    assert body["details"][0].startswith("2 patients in primary/physician (A1, A2)")
    row = {"name": "P1", "roles": ["physician"], "active": False}
    assert_problem(service.put("/tables/providers/P1", json=row), 409, "BLOCKED")
    done = service.post("/providers/P1/deactivate", json={"reason": "gone", "force": True})
    assert [each["code"] for each in done.json()["blockers"]] == ["PATIENTS"]
    assert service.post("/activations", params={"as_of": str(DAY)}).json() == []
    assert service.get("/activations").json()["total"] == 0
    assert service.get("/visits/with-others").json()["total"] == 0
