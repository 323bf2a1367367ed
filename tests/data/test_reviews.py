"""What people said about plans is kept the same way by every store."""

import json
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from data.errors import ConsentMissingError, DataError, NotFoundError, PlanStateError
from data.parquet import from_parquet, to_parquet
from data.plan import DECISIONS, STATEMENTS, Plan
from data.reversal import reversal
from data.review import HANDED_OVER, Activation, Consent, Rejection
from data.slot import Slot
from data.visit import VISITS_TOUCHED
from tests.data.samples import DAY, LATER, NOON, moved, open_statement, plan_of, ready, row_id_of

PAIR = Rejection("A1", "P2", Slot("program:CCM", "care_manager"), "family", "plan-1", "rea", LATER)
APPROVAL = Consent("plan-1", "approval", ("201 changes, 200 allowed",), "ann", NOON)
MOVES = pa.Table.from_pylist(
    [{"patient_id": "A1", "to_provider_id": "P2", "effective_on": DAY}], schema=HANDED_OVER
)
ACCEPTANCE = replace(
    APPROVAL,
    kind="acceptance",
    agency_id="AG2",
    practice_id="PR2",
    patients=1,
    why=("1 patient",),
    moves=MOVES,
)


def revision(plan_id="plan-1.2", **rest):
    return plan_of(plan_id, revises="plan-1", actor="rea", **rest)


def test_a_revised_plan_takes_the_place_of_the_former_one_and_its_rejections_are_numbered(filled):
    filled.save_plan(plan_of("plan-1"), "ready", NOON)
    other = replace(PAIR, patient_id="A2")
    filled.revise_plan(revision(), [PAIR, other], LATER)
    assert (filled.record("plan-1").state, filled.record("plan-1.2").state) == ("revised", "ready")
    assert filled.record("plan-1.2").header.revises == "plan-1"
    newest, oldest = filled.rejections()
    assert newest.rejection_id == oldest.rejection_id + 1
    assert [replace(each, rejection_id=0) for each in (newest, oldest)] == [other, PAIR]
    with pytest.raises(PlanStateError, match="is revised"):
        filled.revise_plan(revision("plan-1.3"), [PAIR], LATER)
    assert len(filled.rejections()) == 2, "nothing of a refused write is kept"
    with pytest.raises(NotFoundError):
        filled.record("plan-1.3")


def test_decisions_of_reviewers_come_back_as_they_were(filled):
    row = {
        "patient_id": "A1",
        "decision": "rejected",
        "reason": "family",
        "decided_by": "rea",
        "decided_at": NOON,
    }
    plan = revision()
    said = pa.Table.from_pylist([row], schema=DECISIONS)
    filled.save_plan(plan_of("plan-1"), "ready", NOON)
    filled.revise_plan(Plan(plan.header, {**plan.tables, "decisions": said}), [], LATER)
    assert filled.plan("plan-1.2")["decisions"].equals(said)


def test_a_committed_plan_stays_committed_when_another_follows_it(filled):
    filled.commit(moved(filled))
    filled.revise_plan(revision(), [], LATER)
    assert filled.record("plan-1").state == "committed"


def test_a_rejection_ends_once_and_stays_in_the_list_of_all(filled):
    filled.save_plan(plan_of("plan-1"), "ready", NOON)
    filled.revise_plan(revision(), [PAIR], NOON)
    revision_before = filled.revision()
    number = filled.rejections()[0].rejection_id
    ended = filled.revoke_rejection(number, "max", LATER, "changed their mind")
    assert ended == replace(PAIR, rejection_id=number, revoked_at=LATER, revoked_by="max")
    assert (filled.rejections(), filled.rejections(revoked=True)) == ([], [ended])
    with pytest.raises(PlanStateError, match="revoked by max already"):
        filled.revoke_rejection(number, "max", LATER)
    with pytest.raises(NotFoundError, match=f"no rejection {number + 7}"):
        filled.revoke_rejection(number + 7, "max", LATER)
    assert filled.revision() == revision_before
    event = filled.audit(1).to_pylist()[0]
    assert (event["action"], event["subject"], event["reason"]) == (
        "revoke rejection",
        str(number),
        "changed their mind",
    )


def test_a_plan_that_waits_is_not_committed_before_everybody_agreed(filled):
    commit = moved(filled)
    filled.ask_consents([APPROVAL, ACCEPTANCE], "ann", NOON)
    assert filled.record("plan-1").state == "waiting"
    with pytest.raises(ConsentMissingError) as waits:
        filled.commit(commit)
    assert len(waits.value.waits) == 2
    filled.decide_consent(APPROVAL.key, "given", "max", LATER, "fine")
    with pytest.raises(ConsentMissingError, match="1 consents"):
        filled.commit(commit)
    given = filled.decide_consent(ACCEPTANCE.key, "given", "bea", LATER)
    assert (given.state, given.decided_by, given.decided_at) == ("given", "bea", LATER)
    assert filled.commit(commit).inserted > 0


