"""What rests on a provider who leaves; visits, before and after a plan."""

from datetime import timedelta

import pytest

from api.access import Principal
from api.errors import BlockedError, RequestError
from api.workflow.departure import deactivate, departure_check
from api.workflow.provision import provision
from api.workflow.revert import revert
from api.workflow.visits import visits_with_others
from data.errors import NotFoundError
from data.scenario import Departure, Scenario
from data.slot import Slot
from data.visit import ExistingVisits
from tests.api.reviewed import bench, clinic, targets
from tests.api.service import DAY, NOON
from tests.builders import snapshot
from tests.data.samples import table


def resting():
    """On P1 rest A1, a facility's default, coverage of P2, a later patient, a group and visits."""
    of = {name: rows.to_pylist() for name, rows in clinic().tables.items()}
    of["facilities"] = [{"facility_id": "F1", "practice_id": "PR1", "state": "MA"}]
    of["groups"] = [{"group_id": "G1", "facility_id": "F1", "members": ["P1", "P2"]}]
    since = {"provider_id": "P1", "starts_on": DAY - timedelta(days=1)}
    of["assignments"] = [
        {"patient_id": "A1"} | since,
        {"kind": "facility", "facility_id": "F1"} | since,
        {"kind": "coverage", "covers_provider_id": "P2", "ends_on": DAY + timedelta(days=9)} | since,
        {"patient_id": "A2"} | since | {"starts_on": DAY + timedelta(days=5)},
    ]
    return snapshot(DAY, **of)


def codes(desk, provider="P1", principal=None):
    return {each.code: each.count for each in departure_check(desk.guarded(principal), provider, DAY)}


def test_everything_that_rests_on_a_provider_is_listed():
    desk = bench(resting())
    desk.propose()  # nobody but P1, P2 and P3 may have A3, A4 and A5
    found = codes(desk)
    assert {name: found[name] for name in found if name != "PLANS"} == {
        "PATIENTS": 1,
        "FACILITY_DEFAULTS": 1,
        "COVERAGE": 1,
        "LATER_PATIENTS": 1,
        "GROUPS": 1,
        "VISITS": 3,  # V1 and V2 of A1, and V4 of A2; V3 is over
    }
    assert codes(desk, "P4") == {}
    with pytest.raises(NotFoundError, match="no provider 'P9'"):
        codes(desk, "P9")


def test_ids_out_of_sight_are_counted_and_not_named():
    desk = bench(resting())
    row = next(each for each in resting().patients.to_pylist() if each["patient_id"] == "A1")
    desk.store.import_tables({"patients": table("patients", row | {"practice_id": "PR2"})}, "ann", NOON)
    only = Principal("pat", frozenset({"viewer"}), frozenset({"PR1"}))
    found = {each.code: each for each in departure_check(desk.guarded(only), "P1", DAY)}
    assert (found["PATIENTS"].count, found["PATIENTS"].examples) == (1, ())
    assert found["VISITS"].examples == ("V4",)
    assert found["LATER_PATIENTS"].examples == ("A2",)
    with pytest.raises(NotFoundError):
        departure_check(desk.guarded(only), "P3", DAY)


def test_an_open_plan_that_gives_patients_to_the_provider_is_in_the_way():
    desk = bench()
    plan = desk.propose()
    target = targets(plan)["A2"]
    assert codes(desk, target)["PLANS"] == 1
    desk.store.set_state(plan.plan_id, ("ready",), "rejected", "ann", NOON)
    assert "PLANS" not in codes(desk, target)


def test_a_provider_on_whom_something_rests_is_not_deactivated():
    desk = bench()
    with pytest.raises(BlockedError) as blocked:
        deactivate(desk.guarded(), "P1", DAY, "ann", NOON, "moves away")
    assert blocked.value.blockers[0].startswith("1 patients in primary/physician (A1). panelwise propose")
    with pytest.raises(RequestError, match="say why"):
        deactivate(desk.guarded(), "P4", DAY, "ann", NOON, " ")
    deactivate(desk.guarded(), "P4", DAY, "ann", NOON, "moves away")
    assert active(desk) == {"P1": True, "P2": True, "P3": True, "P4": False}


def test_force_goes_into_the_audit_log_with_what_is_left_behind():
    desk = bench()
    deactivate(desk.guarded(), "P1", DAY, "ann", NOON, "deceased", force=True)
    event = desk.store.audit(1).to_pylist()[0]
    assert (event["action"], event["subject"]) == ("deactivate", "provider P1")
    assert event["reason"].startswith("deceased; left behind: 1 patients in primary/physician (A1)")
    assert not active(desk)["P1"]


def test_the_same_holds_for_changing_the_row_itself():
    desk = bench()
    gone = {"provider_id": "P1", "name": "P1", "roles": ["physician"], "active": False}
    with pytest.raises(BlockedError):
        provision(desk.guarded(), "providers", [gone], DAY, "ann", NOON)
    assert active(desk)["P1"]
    provision(desk.guarded(), "providers", [gone | {"provider_id": "P4"}], DAY, "ann", NOON)
    assert not active(desk)["P4"]


def active(desk):
    rows = desk.store.snapshot(DAY).providers.to_pylist()
    return {row["provider_id"]: row["active"] for row in rows}


def handed_over(desk, existing):
    """Commit the departure of P1; all of its patients go to others."""
    leave = Scenario(departures=(Departure("P1", DAY + timedelta(days=20)),))
    on = DAY + timedelta(days=20)
    plan = desk.propose("departure", on=on, scenario=leave, existing_visits=existing)
    desk.commit(plan)
    return plan


def test_visits_that_a_plan_has_ordered_to_move_are_no_longer_in_the_way():
    desk = bench()
    assert codes(desk)["VISITS"] == 3
    plan = handed_over(desk, ExistingVisits())
    (order,) = desk.store.visit_orders(
        plan.plan_id
    ).to_pylist()  # V2; V1 is before the day, V4 is not of P1's patient
    assert (order["visit_id"], order["action"], order["to_provider_id"]) == (
        "V2",
        "move",
        targets(plan)["A1"],
    )
    assert codes(desk)["VISITS"] == 2
    undo = revert(desk.guarded(), plan.plan_id, "ann", NOON, DAY)
    assert [(row["visit_id"], row["action"]) for row in undo["visits"].to_pylist()] == [("V2", "keep")]
    desk.commit(undo)
    assert codes(desk)["VISITS"] == 3


def test_visits_with_others_are_listed_with_what_was_ordered():
    desk = bench()
    seen = visits_with_others(desk.guarded().sight(DAY), Slot(), desk.store.visit_orders()).to_pylist()
    assert [(row["visit_id"], row["owner_id"]) for row in seen] == [("V4", None)]  # A2 has nobody
    plan = handed_over(desk, ExistingVisits("move"))
    seen = visits_with_others(desk.guarded().sight(DAY), Slot(), desk.store.visit_orders()).to_pylist()
    new = targets(plan)["A1"]
    listed = {row["visit_id"]: (row["provider_id"], row["owner_id"], row["order"]) for row in seen}
    assert listed["V2"] == ("P1", new, "move")  # on its day A1 belongs to somebody else
    assert "V1" not in listed  # on its day A1 is still P1's
