"""Coverage as a plan: a stand-in for some days, committed, ended by itself, undone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.access import Principal
from api.errors import RequestError
from api.workflow.cover import Cover, cover
from api.workflow.revert import revert
from data.errors import NotFoundError, OverlapError
from data.slot import Slot
from data.standing import standing
from tests.api.reviewed import bench
from tests.api.service import DAY, NOON
from tests.data.samples import table

FROM, UNTIL = DAY + timedelta(days=5), DAY + timedelta(days=15)
WISH = Cover("P1", "P2", FROM, UNTIL, "vacation")


@pytest.fixture
def desk():
    return bench()


def make(desk, wish=WISH, principal=None):
    return cover(desk.guarded(principal), wish, "ann", NOON, DAY)


def acting(desk, day):
    """Who acts for A1, and whose patient A1 is."""
    seen = desk.store.snapshot(day)
    held, row = standing(seen, Slot()), seen.position("patients", "A1")
    return seen.provider_ids[held.acting[row]], seen.provider_ids[held.owner[row]]


def test_somebody_stands_in_for_the_days_and_the_owner_stays(desk):
    plan = make(desk)
    assert plan.header.notes == (f"P2 acts for 1 patients of P1 from {FROM} until {UNTIL}",)
    assert (plan["moves"].num_rows, plan.header.counts.keep) == (0, 1)
    assert acting(desk, FROM) == ("P1", "P1"), "nothing changes before the commit"
    desk.commit(plan)
    days = (FROM - timedelta(days=1), FROM, UNTIL - timedelta(days=1), UNTIL)
    assert [acting(desk, day) for day in days] == [("P1", "P1"), ("P2", "P1"), ("P2", "P1"), ("P1", "P1")]


def test_it_is_undone_like_any_other_plan(desk):
    plan = make(desk)
    desk.commit(plan)
    undo = revert(desk.guarded(), plan.plan_id, "ann", NOON, DAY)
    desk.commit(undo)
    assert acting(desk, FROM) == ("P1", "P1")
    again = revert(desk.guarded(), undo.plan_id, "ann", NOON, DAY)
    desk.commit(again)
    assert acting(desk, FROM) == ("P2", "P1")


def test_everything_that_speaks_against_it_is_said_at_once(desk):
    away = {"provider_id": "P2", "starts_on": FROM + timedelta(days=1)}
    desk.store.import_tables({"absences": table("absences", away)}, "ann", NOON)
    past = DAY - timedelta(days=2)
    with pytest.raises(RequestError) as refused:
        make(
            desk,
            replace(WISH, starts_on=past, ends_on=past, patient="A2"),
        )
    assert refused.value.problems == (
        f"coverage must end after it starts: {past} is not after {past}",
        f"coverage cannot begin in the past ({past})",
        f"P1 has no such patients in primary/physician on {past}",
    )
    with pytest.raises(RequestError, match="P2 is away in that time"):
        make(desk)
    with pytest.raises(RequestError, match="cannot stand in for themselves"):
        make(desk, replace(WISH, by="P1"))
    with pytest.raises(NotFoundError, match="no provider 'P9'"):
        make(desk, replace(WISH, by="P9"))


def test_nobody_stands_in_twice_and_stand_ins_are_not_chained(desk):
    desk.commit(make(desk))
    with pytest.raises(OverlapError):
        make(desk, replace(WISH, by="P3", starts_on=FROM + timedelta(days=3)))
    assert make(desk, replace(WISH, by="P3", starts_on=UNTIL, ends_on=UNTIL + timedelta(days=3)))
    desk.commit(desk.propose())
    with pytest.raises(RequestError, match="somebody stands in for P1 in that time"):
        make(desk, Cover("P3", "P1", FROM, UNTIL, "vacation"))


def test_a_stand_in_without_a_license_is_told(desk):
    plan = make(desk, replace(WISH, by="P4"))
    assert plan.header.notes[1] == "P4 has no license for the state of 1 of them"


def test_only_providers_in_sight_stand_in(desk):
    only = Principal("pat", frozenset({"practice_admin"}), frozenset({"PR1"}))
    with pytest.raises(NotFoundError, match="no provider 'P3'"):
        make(desk, replace(WISH, by="P3"), only)
    plan = make(desk, principal=only)
    assert plan.header.scope.practices == ("PR1",)
    desk.commit(plan, principal=only)
    assert acting(desk, FROM) == ("P2", "P1")
