"""What every store does, the one in memory and the one in a file alike."""

from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa
import pytest

from data.columns import TABLES
from data.errors import DataError, NotFoundError, PlanStateError, RevisionMovedError
from data.ledger import Entries
from data.memory import MemoryStore
from data.reversal import reversal
from data.snapshot import Snapshot
from data.sql.opening import open_store
from data.store import AUDIT, HISTORY
from tests.data.samples import (
    DAY,
    LATER,
    NOON,
    assigned,
    entries_of,
    header,
    insert_of,
    moved,
    open_statement,
    plan_of,
    ready,
    row_id_of,
    small_tables,
    table,
)


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    opened = MemoryStore() if request.param == "memory" else open_store(tmp_path / "test.db", NOON)
    yield opened
    opened.close()


@pytest.fixture
def filled(store):
    store.import_tables(small_tables(), "ann", NOON)
    return store


def contents(store):
    """Everything that can be read, in a form that can be compared."""
    history = store.history(["A1", "A2", "A3"], ["F1"]).to_pylist()
    tables = {name: each.to_pylist() for name, each in store.snapshot(DAY).tables.items()}
    return store.revision(), tables, history, store.records(), store.audit().to_pylist(), store.outbox()


def owners(store, **when):
    rows = store.snapshot(DAY, **when)["assignments"].to_pylist()
    return {(row["patient_id"], row["provider_id"], row["starts_on"], row["ends_on"]) for row in rows}


def test_a_new_store_is_empty_at_revision_0(store):
    snapshot = store.snapshot(DAY)
    assert (store.revision(), snapshot.revision, snapshot.as_of) == (0, 0, DAY)
    assert all(each.num_rows == 0 for each in snapshot.tables.values())
    assert store.records() == []
    assert store.outbox() == []


def test_what_was_imported_comes_back_exactly(filled):
    snapshot = filled.snapshot(DAY)
    given = small_tables()
    assert snapshot.revision == 1
    for name in ("providers", "patients"):
        assert snapshot[name].equals(given[name]), name
    assert snapshot["assignments"].drop_columns(["row_id"]).equals(given["assignments"])
    assert snapshot["assignments"]["row_id"].to_pylist() == [1, 2]
    assert snapshot["visits"].schema.equals(TABLES["visits"].schema)


def test_lists_dates_and_missing_values_of_every_table_survive(store):
    given = {}
    for name, spec in TABLES.items():
        whole = {column.name: VALUES[column.kind] for column in spec.columns}
        keys = {part: whole[part] for part in spec.key} | {"provider_id": "x", "level": "x", "role": "x"}
        least = {column.name: keys.get(column.name) for column in spec.columns}
        changed = {part: OTHERS[spec.column(part).kind] for part in spec.key}
        given[name] = pa.Table.from_pylist([whole | {"ends_on": None}, least | changed], schema=spec.schema)
    store.import_tables(given, "ann", NOON)
    snapshot = store.snapshot(DAY)
    for name, each in given.items():
        back = snapshot[name].drop_columns(["row_id"]) if name == "assignments" else snapshot[name]
        key = [(part, "ascending") for part in TABLES[name].key]
        assert back.to_pylist() == each.sort_by(key).to_pylist(), name
        assert back.schema.equals(each.schema), name


VALUES = {
    "text": "naïve | \\ text",
    "integer": 7,
    "number": 0.1,
    "date": date(1899, 12, 31),
    "boolean": False,
    "list": ["a|b", "", "\\", "c"],
}
OTHERS = {"text": "other", "date": date(2030, 1, 1)}


def test_rows_are_sorted_by_key_whatever_order_they_came_in(store):
    store.import_tables(
        {"patients": table("patients", {"patient_id": "b"}, {"patient_id": "B"})}, "ann", NOON
    )
    store.import_tables({"patients": table("patients", {"patient_id": "a"})}, "ann", NOON)
    assert store.snapshot(DAY).patient_ids == ["B", "a", "b"]


def test_equal_data_writes_nothing_and_leaves_the_revision(filled):
    before = contents(filled)
    receipt = filled.import_tables(small_tables(), "ann", LATER, mode="replace")
    assert contents(filled) == before
    assert receipt.revision == 1
    assert receipt.unchanged == {"providers": 2, "patients": 3, "assignments": 2}
    assert not any(sum(each.values()) for each in (receipt.added, receipt.changed, receipt.removed))