def test_consents_come_back_as_they_were_asked_for(filled):
    filled.save_plan(plan_of("plan-1"), "ready", NOON)
    filled.ask_consents([APPROVAL, ACCEPTANCE], "ann", NOON)
    filled.ask_consents([replace(APPROVAL, why=("another",))], "ann", LATER)  # asked for already
    told = [(topic, json.loads(body)["kind"]) for _, topic, body in filled.outbox()]
    assert told == [("plan.waiting", "approval"), ("plan.waiting", "acceptance")]
    assert filled.consents("plan-1") == [ACCEPTANCE, APPROVAL] == filled.consents()
    assert filled.consent(ACCEPTANCE.key).moves.equals(MOVES)
    assert filled.consents()[0].moves.num_rows == 0
    assert filled.consents("other") == []


def test_a_consent_is_decided_once(filled):
    filled.save_plan(plan_of("plan-1"), "ready", NOON)
    filled.ask_consents([APPROVAL], "ann", NOON)
    filled.decide_consent(APPROVAL.key, "refused", "max", LATER, "too many")
    with pytest.raises(PlanStateError, match="refused by max already"):
        filled.decide_consent(APPROVAL.key, "given", "max", LATER)
    with pytest.raises(NotFoundError):
        filled.decide_consent(ACCEPTANCE.key, "given", "max", LATER)
    assert filled.consents()[0].sentence == (
        "approval by a manager (201 changes, 200 allowed): refused by max, too many"
    )


def test_consents_are_asked_for_one_open_plan(filled):
    filled.commit(moved(filled))
    with pytest.raises(PlanStateError):
        filled.ask_consents([APPROVAL], "ann", LATER)
    with pytest.raises(DataError, match="one plan at a time"):
        filled.ask_consents([APPROVAL, replace(APPROVAL, plan_id="plan-2")], "ann", LATER)


def test_what_a_commit_orders_for_visits_is_kept_with_it(filled):
    row = {
        "visit_id": "V1",
        "patient_id": "A1",
        "facility_id": None,
        "on": DAY,
        "provider_id": "P1",
        "to_provider_id": "P2",
        "action": "move",
        "reason": "existing visits: move",
    }
    visits = pa.Table.from_pylist([row], schema=VISITS_TOUCHED)
    filled.commit(moved(filled, visits=visits, at=LATER))
    assert filled.visit_orders().to_pylist() == [{"plan_id": "plan-1", "ordered_at": LATER} | row]
    assert filled.visit_orders("plan-2").num_rows == 0


def test_a_plan_is_activated_once(filled):
    filled.commit(moved(filled))
    found = Activation("plan-1", LATER, "night", held=2, broken=1, hold_plan_id="plan-1.hold")
    waiting = len(filled.outbox())
    assert filled.keep_activation(found, [("plan.activated", "{}")])
    assert not filled.keep_activation(replace(found, held=9), [("plan.activated", "{}")])
    assert filled.activations() == [found]
    assert len(filled.outbox()) == waiting + 1
    event = filled.audit(1).to_pylist()[0]
    assert (event["action"], event["reason"]) == (
        "activate",
        "2 held in plan plan-1.hold, 1 against the rules",
    )


def test_a_reason_of_a_state_goes_into_the_audit_log(filled):
    ready(filled, plan_of("plan-1", open_statement("A1", "P2", row_id_of(filled, "A1"))))
    filled.set_state("plan-1", ("ready",), "rejected", "max", LATER, "not now")
    event = filled.audit(1).to_pylist()[0]
    assert (event["action"], event["actor"], event["reason"]) == ("plan rejected", "max", "not now")


def test_a_stand_in_is_committed_with_the_last_day_and_taken_back(filled):
    until = date(2026, 12, 15)
    cover = open_statement(None, "P2", kind="coverage", covers_provider_id="P1", ends_on=until)
    filled.commit(ready(filled, plan_of("plan-1", cover)))
    (row,) = filled.rows_of_plan("plan-1")[0].to_pylist()
    said = ("kind", "covers_provider_id", "provider_id", "starts_on", "ends_on")
    assert [row[name] for name in said] == ["coverage", "P1", "P2", DAY, until]
    opened, superseded = filled.rows_of_plan("plan-1")
    back = reversal(opened, superseded, filled.snapshot(DAY)["assignments"])
    undo = plan_of("plan-2", *back.statements.to_pylist(), reverts="plan-1")
    filled.commit(replace(ready(filled, undo), reverts="plan-1"))
    assert "coverage" not in filled.snapshot(DAY)["assignments"]["kind"].to_pylist()


def test_plans_of_older_versions_lack_newer_columns_and_are_read_all_the_same():
    older = STATEMENTS.remove(len(STATEMENTS) - 1).remove(len(STATEMENTS) - 2)
    kept = to_parquet(pa.Table.from_pylist([{"action": "open", "row_id": 7}], schema=older))
    found = from_parquet(kept, STATEMENTS)
    assert found.schema.equals(STATEMENTS)
    assert (found["row_id"].to_pylist(), found["ends_on"].to_pylist()) == ([7], [None])
