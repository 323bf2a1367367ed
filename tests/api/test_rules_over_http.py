"""Rules over HTTP: exceptions and who decides on them, findings and their runs, versions and what changes."""

from datetime import timedelta

import pytest

from api.authentication import ApiKey, Authentication, digest_of
from tests.api.service import DAY, assert_problem, carried_out, client_of, filled_store
from tests.rules.written import rule, rule_set

WISH = {"rule": "within-reach", "patient": "A1", "reason": "the family drives", "until": "2027-01-15"}
PEOPLE = {
    "ann": {"roles": ("planner",)},
    "kim": {"roles": ("manager",)},
    "lee": {"roles": ("viewer",), "titles": ("medical_director",)},
    "eve": {"roles": ("customer_admin",)},
}


@pytest.fixture
def place(tmp_path):
    """A client, and the headers of everybody."""
    filled_store(tmp_path / "panelwise.db").close()
    keys = [
        ApiKey(sha256=digest_of(f"pw_{name}"), actor=name, everywhere=True, **more)
        for name, more in PEOPLE.items()
    ]
    with client_of(
        tmp_path / "panelwise.db", Authentication(keys={each.sha256: each for each in keys})
    ) as client:
        yield client, {name: {"Authorization": f"Bearer pw_{name}"} for name in PEOPLE}


def test_an_exception_is_approved_in_the_role_of_who_approves_it_and_by_nobody_else(place):
    client, of = place
    made = client.post("/waivers", json=WISH, headers=of["ann"])
    assert (made.status_code, made.json()["state"], made.json()["requested_by"]) == (201, "requested", "ann")
    url = made.headers["location"]
    for name in ("ann", "lee", "eve"):  # the rule says: manager
        body = assert_problem(client.post(f"{url}/approve", headers=of[name]), 403, "FORBIDDEN")
        assert "manager may" in body["title"]
    done = client.post(f"{url}/approve", headers=of["kim"]).json()
    assert (done["state"], done["approved_by"]) == ("in force", "kim (manager)")
    assert_problem(client.post(f"{url}/approve", headers=of["kim"]), 422, "REQUEST")
    assert [each["name"] for each in client.get("/waivers", headers=of["ann"]).json()] == [done["name"]]
    ended = client.post(f"{url}/revoke", headers=of["ann"]).json()
    assert ended["state"] == "revoked"


def test_a_role_of_the_organization_decides_where_a_rule_names_it(place):
    client, of = place
    wish = WISH | {"rule": "credentialed", "until": (DAY + timedelta(days=20)).isoformat()}
    made = client.post("/waivers", json=wish, headers=of["ann"])
    assert made.status_code == 201, made.text
    url = made.headers["location"]
    assert_problem(client.post(f"{url}/approve", headers=of["kim"]), 403, "FORBIDDEN")
    assert client.post(f"{url}/approve", headers=of["lee"]).json()["approved_by"] == "lee (medical_director)"


def test_nobody_decides_on_what_they_asked_for_unless_the_rule_lets_them(place):
    client, of = place
    own = WISH | {"justify": True, "code": "FAMILY_REQUEST"}
    assert_problem(client.post("/waivers", json=own, headers=of["kim"]), 403, "FORBIDDEN")  # may not request
    assert_problem(client.post("/waivers", json=own, headers=of["eve"]), 403, "FORBIDDEN")  # may not override
    assert_problem(client.post("/waivers/none/approve", headers=of["kim"]), 404, "NOT_FOUND")
    assert_problem(client.post("/waivers", json=WISH | {"patient": "Z"}, headers=of["ann"]), 404, "NOT_FOUND")
    firm = client.post("/waivers", json=WISH | {"rule": "active"}, headers=of["ann"])
    assert "RULES" in firm.text


def test_every_step_of_an_exception_leaves_a_trace_and_a_version_of_the_rules(place):
    client, of = place
    before = client.get("/rules", headers=of["ann"]).json()["digest"]
    url = client.post("/waivers", json=WISH, headers=of["ann"]).headers["location"]
    client.post(f"{url}/approve", headers=of["kim"])
    events = client.get("/audit", params={"filter": "action:eq:rules"}, headers=of["eve"]).json()["items"]
    assert [(each["actor"], each["subject"], each["reason"]) for each in events] == [
        ("kim", "waiver waiver-1", "approved as manager"),
        ("ann", "waiver waiver-1", "the family drives"),
    ]
    versions = client.get("/rules/versions", headers=of["ann"]).json()
    assert (len(versions), versions[-1]["digest"]) == (3, before)
    changes = client.get("/rules/diff", params={"old": before[:12]}, headers=of["ann"]).json()
    assert [(each["what"], each["name"], each["kind"]) for each in changes] == [
        ("waiver", "waiver-1", "added")
    ]
    texts = client.get(f"/rules/versions/{before}", headers=of["ann"]).json()["documents"]
    assert not any("waiver-1" in name for name in texts)
    assert_problem(client.get("/rules/versions/zz", headers=of["ann"]), 404, "NOT_FOUND")


def test_findings_are_run_kept_and_compared_with_the_run_before(service):
    assert_problem(service.get("/findings"), 404, "NOT_FOUND")
    first = carried_out(service, service.post("/findings/runs"))["result"]
    assert first == {"run_id": 1, "previous": None}
    rows = service.get("/findings", params={"filter": "severity:eq:critical"}).json()["items"]
    assert {row["patient_id"] for row in rows} >= {"A3", "B2", "B3"}  # nobody, nobody, an unlicensed provider
    given = {"patient_id": "A3", "provider_id": "P1", "starts_on": "2026-12-01"}
    service.post("/tables/assignments", json=[given])
    assert carried_out(service, service.post("/findings/runs"))["result"] == {"run_id": 2, "previous": 1}
    gone = service.get("/findings", params={"part": "gone"}).json()["items"]
    assert "A3" in {row["patient_id"] for row in gone}
    every, new = (service.get("/findings/runs/2", params={"part": part}).json() for part in ("all", "new"))
    assert new["total"] < every["total"]
    assert service.get("/findings/runs/1", params={"part": "new"}).json()["total"] > 0  # all of the first
    assert [each["run_id"] for each in service.get("/findings/runs").json()] == [2, 1]
    assert_problem(service.get("/findings/runs/3"), 404, "NOT_FOUND")


def test_other_rules_are_tried_on_ones_own_data_and_nothing_is_put_in_force(service):
    before = service.get("/rules").json()["digest"]
    strict = {"strict.yaml": rule_set(rule("patient.patient_id != 'A1'", id="not-a1"))}
    job = carried_out(service, service.post("/rules/comparisons", json={"documents": strict}))
    assert job["state"] == "succeeded", job["error"]
    said = job["result"]
    assert [row["patient_id"] for row in said["stranded"]] == ["A1"]
    assert [row["patient_id"] for row in said["failing"]] == ["A1"]
    assert said["before"] is None
    assert service.get("/rules").json()["digest"] == before
    costly = {"documents": strict, "solve": 2, "preset": "fill_gaps"}
    priced = carried_out(service, service.post("/rules/comparisons", json=costly))["result"]
    assert (priced["before"]["counts"]["assign"], priced["after"]["counts"]["assign"]) == (2, 2)
    broken = carried_out(
        service, service.post("/rules/comparisons", json={"documents": {"a.yaml": "kind: X"}})
    )
    assert (broken["state"], broken["error"]["code"]) == ("failed", "RULES")
