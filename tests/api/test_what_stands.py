"""Status, gaps, candidates, capacities, rules, history and the audit log over HTTP."""

import subprocess
import sys

from tests.api.service import assert_problem


def test_health_says_alive_and_ready(service):
    assert service.get("/healthz").json() == {"status": "ok"}
    assert service.get("/readyz").json() == {"status": "ok", "revision": 1}


def test_status_counts_rows_and_those_without_a_provider(service):
    seen = service.get("/status").json()
    assert seen["rows"]["patients"] == 6
    assert seen["without"] == 2  # A3 and B2


def test_gaps_are_counted_by_practice_and_listed(service):
    counts = service.get("/gaps").json()
    assert (counts["total"], counts["by_code"]) == (2, {"NOBODY": 2})
    listed = service.get("/gaps/patients").json()
    assert [row["patient_id"] for row in listed["items"]] == ["A3", "B2"]
    one = service.get("/gaps", params={"practice": "PR2"}).json()
    assert [(each["practice_id"], each["total"]) for each in one["by_practice"]] == [("PR2", 1)]
    assert_problem(service.get("/gaps", params={"practice": "NOPE"}), 404, "NOT_FOUND")
    assert_problem(service.get("/gaps", params={"level": "nonsense"}), 422, "REQUEST")


def test_candidates_say_what_removes_those_who_are_not_offered(service):
    said = service.get("/candidates", params={"patient": "B2"}).json()
    assert said["considered"] == 3
    assert [each["provider_id"] for each in said["candidates"]] == ["P1", "P2"]
    assert [each["rule_id"] for each in said["removals"] if each["first"]] == ["licensed"]
    assert_problem(service.get("/candidates", params={"patient": "ZZ"}), 404, "NOT_FOUND")


def test_why_names_the_rule_that_fails(service):
    said = service.get("/rules/why", params={"patient": "A1", "provider": "P3"}).json()
    assert not said["allowed"]
    assert "licensed" in [each["rule_id"] for each in said["rules"] if each["objects"]]


def test_capacity_is_what_the_panel_holds_today(service):
    # P1 has A1 and A2 of weight 1.0 each, and a maximum of 10
    rows = {each["limit_id"]: each for each in service.get("/providers/P1/capacity").json()}
    assert (rows["panel"]["used"], rows["panel"]["maximum"]) == (2.0, 10.0)
    assert (rows["facilities"]["used"], rows["facilities"]["maximum"]) == (1.0, None)
    listed = service.get("/capacities", params={"filter": "limit_id:eq:panel", "sort": "-used"}).json()
    assert [(row["provider_id"], row["used"]) for row in listed["items"]] == [
        ("P1", 2.0),
        ("P2", 1.0),
        ("P3", 1.0),
    ]
    assert_problem(service.get("/providers/ZZ/capacity"), 404, "NOT_FOUND")


def test_rules_are_listed_checked_and_tested(service):
    assert "licensed" in [each["rule_id"] for each in service.get("/rules").json()["rules"]]
    broken = {"documents": {"own.yaml": "kind: Nothing"}}
    body = assert_problem(service.post("/rules/check", json=broken), 422, "RULES")
    assert body["details"][0].startswith("own.yaml:1:7")
    odd = {"documents": {"own.yaml": "a: 1\nb: \x00"}}
    body = assert_problem(service.post("/rules/check", json=odd), 422, "RULES")
    assert body["details"][0].startswith("own.yaml:2:4")
    empty = {"documents": {"own.yaml": ""}}
    assert service.post("/rules/check", json=empty).json()["rules"] > 0
    assert service.post("/rules/test", json=empty).json()["failures"] == []
    assert_problem(service.post("/rules/check", json={"documents": {}}), 422, "REQUEST")


def test_the_rules_audit_lists_findings_about_what_stands(service):
    found = service.get("/rules/audit", params={"filter": "rule_id:eq:licensed"}).json()
    assert [row["patient_id"] for row in found["items"]] == ["B3"]


def test_history_has_both_times(service):
    (row,) = service.get("/history", params={"patient": "A1"}).json()["items"]
    assert (row["provider_id"], row["starts_on"], row["superseded_at"]) == ("P1", "2026-01-01", None)
    assert_problem(service.get("/history"), 422, "REQUEST")
    assert_problem(service.get("/history", params={"patient": "ZZ"}), 404, "NOT_FOUND")


def test_reads_of_patients_leave_a_trace(service):
    service.get("/tables/patients/A1")
    service.get("/tables/providers/P1")
    events = service.get("/audit").json()["items"]
    assert [(each["action"], each["subject"], each["actor"]) for each in events] == [
        ("read", "patients A1", "ann"),
        ("import", events[1]["subject"], "ann"),
        ("migrate", events[2]["subject"], "panelwise"),
    ]


def test_every_kind_of_error_has_the_one_shape(service):
    assert_problem(service.get("/nowhere"), 404, "NOT_FOUND")
    assert_problem(service.delete("/status"), 405, "METHOD_NOT_ALLOWED")
    assert_problem(service.get("/status", params={"as_of": "soon"}), 422, "REQUEST")
    assert_problem(
        service.post("/tables/patients", content=b"{", headers={"content-type": "application/json"}),
        422,
        "REQUEST",
    )


def test_the_web_process_does_not_import_the_engine():
    code = "import sys, api.app; sys.exit('ortools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
