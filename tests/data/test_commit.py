"""Commits and reverts, in every store."""

from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa
import pytest

from data.errors import DataError, PlanStateError, RevisionMovedError
from data.ledger import Entries
from data.reversal import reversal
from data.store import HISTORY
from tests.data.samples import (
    DAY,
    LATER,
    NOON,
    assigned,
    contents,
    entries_of,
    insert_of,
    moved,
    open_statement,
    owners,
    plan_of,
    ready,
    row_id_of,
    table,
)


def test_a_commit_closes_opens_and_says_so(filled):
    commit = moved(filled, at=LATER, reason="asked for", notices=(("provider.assigned", '{"n": 1}'),))
    receipt = filled.commit(commit)
    assert (receipt.plan_id, receipt.revision, receipt.superseded, receipt.inserted) == ("plan-1", 2, 1, 2)
    assert (receipt.at, receipt.repeated, filled.revision()) == (LATER, False, 2)
    assert owners(filled) == {
        ("A1", "P1", date(2024, 1, 1), DAY),
        ("A1", "P2", DAY, None),
        ("A2", "P1", date(2024, 1, 1), None),
    }
    record = filled.record("plan-1")
    assert (record.state, record.committed_revision, record.changed_at) == ("committed", 2, LATER)
    assert [each[1:] for each in filled.outbox()] == [("provider.assigned", '{"n": 1}')]
    newest = filled.audit(1).to_pylist()[0]
    assert (newest["action"], newest["actor"], newest["subject"]) == ("commit", "ann", "plan-1")
    assert (newest["reason"], newest["revision"], newest["at"]) == ("asked for", 2, LATER)


def test_rows_of_a_plan_are_those_it_opened_and_those_it_superseded(filled):
    filled.commit(moved(filled, at=LATER))
    opened, superseded = filled.rows_of_plan("plan-1")
    assert opened.schema.equals(HISTORY)
    assert opened["row_id"].to_pylist() == [3, 4]
    assert superseded["row_id"].to_pylist() == [1]
    assert superseded["superseded_by_plan_id"].to_pylist() == ["plan-1"]
    assert filled.rows(pa.array([4, 1, 99])).num_rows == 2


def test_the_past_can_be_read_as_it_was_known_then(filled):
    before = owners(filled)
    filled.commit(moved(filled, at=LATER))
    second = timedelta(seconds=1)
    assert owners(filled, known_at=NOON - second) == set()
    assert owners(filled, known_at=NOON) == before
    assert owners(filled, known_at=LATER - timedelta(microseconds=1)) == before
    assert owners(filled, known_at=LATER) == owners(filled) != before


def test_the_same_key_twice_is_one_commit(filled):
    commit = moved(filled, idempotency_key="k1", notices=(("t", "{}"),))
    first = filled.commit(commit)
    before = contents(filled)
    again = filled.commit(commit)
    assert again == replace(first, repeated=True)
    assert contents(filled) == before


def test_a_key_of_another_plan_is_refused(filled):
    filled.commit(moved(filled, idempotency_key="k1"))
    other = moved(filled, "plan-2", "A2", idempotency_key="k1")
    with pytest.raises(DataError, match="used for another plan than plan-2"):
        filled.commit(other)


def test_a_moved_revision_leaves_everything_untouched(filled):
    commit = moved(filled)
    filled.import_tables({"patients": table("patients", {"patient_id": "A4"})}, "bob", LATER)
    before = contents(filled)
    with pytest.raises(RevisionMovedError, match="from revision 1 to 2"):
        filled.commit(commit)
    assert contents(filled) == before


def test_rows_that_are_no_longer_believed_stop_the_commit(filled):
    commit = moved(filled)
    filled.commit(moved(filled, "plan-2"))
    before = contents(filled)
    with pytest.raises(RevisionMovedError, match="1 of the 1 assignments"):
        filled.commit(replace(commit, expected_revision=2))
    assert contents(filled) == before


@pytest.mark.parametrize("state", ["draft", "failed", "stale", "rejected"])
def test_only_a_ready_plan_is_committed(filled, state):
    commit = moved(filled)
    filled.set_state("plan-1", ["ready"], state, "ann", NOON)
    with pytest.raises(PlanStateError, match=f"plan-1 is {state}; a commit needs ready"):
        filled.commit(commit)
    assert filled.revision() == 1


