"""Whose word a plan needs: managers above the figures of a policy, and whoever gets patients of others."""

from datetime import timedelta

import pytest

from api.access import AgencyError, ForbiddenError, Principal, local_principal
from api.workflow.approval import expire
from api.workflow.consent import decide, reject, submit
from data.errors import ConsentMissingError, NotFoundError, PlanStateError
from data.scope import Scope
from tests.api.reviewed import bench, no, targets, to
from tests.api.service import DAY, NOON

POLICY = """
apiVersion: rules/v1
kind: ApprovalPolicy
metadata: {name: figures}
spec: {mostChanges: 3, presets: [fill_gaps]}
"""
ACROSS = """
apiVersion: rules/v1
kind: ApprovalPolicy
metadata: {name: agencies}
spec: {acceptAcrossAgencies: true, expiresAfterHours: 4, waitsAtMostHours: 24}
"""
MAX = Principal("max", frozenset({"manager"}), everywhere=True)
PAT = Principal("pat", frozenset({"practice_admin"}), frozenset({"PR1"}))
BEA = Principal("bea", frozenset({"practice_admin"}), frozenset({"PR2"}))


@pytest.fixture
def desk():
    return bench()


def waits(desk, plan, **how):
    with pytest.raises(ConsentMissingError) as missing:
        desk.commit(plan, **how)
    return missing.value.waits


def test_a_plan_within_the_policy_is_committed_at_once(desk):
    desk.texts["policy.yaml"] = POLICY.replace("3", "4")
    assert desk.commit(desk.propose()).inserted > 0


def test_a_plan_beyond_the_policy_waits_for_a_manager_and_is_committed_once_approved(desk):
    desk.texts["policy.yaml"] = POLICY
    plan = desk.propose()
    assert waits(desk, plan) == ("approval by a manager (4 changes, 3 allowed)",)
    assert desk.store.record(plan.plan_id).state == "waiting"
    assert waits(desk, plan) == ("approval by a manager (4 changes, 3 allowed)",)
    assert len(desk.store.consents()) == 1
    decide(desk.guarded(MAX), plan.plan_id, "approval", "given", "max", NOON, "seen")
    assert desk.commit(plan).inserted > 0


def test_who_made_the_plan_does_not_approve_it(desk):
    desk.texts["policy.yaml"] = POLICY
    plan = desk.propose()
    submit(desk.guarded(), plan.plan_id, desk.rules, "ann", NOON)
    with pytest.raises(PlanStateError, match="somebody else has to approve it"):
        decide(desk.guarded(), plan.plan_id, "approval", "given", "ann", NOON)
    planner = Principal("pia", frozenset({"planner"}), everywhere=True)
    with pytest.raises(ForbiddenError, match="customer_admin or manager"):
        decide(desk.guarded(planner), plan.plan_id, "approval", "given", "pia", NOON)


def test_a_refused_approval_rejects_the_plan(desk):
    desk.texts["policy.yaml"] = POLICY
    plan = desk.propose()
    submit(desk.guarded(), plan.plan_id, desk.rules, "ann", NOON)
    decide(desk.guarded(MAX), plan.plan_id, "approval", "refused", "max", NOON, "too many at once")
    assert desk.store.record(plan.plan_id).state == "rejected"
    with pytest.raises(PlanStateError, match="is rejected"):
        desk.commit(plan)


def test_a_plan_that_was_changed_after_its_approval_needs_another(desk):
    desk.texts["policy.yaml"] = POLICY.replace("3", "1")
    plan = desk.propose()
    waits(desk, plan)
    decide(desk.guarded(MAX), plan.plan_id, "approval", "given", "max", NOON)
    revised = desk.review(plan, no("A2"))
    assert waits(desk, revised) == ("approval by a manager (3 changes, 1 allowed)",)


def test_a_plan_as_a_whole_is_rejected_by_who_may(desk):
    plan = desk.propose()
    reject(desk.guarded(MAX), plan.plan_id, "max", NOON, "not now")
    assert desk.store.record(plan.plan_id).state == "rejected"
    assert desk.store.rejections() == []
    viewer = Principal("vic", frozenset({"viewer"}), everywhere=True)
    with pytest.raises(ForbiddenError):
        reject(desk.guarded(viewer), desk.propose().plan_id, "vic", NOON, "no")


@pytest.fixture
def across(desk):
    """A plan of PR1 that gives A2 to P3, of practice PR2 and agency AG2; all others stay with PR1."""
    plan = desk.propose(scope=Scope(practices=("PR1",)))
    away = [who for who, whom in targets(plan).items() if whom == "P3"]
    verdicts = [to("P1", *(who for who in away if who != "A2"))] if set(away) - {"A2"} else []
    verdicts += [] if "A2" in away else [to("P3", "A2")]
    return desk.review(plan, *verdicts) if verdicts else plan


