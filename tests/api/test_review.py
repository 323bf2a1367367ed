"""What a person changes in a plan before its commit: checked as a whole, remembered, and never a loss."""

import pytest
import yaml

from api.access import Principal
from api.errors import RequestError
from data.errors import NotFoundError, PlanStateError, StalePlanError
from data.scope import Scope
from tests.api.reviewed import bench, clinic, no, targets, to
from tests.api.service import DAY, NOON
from tests.data.samples import assigned, table


@pytest.fixture
def desk():
    return bench()


@pytest.fixture
def plan(desk):
    made = desk.propose()
    assert set(targets(made)) == {"A2", "A3", "A4", "A5"}
    return made


def test_a_rejected_move_leaves_the_patient_as_they_are_and_the_rest_stands(desk, plan):
    before = targets(plan)
    revised = desk.review(plan, no("A2"))
    assert targets(revised) == {who: whom for who, whom in before.items() if who != "A2"}
    counts = revised.header.counts
    assert (counts.assign, counts.left, counts.population) == (3, 1, 5)
    (left,) = revised["left"].to_pylist()
    assert (left["patient_id"], left["reason_code"]) == ("A2", "REJECTED")
    assert left["reason"] == f"The proposal ({before['A2']}) was rejected by rea: family asked"
    assert desk.store.record(plan.plan_id).state == "revised"
    assert (revised.plan_id, revised.header.revises) == (f"{plan.plan_id}.2", plan.plan_id)


def test_the_numbers_follow_what_was_decided(desk, plan):
    revised = desk.review(plan, to("P2" if targets(plan)["A2"] == "P1" else "P1", "A2"))
    after = {
        row["provider_id"]: row["after"] for row in revised["loads"].to_pylist() if row["limit_id"] == "panel"
    }
    expected = {each: float(list(targets(revised).values()).count(each)) for each in ("P1", "P2", "P3", "P4")}
    expected["P1"] += 1.0  # A1 has been there before
    assert after == expected
    outcome = revised.header.outcome
    assert outcome.termination == "decided"
    assert plan.header.outcome.bound <= outcome.bound <= outcome.value
    assert outcome.value >= plan.header.outcome.value


def test_a_patient_goes_to_the_provider_whom_the_reviewer_names(desk, plan):
    other = "P1" if targets(plan)["A2"] != "P1" else "P2"
    revised = desk.review(plan, to(other, "A2"))
    assert targets(revised) == targets(plan) | {"A2": other}
    (move,) = [row for row in revised["moves"].to_pylist() if row["patient_id"] == "A2"]
    assert (move["reason_code"], move["reason"]) == ("RETARGETED", "Chosen by rea: family asked")
    (said,) = revised["decisions"].to_pylist()
    assert (said["decision"], said["proposed_provider_id"]) == ("retargeted", targets(plan)["A2"])
    desk.commit(revised)
    rows = desk.store.snapshot(DAY)["assignments"].to_pylist()
    assert other in [row["provider_id"] for row in rows if row["patient_id"] == "A2"]


def test_somebody_who_is_left_can_be_given_a_provider_by_hand(desk, plan):
    revised = desk.review(plan, no("A2"))
    again = desk.review(revised, to("P3", "A2"))
    assert targets(again)["A2"] == "P3"
    assert again.plan_id == f"{plan.plan_id}.3"
    assert again.header.counts.left == 0


def test_a_rejected_pair_is_not_proposed_again_until_it_is_revoked(desk, plan):
    first = targets(plan)["A2"]
    desk.review(plan, no("A2"))
    assert targets(desk.propose())["A2"] != first
    (kept,) = desk.store.rejections()
    assert (kept.patient_id, kept.provider_id, kept.reason, kept.actor) == (
        "A2",
        first,
        "family asked",
        "rea",
    )
    desk.store.revoke_rejection(kept.rejection_id, "rea", kept.at)
    assert targets(desk.propose())["A2"] == first
    assert desk.store.rejections() == []
    assert len(desk.store.rejections(revoked=True)) == 1


def test_a_rejection_does_not_touch_an_assignment(desk):
    revision = desk.store.revision()
    desk.review(desk.propose(), no("A2", "A3"))
    assert desk.store.revision() == revision


def test_a_pair_that_stands_meanwhile_is_not_held_against_anybody(desk, plan):
    first = targets(plan)["A2"]
    desk.review(plan, no("A2"))
    desk.store.import_tables({"assignments": table("assignments", assigned("A2", first))}, "ann", NOON)
    rebalanced = desk.propose("rebalance")
    assert "A2" not in targets(rebalanced)
    assert "A2" not in rebalanced["review"]["patient_id"].to_pylist()


def test_a_household_is_decided_together(desk, plan):
    with pytest.raises(RequestError, match=r"A4 lives with A5 \(household H1\) and moves with them"):
        desk.review(plan, no("A4"))
    revised = desk.review(plan, no("A4", "A5"))
    assert set(targets(revised)) == {"A2", "A3"}