def test_update_changes_and_adds_by_key_and_keeps_the_rest(filled):
    given = table("providers", {"provider_id": "P2", "name": "Bea", "roles": []}, {"provider_id": "P3"})
    receipt = filled.import_tables({"providers": given}, "ann", LATER)
    assert (receipt.added, receipt.changed, receipt.removed) == (
        {"providers": 1},
        {"providers": 1},
        {"providers": 0},
    )
    providers = filled.snapshot(DAY).providers.to_pylist()
    assert [(each["provider_id"], each["name"]) for each in providers] == [
        ("P1", "Ada"),
        ("P2", "Bea"),
        ("P3", None),
    ]
    assert filled.revision() == 2


def test_replace_removes_what_is_not_given_in_the_given_tables_alone(filled):
    receipt = filled.import_tables(
        {"patients": table("patients", {"patient_id": "A3"})}, "x", LATER, "replace"
    )
    assert receipt.removed == {"patients": 2}
    snapshot = filled.snapshot(DAY)
    assert (snapshot.patient_ids, snapshot.provider_ids) == (["A3"], ["P1", "P2"])
    assert snapshot["assignments"].num_rows == 2


def test_a_corrected_assignment_supersedes_the_one_of_its_key(filled):
    given = table("assignments", assigned("A1", "P2"))
    receipt = filled.import_tables({"assignments": given}, "bob", LATER)
    assert receipt.changed == {"assignments": 1}
    first, second = filled.history(["A1"]).to_pylist()
    assert (first["provider_id"], first["recorded_at"], first["superseded_at"]) == ("P1", NOON, LATER)
    assert (second["provider_id"], second["recorded_at"], second["superseded_at"]) == ("P2", LATER, None)
    assert (first["recorded_by"], second["recorded_by"]) == ("ann", "bob")
    assert second["row_id"] == 3


def test_assignments_that_replace_does_not_name_are_superseded_not_deleted(filled):
    given = table("assignments", assigned("A2", "P1"))
    assert filled.import_tables({"assignments": given}, "ann", LATER, "replace").removed == {"assignments": 1}
    (gone,) = filled.history(["A1"]).to_pylist()
    assert gone["superseded_at"] == LATER
    assert {each[0] for each in owners(filled)} == {"A2"}


def test_assignments_of_a_facility_and_of_coverage_have_keys_too(filled):
    rows = [
        {"kind": "facility", "facility_id": "F1", "provider_id": "P1", "starts_on": DAY},
        {"kind": "coverage", "covers_provider_id": "P1", "provider_id": "P2", "starts_on": DAY},
        {
            "kind": "coverage",
            "covers_provider_id": "P1",
            "facility_id": "F1",
            "provider_id": "P2",
            "starts_on": DAY,
        },
    ]
    given = {"assignments": table("assignments", *rows)}
    assert filled.import_tables(given, "ann", LATER).added == {"assignments": 3}
    assert filled.import_tables(given, "ann", LATER).unchanged == {"assignments": 3}
    assert filled.history(facilities=["F1"]).num_rows == 2


def test_an_import_that_makes_assignments_overlap_is_refused_whole(filled):
    before = contents(filled)
    clash = table("assignments", assigned("A1", "P2", date(2025, 1, 1)), assigned("A3", "P2"))
    providers = table("providers", {"provider_id": "P9"})
    with pytest.raises(DataError, match=r"1 assignments run into a later one.*A1 .*P1 from 2024-01-01"):
        filled.import_tables({"providers": providers, "assignments": clash}, "ann", LATER)
    assert contents(filled) == before


def test_assignments_may_touch_without_overlapping(filled):
    rows = [assigned("A1", "P1", ends_on=date(2025, 1, 1)), assigned("A1", "P2", date(2025, 1, 1))]
    filled.import_tables({"assignments": table("assignments", *rows)}, "ann", LATER)
    assert ("A1", "P2", date(2025, 1, 1), None) in owners(filled)


def test_everything_that_is_wrong_with_an_import_is_said_at_once(filled):
    wrong = {
        "people": table("patients"),
        "providers": table("patients"),
        "patients": table("patients", {"patient_id": "X"}, {"patient_id": "X"}),
        "visits": table("visits", {"patient_id": "A1"}),
        "assignments": table("assignments", assigned("A1", "P1", date(2024, 1, 1), ends_on=date(2024, 1, 1))),
    }
    with pytest.raises(DataError) as caught:
        filled.import_tables(wrong, "ann", NOON)
    for part in (
        "'people'",
        "providers has other columns",
        "for example X",
        "visit_id is empty",
        "end before",
    ):
        assert part in str(caught.value)


def test_moments_need_a_time_zone(filled):
    new = table("patients", {"patient_id": "Z"})
    with pytest.raises(ValueError, match="time zone"):
        filled.import_tables({"patients": new}, "ann", NOON.replace(tzinfo=None))
    assert filled.revision() == 1


