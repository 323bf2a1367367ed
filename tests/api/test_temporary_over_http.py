"""A patient with a provider for the time being, over HTTP."""

import pytest

from api.authentication import ApiKey, Authentication, digest_of
from api.wiring import put_in_force
from tests.api.service import assert_problem, client_of, filled_store
from tests.rules.written import document, rule

WAIVABLE = {"by": ["manager"], "maxDays": 90, "overridableBy": ["planner"]}
OURS = document("RuleSet", {"rules": [rule("patient.patient_id != 'A3'", id="not-a3", waivable=WAIVABLE)]})
WISH = {"patient": "A3", "provider": "P1", "review_on": "2026-12-20", "reason": "until the clinic opens"}


@pytest.fixture
def place(tmp_path):
    """A service with a rule against A3, and the headers of everybody."""
    filled_store(tmp_path / "panelwise.db").close()
    people = {"ann": ("planner",), "kim": ("manager",), "pat": ("practice_admin",)}
    keys = [
        ApiKey(
            sha256=digest_of(f"pw_{name}"),
            actor=name,
            roles=roles,
            everywhere=name != "pat",
            practices=("PR1",) if name == "pat" else (),
        )
        for name, roles in people.items()
    ]
    known = Authentication(keys={each.sha256: each for each in keys})
    with client_of(tmp_path / "panelwise.db", known) as client:
        put_in_force(client.app.state.office.settings, {"ours.yaml": OURS})
        yield client, {name: {"Authorization": f"Bearer pw_{name}"} for name in people}


def test_what_a_rule_speaks_against_waits_for_an_approval_and_is_then_committed(place):
    client, of = place
    made = client.post("/temporaries", json=WISH, headers=of["pat"])
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["waivers"], body["pending"]) == (["waiver-1"], ["waiver-1"])
    assert body["plan"]["header"]["scope"]["practices"] == ["PR1"]
    url = made.headers["location"]
    assert_problem(client.post(f"{url}/commit", headers=of["pat"]), 409, "RULES_FAIL_NOW")
    assert client.post("/waivers/waiver-1/approve", headers=of["kim"]).status_code == 200
    assert client.post(f"{url}/commit", headers=of["pat"]).status_code == 200
    (row,) = client.get(
        "/tables/assignments", params={"filter": "patient_id:eq:A3"}, headers=of["ann"]
    ).json()["items"]
    assert (row["provider_id"], row["temporary"], row["review_on"]) == ("P1", True, "2026-12-20")


def test_who_may_override_does_so_with_a_code_and_nobody_else_does(place):
    client, of = place
    own = WISH | {"override": True, "code": "FAMILY_REQUEST"}
    asked = client.post("/temporaries", json=own, headers=of["pat"]).json()
    assert (asked["waivers"], asked["pending"]) == (["waiver-1"], ["waiver-1"])
    done = client.post("/temporaries", json=own, headers=of["ann"]).json()
    assert (done["waivers"], done["pending"]) == (["waiver-2"], [])
    codeless = client.post("/temporaries", json=WISH | {"override": True}, headers=of["ann"])
    assert codeless.status_code == 201  # nothing objects any more


def test_all_that_stands_in_the_way_is_told_and_nothing_is_kept(place):
    client, of = place
    wrong = WISH | {"review_on": "2026-11-01", "reason": " "}
    body = assert_problem(client.post("/temporaries", json=wrong, headers=of["ann"]), 422, "REQUEST")
    assert len(body["details"]) == 2
    late = client.post("/temporaries", json=WISH | {"review_on": "2027-12-20"}, headers=of["ann"])
    assert "may be waived for 90 days" in assert_problem(late, 422, "REQUEST")["details"][0]
    outside = client.post("/temporaries", json=WISH | {"provider": "P2"}, headers=of["pat"])
    assert_problem(outside, 404, "NOT_FOUND")
    assert client.get("/plans", headers=of["ann"]).json()["total"] == 0
    assert client.get("/waivers", headers=of["ann"]).json() == []