def test_a_committed_plan_is_not_committed_again_without_its_key(filled):
    commit = moved(filled)
    filled.commit(commit)
    with pytest.raises(PlanStateError):
        filled.commit(replace(commit, expected_revision=2))


def test_a_commit_that_would_make_rows_overlap_writes_nothing(filled):
    commit = moved(filled, notices=(("t", "{}"),))
    before = contents(filled)
    blind = Entries(pa.array([], pa.int64()), insert_of(assigned("A3", "P1", DAY), assigned("A2", "P2", DAY)))
    with pytest.raises(DataError, match=r"1 assignments run into.*A2"):
        filled.commit(replace(commit, entries=blind))
    assert contents(filled) == before


def test_entries_that_cannot_be_right_are_refused(filled):
    commit = moved(filled)
    backwards = insert_of(assigned("A3", "P1", DAY, ends_on=date(2026, 1, 1)))
    with pytest.raises(DataError, match=r"superseded twice.*1 rows to insert end before"):
        filled.commit(replace(commit, entries=Entries(pa.array([1, 1]), backwards)))
    with pytest.raises(DataError, match="other columns"):
        filled.commit(replace(commit, entries=Entries(pa.array([1]), table("patients"))))
    assert filled.revision() == 1


def test_a_revert_gives_back_what_was_and_marks_the_plan(filled):
    before = owners(filled)
    filled.commit(moved(filled))
    undo = reversal(*filled.rows_of_plan("plan-1"), filled.snapshot(DAY)["assignments"])
    assert undo.kept == ()
    plan = plan_of("plan-2", *undo.statements.to_pylist(), reverts="plan-1")
    receipt = filled.commit(replace(ready(filled, plan, LATER), reverts="plan-1"))
    assert (receipt.superseded, receipt.inserted) == (2, 1)
    assert owners(filled) == before
    assert filled.record("plan-1").state == "reverted"
    assert filled.record("plan-2").state == "committed"
    assert filled.audit(2)["action"].to_pylist() == ["revert", "commit"]


def test_a_revert_keeps_what_changed_since_and_says_so(filled):
    plan = plan_of("plan-1", open_statement("A1", "P2", 1), open_statement("A2", "P2", 2))
    filled.commit(ready(filled, plan))
    row = next(
        each for each in owners_rows(filled) if each["patient_id"] == "A2" and each["starts_on"] == DAY
    )
    filled.commit(ready(filled, plan_of("plan-2", open_statement("A2", "P1", row["row_id"]))))
    undo = reversal(*filled.rows_of_plan("plan-1"), filled.snapshot(DAY)["assignments"])
    assert set(undo.statements["patient_id"].to_pylist()) == {"A1"}
    assert undo.kept == ("patient A2 (primary, physician) was changed since by somebody else and stays",)


def owners_rows(store):
    return store.snapshot(DAY)["assignments"].to_pylist()


def test_only_a_committed_plan_is_reverted(filled):
    filled.save_plan(plan_of("other"), "ready", NOON)
    before = filled.revision(), owners(filled)
    with pytest.raises(PlanStateError, match="other is ready; a revert needs committed"):
        filled.commit(moved(filled, reverts="other"))
    assert (filled.revision(), owners(filled)) == before
    assert filled.record("plan-1").state == "ready"


def test_a_default_of_a_facility_opens_and_closes_like_any_other(filled):
    rows = {"kind": "facility", "facility_id": "F1", "provider_id": "P1", "starts_on": date(2024, 1, 1)}
    filled.import_tables({"assignments": table("assignments", rows)}, "ann", NOON)
    base = filled.history(facilities=["F1"])["row_id"][0].as_py()
    step = open_statement(None, "P2", base, kind="facility", facility_id="F1")
    filled.commit(ready(filled, plan_of("plan-1", step)))
    shown = filled.history(facilities=["F1"]).to_pylist()
    assert [(each["provider_id"], each["starts_on"], each["ends_on"]) for each in shown] == [
        ("P1", date(2024, 1, 1), None),
        ("P1", date(2024, 1, 1), DAY),
        ("P2", DAY, None),
    ]


def test_entries_follow_the_plan_that_stands_in_the_store(filled):
    plan = plan_of("plan-1", open_statement("A1", "P2", row_id_of(filled, "A1")))
    made = entries_of(filled, plan)
    assert made.supersede.to_pylist() == [1]
    assert made.insert["provider_id"].to_pylist() == ["P1", "P2"]