def test_a_saved_plan_comes_back_exactly(filled):
    plan = plan_of("plan-1", open_statement("A1", "P2", 1), notes=("a note",), scope=header().scope)
    filled.save_plan(plan, "ready", LATER)
    back = filled.plan("plan-1")
    assert back.header == plan.header
    assert all(back[name].equals(plan[name]) for name in plan.tables)
    record = filled.record("plan-1")
    assert (record.state, record.changed_at, record.changed_by) == ("ready", LATER, "ann")


def test_the_beginning_of_an_id_is_enough_when_it_is_unique(filled):
    for plan_id in ("abc-1", "abc-2", "abd", "abd-9"):
        filled.save_plan(plan_of(plan_id), "draft", NOON)
    assert filled.plan("abc-1").plan_id == "abc-1"
    assert filled.record("abd").header.plan_id == "abd"
    assert filled.record("abd-").header.plan_id == "abd-9"
    with pytest.raises(NotFoundError, match=r"begins 2 plans \(abc-1, abc-2\)"):
        filled.plan("abc")
    for nothing in ("", "x", "ABC-1", "ab%", "ab_-1"):
        with pytest.raises(NotFoundError):
            filled.record(nothing)


def test_a_plan_is_saved_once(filled):
    filled.save_plan(plan_of("plan-1"), "draft", NOON)
    with pytest.raises(DataError, match="never changes"):
        filled.save_plan(plan_of("plan-1", title="Other"), "draft", NOON)
    assert filled.plan("plan-1").header.title == "Rebalance"


def test_the_newest_plans_come_first(filled):
    for number in range(4):
        filled.save_plan(plan_of(f"p{number}", created_at=NOON + timedelta(hours=number)), "draft", LATER)
    assert [each.header.plan_id for each in filled.records(3)] == ["p3", "p2", "p1"]


def test_the_snapshot_of_a_plan_is_kept_for_replay_and_equal_ones_once(filled):
    source = filled.snapshot(DAY)
    filled.save_plan(plan_of("one"), "ready", NOON, source)
    filled.save_plan(plan_of("two"), "ready", NOON, source)
    filled.save_plan(plan_of("none"), "ready", NOON)
    back = filled.input_of("two")
    assert (back.as_of, back.revision) == (DAY, 1)
    assert all(back[name].equals(source[name]) for name in source.tables)
    assert filled.record("one").header.snapshot_digest == filled.record("two").header.snapshot_digest != ""
    with pytest.raises(NotFoundError, match="no snapshot"):
        filled.input_of("none")


def test_states_move_on_only_from_the_states_named(filled):
    filled.save_plan(plan_of("plan-1"), "draft", NOON)
    filled.set_state("plan", ["draft", "failed"], "solving", "bob", LATER)
    record = filled.record("plan-1")
    assert (record.state, record.changed_by, record.changed_at) == ("solving", "bob", LATER)
    with pytest.raises(PlanStateError, match="plan-1 is solving"):
        filled.set_state("plan-1", ["draft"], "ready", "bob", LATER)
    assert filled.revision() == 1


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
    with pytest.raises(DataError, match=r"k1.*plan-1"):
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


def test_messages_leave_the_outbox_once_sent(filled):
    filled.commit(moved(filled, notices=(("a", "1"), ("b", "2"), ("c", "3"))))
    ids = [each[0] for each in filled.outbox()]
    filled.mark_sent(ids[:2], LATER)
    filled.mark_sent([ids[0], 999], LATER)
    assert [each[1:] for each in filled.outbox()] == [("c", "3")]
    assert filled.outbox(0) == []


def test_the_audit_log_has_the_newest_first(filled):
    filled.note(LATER, "zoe", "read", "patients of P1", "audit")
    filled.save_plan(plan_of("plan-1"), "draft", LATER)
    filled.set_state("plan-1", ["draft"], "cancelled", "bob", LATER)
    log = filled.audit(4)
    assert log.schema.equals(AUDIT)
    assert log["action"].to_pylist() == ["plan cancelled", "save plan", "read", "import"]
    assert log["actor"].to_pylist() == ["bob", "ann", "zoe", "ann"]
    assert filled.audit(1).num_rows == 1


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


def test_a_whole_snapshot_can_be_imported_into_another_store(filled):
    other = MemoryStore()
    other.import_tables(filled.snapshot(DAY).tables, "ann", NOON)
    same: Snapshot = other.snapshot(DAY)
    assert all(same[name].equals(each) for name, each in filled.snapshot(DAY).tables.items())


def test_entries_follow_the_plan_that_stands_in_the_store(filled):
    plan = plan_of("plan-1", open_statement("A1", "P2", row_id_of(filled, "A1")))
    made = entries_of(filled, plan)
    assert made.supersede.to_pylist() == [1]
    assert made.insert["provider_id"].to_pylist() == ["P1", "P2"]
