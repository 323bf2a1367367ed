"""A plan for a later day takes effect by itself; what no longer holds on that day is held, or told."""

from datetime import timedelta

import pytest

from api.workflow.activate import activate_due
from api.workflow.revert import revert
from data.scenario import Departure, Scenario
from data.slot import Slot
from data.standing import standing
from tests.api.reviewed import SINCE, bench, clinic, targets
from tests.api.service import DAY, NOON
from tests.builders import snapshot
from tests.data.samples import table

LATER = DAY + timedelta(days=10)
THEN = NOON + timedelta(days=10)


def handing_over():
    """A1 and A2 have P1, who leaves; P2 takes them. A3 has nobody."""
    of = {name: rows.to_pylist() for name, rows in clinic().tables.items()}
    of["assignments"] = [{"patient_id": each, "provider_id": "P1"} | SINCE for each in ("A1", "A2")]
    of["patients"] = [row for row in of["patients"] if row["patient_id"] in ("A1", "A2", "A3")]
    of["providers"] = [row for row in of["providers"] if row["provider_id"] in ("P1", "P2")]
    of["licenses"] = [row for row in of["licenses"] if row["provider_id"] in ("P1", "P2")]
    return snapshot(DAY, **of)


@pytest.fixture
def desk():
    return bench(handing_over())


@pytest.fixture
def committed(desk):
    """The plan of P1's departure in ten days, committed today: everybody goes to P2 then."""
    plan = desk.propose("rebalance", on=LATER, scenario=Scenario(departures=(Departure("P1", LATER),)))
    assert targets(plan) == {"A1": "P2", "A2": "P2", "A3": "P2"}
    desk.commit(plan)
    return plan


def held_by(desk, day):
    """Who has whom on a day."""
    seen = desk.store.snapshot(day)
    owner = standing(seen, Slot()).owner
    return {
        who: seen.provider_ids[row] if row >= 0 else None
        for who, row in zip(seen.patient_ids, owner.tolist(), strict=True)
    }


def activate(desk, today=LATER, at=THEN, ahead=0):
    return activate_due(desk.guarded(), desk.rules, "night", at, today, ahead)


def unlicensed(desk, provider):
    expired = {"provider_id": provider, "state": "MA", "type": "MD", "expires_on": DAY + timedelta(days=5)}
    desk.store.import_tables({"licenses": table("licenses", expired)}, "ann", NOON)


def test_a_later_plan_takes_effect_by_itself(desk, committed):
    assert held_by(desk, LATER - timedelta(days=1)) == {"A1": "P1", "A2": "P1", "A3": None}
    assert held_by(desk, LATER) == {"A1": "P2", "A2": "P2", "A3": "P2"}


def test_a_plan_that_still_holds_is_only_looked_at_once(desk, committed):
    assert activate(desk, today=LATER - timedelta(days=1)) == ()
    (found,) = activate(desk)
    assert (found.plan_id, found.patients, found.held, found.broken) == (committed.plan_id, 3, (), ())
    assert activate(desk) == ()
    (kept,) = desk.store.activations()
    assert (kept.plan_id, kept.held, kept.broken, kept.actor) == (committed.plan_id, 0, 0, "night")
    assert [topic for _, topic, _ in desk.store.outbox()][-1] == "plan.activated"


def test_patients_stay_with_whom_they_had_where_the_new_provider_may_no_longer_have_them(desk, committed):
    unlicensed(desk, "P2")  # and P1 stays after all: the departure was only assumed
    (found,) = activate(desk)
    assert found.held == ("A1", "A2")
    assert found.broken == ("A3",)  # had nobody before, and is not left with nobody
    assert held_by(desk, LATER) == {"A1": "P1", "A2": "P1", "A3": "P2"}
    hold = desk.store.record(found.hold_plan_id)
    assert (hold.state, hold.header.kind, hold.header.counts.move) == ("committed", "hold", 2)
    believed = [row for row in desk.store.history(["A1"]).to_pylist() if row["superseded_at"] is None]
    assert {row["provider_id"] for row in believed} == {"P1"}


def test_a_hold_is_undone_like_any_other_plan(desk, committed):
    unlicensed(desk, "P2")
    (found,) = activate(desk)
    undo = revert(desk.guarded(), found.hold_plan_id, "ann", THEN, LATER)
    desk.commit(undo, at=THEN, today=LATER)
    assert held_by(desk, LATER)["A1"] == "P2"


def test_a_hold_of_a_run_that_died_is_found_again_and_not_made_twice(desk, committed):
    unlicensed(desk, "P2")
    written, desk.store.keep_activation = desk.store.keep_activation, lambda *_: 1 / 0
    with pytest.raises(ZeroDivisionError):
        activate(desk)
    desk.store.keep_activation = written
    (found,) = activate(desk)
    (kept,) = desk.store.activations()
    assert (kept.held, kept.hold_plan_id) == (2, f"{committed.plan_id}.hold")
    assert found.hold_plan_id == kept.hold_plan_id
    assert [each.header.kind for each in desk.store.records()].count("hold") == 1
    assert held_by(desk, LATER) == {"A1": "P1", "A2": "P1", "A3": "P2"}


def test_where_the_former_provider_is_gone_the_move_stands_and_is_told(desk, committed):
    unlicensed(desk, "P2")
    row = next(each for each in handing_over().providers.to_pylist() if each["provider_id"] == "P1")
    desk.store.import_tables({"providers": table("providers", row | {"ends_on": LATER})}, "ann", NOON)
    (found,) = activate(desk)
    assert (found.held, found.broken) == ((), ("A1", "A2", "A3"))
    assert held_by(desk, LATER) == {"A1": "P2", "A2": "P2", "A3": "P2"}


def test_a_look_ahead_says_so_and_does_nothing(desk, committed):
    unlicensed(desk, "P2")
    revision = desk.store.revision()
    (found,) = activate(desk, today=DAY, at=NOON, ahead=10)
    assert (found.due, found.held, found.broken) == (False, ("A1", "A2"), ("A3",))
    assert (desk.store.revision(), desk.store.activations()) == (revision, [])


def test_who_was_assigned_anew_since_is_left_alone(desk, committed):
    unlicensed(desk, "P2")
    rows = desk.store.snapshot(DAY)["assignments"].to_pylist()
    mine = next(row for row in rows if row["patient_id"] == "A1" and row["provider_id"] == "P2")
    mine.pop("row_id")
    desk.store.import_tables({"assignments": table("assignments", mine | {"provider_id": "P1"})}, "ann", NOON)
    (found,) = activate(desk)
    assert (found.patients, found.held) == (2, ("A2",))


def test_plans_of_the_day_itself_and_undone_ones_are_not_looked_at(desk, committed):
    undo = revert(desk.guarded(), committed.plan_id, "ann", NOON, DAY)
    desk.commit(undo)
    assert committed.plan_id not in [each.plan_id for each in activate(desk)]
