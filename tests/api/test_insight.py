"""What would help and what still stands, over a small store: hand-counted."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from api.errors import RequestError
from api.workflow.decide import Rulebook
from api.workflow.explain_plan import explain_patient, explain_plan, explain_provider
from api.workflow.propose import Request, propose
from api.workflow.rebase import rebase
from api.workflow.resilience import resilience
from data.memory import MemoryStore
from data.scenario import Departure, Scenario
from rules.documents import parse
from rules.packs import pack_text
from solver.params import Params
from solver.solve import solve
from tests.builders import snapshot

DAY, NOON = date(2026, 12, 1), datetime(2026, 12, 1, 12, tzinfo=UTC)
QUICK = Params(seconds=3.0)
RULES = Rulebook(parse(pack_text("core") | pack_text("objectives")))


def border_clinic(**more) -> MemoryStore:
    """P1 and P2 are licensed in MA. A1 has P1; B1 and B2 live in NH and have nobody."""
    made = snapshot(
        DAY,
        providers=[
            {"provider_id": "P1", "name": "Dr. Ada", "max_panel": 10.0} | more,
            {"provider_id": "P2", "name": "Dr. Ben", "max_panel": 2.0} | more,
        ],
        licenses=[{"provider_id": each, "state": "MA", "type": "MD"} for each in ("P1", "P2")],
        patients=[
            {"patient_id": "A1", "state": "MA"},
            {"patient_id": "B1", "state": "NH"},
            {"patient_id": "B2", "state": "NH"},
        ],
        assignments=[{"patient_id": "A1", "provider_id": "P1", "starts_on": date(2026, 1, 1)}],
    )
    store = MemoryStore()
    store.import_tables({name: made[name] for name in made.tables if name != "assignments"}, "ada", NOON)
    store.import_tables({"assignments": made["assignments"].drop_columns(["row_id"])}, "ada", NOON)
    return store


def proposed(store: MemoryStore, preset: str = "fill_gaps", **asked) -> str:
    request = Request(preset, DAY, DAY, "ada", params=QUICK, **asked)
    plan = propose(store, request, RULES, NOON, lambda p, q, w, f: solve(p, q, w, on_progress=f), print)
    return plan.plan_id


def test_a_license_is_worth_the_patients_whom_it_places():
    store = border_clinic()
    plan_id = proposed(store)
    assert store.record(plan_id).header.counts.left == 2
    said = explain_plan(store, plan_id, RULES, QUICK, most=3)
    assert sum(each.patients for each in said.left) == 2
    licenses = {each.provider_id: each for each in said.helps if each.kind == "license"}
    assert licenses["P1"].state == "NH"
    assert (licenses["P1"].patients, licenses["P2"].patients) == (2, 2)  # P2 has two places, none taken
    assert licenses["P1"].points > 0


def test_a_patient_who_stays_and_one_who_is_left_are_told_as_such():
    store = border_clinic()
    plan_id = proposed(store, "rebalance")
    stays = explain_patient(store, plan_id, RULES, QUICK, "A1")
    assert (stays.outcome, stays.provider_id) == ("stays", "P1")
    assert {each.provider_id for each in stays.options} == {"P1", "P2"}
    left = explain_patient(store, plan_id, RULES, QUICK, "B1")
    assert (left.outcome, left.options) == ("left", ())
    assert left.ways_out


def test_whoever_is_not_in_the_store_is_named():
    store = border_clinic()
    plan_id = proposed(store)
    with pytest.raises(RequestError, match="no patient 'X'"):
        explain_patient(store, plan_id, RULES, QUICK, "X")
    with pytest.raises(RequestError, match="no provider 'X'"):
        explain_provider(store, plan_id, RULES, QUICK, "X")


def test_the_only_patient_of_the_one_who_leaves_lands():
    store = border_clinic()
    (loss,) = resilience(store, Request("rebalance", DAY, DAY, "ada", params=QUICK), RULES)
    assert (loss.provider_id, loss.patients, loss.land, loss.left) == ("P1", 1, 1, 0)


def test_a_plan_looked_at_from_after_its_changes():
    store = border_clinic()
    plan_id = proposed(store, "departure", scenario=leaving("P1"))
    request = Request("rebalance", DAY, DAY, "ada", params=QUICK, plan_id=plan_id)
    (loss,) = resilience(store, request, RULES)
    assert (loss.provider_id, loss.patients, loss.left) == ("P2", 1, 1)  # P1 has left, A1 is with P2


def leaving(provider_id: str):
    return Scenario(departures=(Departure(provider_id, DAY),))


def test_a_plan_is_re_based_on_data_that_have_changed():
    store = border_clinic()
    plan_id = proposed(store, "departure", scenario=leaving("P1"))
    extra = snapshot(DAY, patients=[{"patient_id": "A2", "state": "MA"}])
    store.import_tables({"patients": extra["patients"]}, "ada", NOON)
    done = rebase(store, plan_id, RULES, "ada", NOON, DAY, QUICK)
    assert (done.kept, done.changed, done.dropped, done.added) == (1, 0, 0, 1)  # A1 as before, A2 besides
    assert done.plan.header.scenario == leaving("P1")
    assert store.record(plan_id).state == "stale"
    assert store.record(done.plan.plan_id).state == "ready"


def test_a_day_that_is_over_becomes_today_and_names_that_are_gone_are_refused():
    store = border_clinic()
    plan_id = proposed(store)
    later = replace(QUICK, seconds=1.0)
    done = rebase(store, plan_id, RULES, "ada", NOON, date(2026, 12, 9), later)
    assert done.plan.header.effective_on == date(2026, 12, 9)
    with pytest.raises(RequestError, match="no provider 'P9'"):
        rebase(store, done.plan.plan_id, RULES, "ada", NOON, DAY, later, leaving=("P9",))
