"""What every store does, the one in memory and the one in a file alike."""

from datetime import date, timedelta

import pyarrow as pa
import pytest

from data.columns import TABLES
from data.errors import DataError, NotFoundError, PlanStateError
from data.memory import MemoryStore
from data.snapshot import Snapshot
from data.store import AUDIT
from tests.data.samples import (
    DAY,
    LATER,
    NOON,
    assigned,
    contents,
    header,
    moved,
    open_statement,
    owners,
    plan_of,
    small_tables,
    table,
)


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


def test_messages_leave_the_outbox_once_sent(filled):
    filled.commit(moved(filled, notices=(("a", "1"), ("b", "2"), ("c", "3"))))
    ids = [each[0] for each in filled.outbox()]
    assert filled.outbox_size() == 3
    filled.mark_sent(ids[:2], LATER)
    filled.mark_sent([ids[0], 999], LATER)
    assert [each[1:] for each in filled.outbox()] == [("c", "3")]
    assert filled.outbox_size() == 1
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


def test_a_whole_snapshot_can_be_imported_into_another_store(filled):
    other = MemoryStore()
    other.import_tables(filled.snapshot(DAY).tables, "ann", NOON)
    same: Snapshot = other.snapshot(DAY)
    assert all(same[name].equals(each) for name, each in filled.snapshot(DAY).tables.items())
