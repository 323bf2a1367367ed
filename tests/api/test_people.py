"""Whom a provider has, and why a patient has the provider that they have."""

from datetime import date

import pyarrow as pa
import pytest

from data.plan import Plan
from tests.api.service import NOON, assert_problem, client_of, filled_store
from tests.data import samples


def seen(client, patient, **query):
    return client.get(f"/patients/{patient}/provider", params=query).json()


def verdicts(trace):
    return {(each["kind"], each["provider_id"]): each["verdict"] for each in trace["considered"]}


def add(client, **row):
    given = {"kind": "patient", "role": "physician", "level": "primary"} | row
    assert client.post("/tables/assignments", json=[given]).status_code == 200


def test_a_panel_is_counted_by_practice_and_level(service):
    add(service, kind="facility", facility_id="F2", provider_id="P2", starts_on="2026-01-01")
    said = service.get("/providers/P2/panel").json()
    # B1 explicitly, B2 by the default of F2
    assert said | {"total": 2, "by_level": {"primary": 2}} == said
    assert said["practices"] == [{"practice_id": "PR2", "total": 2, "by_level": {"primary": 2}}]
    nobody = service.get("/providers/P2/panel", params={"role": "care_manager"}).json()
    assert (nobody["total"], nobody["practices"]) == (0, [])
    assert_problem(service.get("/providers/P9/panel"), 404, "NOT_FOUND")


def test_the_row_that_decides_is_named_and_what_it_overrides(service):
    add(service, kind="facility", facility_id="F1", provider_id="P2", starts_on="2026-01-01")
    trace = seen(service, "A1")
    assert (trace["holder"]["owner"], trace["holder"]["origin"]) == ("P1", "patient")
    assert verdicts(trace) == {("patient", "P1"): "decides", ("facility", "P2"): "overridden"}
    assert trace["notes"] == []


def test_an_assignment_of_a_later_day_is_pending_until_then(service):
    add(service, patient_id="A3", provider_id="P1", starts_on="2027-01-01")
    trace = seen(service, "A3")
    (row,) = trace["considered"]
    assert (row["verdict"], row["why"]) == ("pending", "takes effect on 2027-01-01")
    assert trace["notes"] == ["nobody is assigned"]
    assert seen(service, "A3", as_of="2027-01-01")["holder"]["owner"] == "P1"


def test_coverage_that_is_over_for_others_or_away_is_told(service):
    away = {"kind": "coverage", "covers_provider_id": "P1"}
    add(service, **away, provider_id="P2", starts_on="2026-02-01", ends_on="2026-03-01")
    add(service, **away, provider_id="P3", starts_on="2026-11-01", ends_on="2027-01-01")
    add(service, **away, patient_id="A2", provider_id="P2", starts_on="2026-11-01", ends_on="2027-01-01")
    service.put("/tables/absences/P3|2026-11-15", json={"ends_on": "2026-12-15"})
    trace = seen(service, "A1")
    assert trace["holder"] | {"owner": "P1", "acting": "P3"} == trace["holder"]
    said = {(each["provider_id"], each["verdict"]): each["why"] for each in trace["considered"]}
    assert said[("P2", "ended")] == "ended on 2026-03-01"
    assert said[("P2", "elsewhere")] == "covers P1 only for another patient"
    assert said[("P3", "covers")] == "P3 stands in for P1"
    assert trace["notes"] == ["P3 is away on 2026-12-01"]


def test_plans_that_wait_and_visits_with_others_are_named(tmp_path):
    store = filled_store(tmp_path / "panelwise.db")
    move = {"patient_id": "A1", "from_provider_id": "P1", "to_provider_id": "P2", "action": "move"}
    left = {"patient_id": "A2", "reason_code": "PENDING_EXCEPTION", "reason": "waits for waiver-1"}
    plan = samples.plan_of("plan-1", samples.open_statement("A1", "P2", 1))
    tables = {
        "moves": pa.Table.from_pylist([move], schema=plan["moves"].schema),
        "left": pa.Table.from_pylist([left], schema=plan["left"].schema),
    }
    store.save_plan(Plan(plan.header, {**plan.tables, **tables}), "ready", NOON)
    day = {"patient_id": "A1", "minutes": 30.0}
    rows = [
        {"visit_id": "V1", "provider_id": "P2", "on": date(2026, 12, 5)} | day,
        {"visit_id": "V2", "provider_id": "P1", "on": date(2026, 12, 6)} | day,
        {"visit_id": "V3", "provider_id": "P2", "on": date(2026, 11, 5)} | day,
    ]
    store.import_tables({"visits": samples.table("visits", *rows)}, "ann", NOON)
    store.close()
    with client_of(tmp_path / "panelwise.db") as client:
        trace = seen(client, "A1")
        (waiting,) = trace["waiting"]
        assert (waiting["plan_id"], waiting["provider_id"]) == ("plan-1", "P2")
        assert waiting["why"] == "it is not committed yet"
        assert seen(client, "A2")["waiting"][0]["why"] == "waits for waiver-1"
        assert [each["visit_id"] for each in trace["visits"]] == ["V1"]


def test_the_tag_of_the_answer_changes_with_it(service):
    first = service.get("/patients/A1/provider").headers["etag"]
    assert service.get("/patients/A1/provider").headers["etag"] == first
    add(service, kind="facility", facility_id="F1", provider_id="P2", starts_on="2026-01-01")
    assert service.get("/patients/A1/provider").headers["etag"] != first


@pytest.mark.parametrize("patient", ["Z9", ""])
def test_a_patient_who_is_not_there_is_not_found(service, patient):
    assert service.get(f"/patients/{patient}/provider").status_code == 404


def test_a_patient_who_does_not_need_the_slot_is_told(service):
    trace = seen(service, "A1", level="program:CCM")
    assert trace["holder"]["origin"] == "primary patient"
    assert "does not need program:CCM/physician" in trace["notes"][0]