def test_everything_that_is_wrong_is_said_at_once(desk, plan):
    mine = targets(plan)
    with pytest.raises(RequestError) as refused:
        desk.review(plan, no("A1", reason=" "), to(mine["A2"], "A2"), no("A3", "A3"))
    assert set(refused.value.problems) == {
        "A3 is named twice",
        "say why: every verdict needs a reason",
        f"A1 does not move in plan {plan.plan_id}",
        f"A2 goes to {mine['A2']} already",
    }
    with pytest.raises(NotFoundError, match="no patient 'ZZ'"):
        desk.review(plan, no("ZZ"))
    assert desk.store.record(plan.plan_id).state == "ready"
    assert desk.store.rejections() == []


def test_a_target_that_the_rules_exclude_is_refused_with_the_way_to_an_exception(desk, plan):
    with pytest.raises(
        RequestError, match=r"A2 cannot go to P4.*panelwise rules waive licensed --patient A2"
    ):
        desk.review(plan, to("P4", "A2"))


def test_a_target_without_room_is_refused_with_the_numbers(desk):
    full = next(each for each in clinic().providers.to_pylist() if each["provider_id"] == "P2")
    room = table("providers", full | {"max_panel": 1.0})
    desk.store.import_tables({"providers": room}, "ann", NOON)
    plan = desk.propose()
    already = sum(target == "P2" for target in targets(plan).values())
    movers = [who for who in ("A2", "A3") if targets(plan)[who] != "P2"]
    with pytest.raises(RequestError, match=f"LIMIT P2: panel {already + len(movers)}000 of 1000 thousandths"):
        desk.review(plan, to("P2", *movers))


def waiver(name, rule, patient, provider, approved_by=None, until="2027-06-01"):
    spec = {"rule": rule, "patient": patient, "provider": provider, "reason": "family", "requestedBy": "rea"}
    spec |= {"approvedBy": {"name": approved_by, "role": "manager"}} if approved_by else {}
    spec |= {"from": "2026-11-01", "until": until}
    return yaml.safe_dump(
        {"apiVersion": "rules/v1", "kind": "Waiver", "metadata": {"name": name}, "spec": spec}
    )


WAIVABLE = """
apiVersion: rules/v1
kind: RuleSet
metadata: {name: own, version: 1}
spec:
  rules:
    - id: not-p3
      title: P3 takes nobody
      category: availability
      expression: provider.provider_id != 'P3'
      message: P3 takes nobody
      reason: NOT_P3
      waivable: {by: [manager], maxDays: 365}
"""


def test_a_move_that_waits_for_an_exception_blocks_only_itself(desk):
    desk.texts["own.yaml"] = WAIVABLE
    plan = desk.propose()
    desk.texts["w.yaml"] = waiver("w", "not-p3", "A2", "P3")
    revised = desk.review(plan, to("P3", "A2"))
    assert set(targets(revised)) == {"A3", "A4", "A5"}
    (said,) = revised["decisions"].to_pylist()
    assert (said["decision"], said["to_provider_id"], said["rules"]) == ("pending", "P3", "not-p3")
    (left,) = revised["left"].to_pylist()
    assert left["reason_code"] == "PENDING_EXCEPTION"
    desk.commit(revised)
    with pytest.raises(RequestError, match=r"no exception .* is approved yet"):
        desk.review(revised)
    desk.texts["w.yaml"] = waiver("w", "not-p3", "A2", "P3", approved_by="max")
    after = desk.review(revised)
    assert targets(after) == {"A2": "P3"}
    assert desk.store.record(revised.plan_id).state == "committed"
    desk.commit(after)


def test_an_approved_exception_is_taken_in_before_the_commit(desk):
    desk.texts["own.yaml"] = WAIVABLE
    plan = desk.propose()
    desk.texts["w.yaml"] = waiver("w", "not-p3", "A2", "P3")
    waiting = desk.review(plan, to("P3", "A2"))
    desk.texts["w.yaml"] = waiver("w", "not-p3", "A2", "P3", approved_by="max")
    settled = desk.review(waiting)
    assert targets(settled)["A2"] == "P3"
    (said,) = settled["decisions"].to_pylist()
    assert said["decision"] == "retargeted"


def test_only_an_open_plan_whose_ground_stands_is_reviewed(desk, plan):
    revised = desk.review(plan, no("A2"))
    with pytest.raises(PlanStateError, match="is revised"):
        desk.review(plan, no("A3"))
    with pytest.raises(PlanStateError, match=f"look at {revised.plan_id}"):
        desk.commit(plan)
    desk.store.import_tables({"assignments": table("assignments", assigned("A3", "P1"))}, "ann", NOON)
    with pytest.raises(StalePlanError):
        desk.review(revised, no("A4", "A5"))


def test_a_reviewer_sees_and_names_only_their_own(desk):
    only = Principal("rea", frozenset({"planner"}), frozenset({"PR1"}))
    plan = desk.propose(principal=only, scope=Scope(practices=("PR1",)))
    with pytest.raises(NotFoundError, match="no provider 'P3'"):
        desk.review(plan, to("P3", "A2"), principal=only)
    other = Principal("oli", frozenset({"planner"}), frozenset({"PR2"}))
    with pytest.raises(NotFoundError):
        desk.review(plan, no("A2"), principal=other)
    desk.review(plan, no("A2"), principal=only)
    assert desk.guarded(other).rejections() == []
    assert [each.patient_id for each in desk.guarded(only).rejections()] == ["A2"]