def test_patients_go_to_others_only_when_they_accept_them(desk, across):
    assert waits(desk, across, principal=PAT) == ("acceptance of 1 patients by practice PR2 of AG2",)
    moves = desk.guarded(BEA).consent((across.plan_id, "acceptance", "AG2", "PR2")).moves.to_pylist()
    assert [(row["patient_id"], row["to_provider_id"]) for row in moves] == [("A2", "P3")]
    with pytest.raises(ForbiddenError):
        decide(desk.guarded(PAT), across.plan_id, "acceptance", "given", "pat", NOON)
    decide(desk.guarded(BEA), across.plan_id, "acceptance", "given", "bea", NOON)
    assert desk.commit(across, principal=PAT).inserted > 0


def test_a_receiver_sees_the_moves_to_them_and_nothing_else_of_the_plan(desk, across):
    waits(desk, across, principal=PAT)
    seen = desk.guarded(BEA)
    assert [each.key for each in seen.consents()] == [(across.plan_id, "acceptance", "AG2", "PR2")]
    with pytest.raises(NotFoundError):
        seen.record(across.plan_id)
    nobody = Principal("nia", frozenset({"practice_admin"}), frozenset({"PR9"}))
    assert desk.guarded(nobody).consents() == []
    for call in (
        lambda: desk.guarded(nobody).consent((across.plan_id, "acceptance", "AG2", "PR2")),
        lambda: decide(desk.guarded(nobody), across.plan_id, "acceptance", "given", "nia", NOON),
    ):
        with pytest.raises(NotFoundError):
            call()


def test_what_others_decline_can_be_rejected_and_the_rest_goes_on(desk, across):
    waits(desk, across, principal=PAT)
    decide(desk.guarded(BEA), across.plan_id, "acceptance", "refused", "bea", NOON, "no room")
    said = waits(desk, across, principal=PAT)
    assert said == ("acceptance of 1 patients by practice PR2 of AG2: refused by bea, no room",)
    revised = desk.review(across, no("A2"), principal=PAT)
    assert desk.commit(revised, principal=PAT).inserted > 0


def test_somebody_responsible_for_both_commits_without_asking(desk, across):
    both = Principal("bo", frozenset({"practice_admin"}), frozenset({"PR1", "PR2"}))
    assert desk.commit(across, principal=both).inserted > 0


def test_a_policy_has_everybody_ask_across_agencies(desk, across):
    desk.texts["policy.yaml"] = ACROSS
    assert waits(desk, across) == ("acceptance of 1 patients by practice PR2 of AG2",)
    decide(desk.guarded(BEA), across.plan_id, "acceptance", "given", "bea", NOON)
    assert desk.commit(across).inserted > 0


def test_a_preview_expires_after_two_days(desk):
    plan = desk.propose()
    late = NOON + timedelta(hours=48)
    assert expire(desk.guarded(), desk.rules, "night", late - timedelta(seconds=1)) == ()
    with pytest.raises(PlanStateError, match="expired on 2026-12-03 12:00"):
        desk.commit(plan, at=late)
    assert desk.store.record(plan.plan_id).state == "expired"


def test_the_batch_job_marks_expired_previews_and_a_policy_sets_the_hours(desk):
    desk.texts["policy.yaml"] = ACROSS + "---" + POLICY
    waiting, preview = desk.propose(), desk.propose()
    submit(desk.guarded(), waiting.plan_id, desk.rules, "ann", NOON)
    assert expire(desk.guarded(), desk.rules, "night", NOON + timedelta(hours=4)) == (preview.plan_id,)
    assert expire(desk.guarded(), desk.rules, "night", NOON + timedelta(hours=24)) == (waiting.plan_id,)
    assert expire(desk.guarded(), desk.rules, "night", NOON + timedelta(hours=99)) == ()


def test_somebody_acts_for_one_of_their_agencies_at_a_time(desk):
    two = Principal("two", frozenset({"planner"}), agencies=frozenset({"AG1", "AG2"}))
    assert desk.guarded(two).sight(DAY).practices == {"PR1", "PR2"}
    acting = two.acting_for("AG2")
    sight = desk.guarded(acting).sight(DAY)
    assert sight.practices == {"PR2"}
    assert sight.rows("providers")["provider_id"].to_pylist() == ["P3"]
    with pytest.raises(AgencyError):
        Principal("one", frozenset({"planner"}), agencies=frozenset({"AG1"})).acting_for("AG2")
    everywhere = local_principal("ann").acting_for("AG1")
    assert everywhere.confined
    assert desk.guarded(everywhere).sight(DAY).practices == {"PR1"}
