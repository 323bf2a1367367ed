"""From statements to rows and back; the days are numbered from DAY."""

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.ledger import ROWS, Entries, apply_entries, entries, overlaps, refusal_of_overlaps, touched_by
from data.reversal import reversal
from data.store import HISTORY
from tests.data.samples import DAY, LATER, NOON, assigned, open_statement, statements, table

NOTHING = table("assignments").add_column(0, "row_id", pa.array([], pa.int64()))


def day(number):
    return DAY + timedelta(days=number)


def believed(*rows):
    """Assignments with the row ids 1, 2, ..."""
    ids = pa.array(range(1, len(rows) + 1), pa.int64())
    return table("assignments", *rows).add_column(0, "row_id", ids)


def times(rows):
    return [
        (row["patient_id"] or row["facility_id"], row["provider_id"], row["starts_on"], row["ends_on"])
        for row in rows.to_pylist()
    ]


def test_opening_for_somebody_who_has_nobody_inserts_one_row():
    made = entries(statements(open_statement("A1", "P1")), NOTHING, NOTHING, DAY)
    assert made.supersede.to_pylist() == []
    assert made.insert.schema.equals(ROWS)
    assert times(made.insert) == [("A1", "P1", DAY, None)]
    assert made.insert["reason"].to_pylist() == ["because"]
    assert made.insert["temporary"].to_pylist() == [False]


def test_a_move_closes_the_row_it_starts_from_on_the_effective_day():
    rows = believed(assigned("A1", "P1", day(-100), reason="onboarding"), assigned("A2", "P1", day(-100)))
    made = entries(statements(open_statement("A1", "P2", 1)), rows, NOTHING, DAY)
    assert made.supersede.to_pylist() == [1]
    assert times(made.insert) == [("A1", "P1", day(-100), DAY), ("A1", "P2", DAY, None)]
    assert made.insert["reason"].to_pylist() == ["onboarding", "because"]


def test_a_row_that_begins_on_the_effective_day_leaves_nothing_behind():
    rows = believed(assigned("A1", "P1", DAY))
    made = entries(statements(open_statement("A1", "P2", 1)), rows, NOTHING, DAY)
    assert (made.supersede.to_pylist(), times(made.insert)) == ([1], [("A1", "P2", DAY, None)])


def test_a_row_that_ended_before_the_effective_day_keeps_its_end():
    rows = believed(assigned("A1", "P1", day(-100), ends_on=day(-10)))
    made = entries(statements(open_statement("A1", "P2", 1)), rows, NOTHING, DAY)
    assert times(made.insert) == [("A1", "P1", day(-100), day(-10)), ("A1", "P2", DAY, None)]


def test_a_new_row_ends_where_the_next_of_its_subject_begins():
    rows = believed(
        assigned("A1", "P3", day(60)),
        assigned("A1", "P2", day(30), ends_on=day(60)),
        assigned("A2", "P2", day(5)),
        assigned("A1", "P2", day(10), level="program:CCM"),
    )
    made = entries(statements(open_statement("A1", "P1")), rows, NOTHING, DAY)
    assert times(made.insert) == [("A1", "P1", DAY, day(30))]


def test_a_later_row_that_the_plan_supersedes_does_not_end_the_new_one():
    rows = believed(assigned("A1", "P2", day(30)))
    made = entries(statements(open_statement("A1", "P1", 1)), rows, NOTHING, DAY)
    assert (made.supersede.to_pylist(), times(made.insert)) == ([1], [("A1", "P1", DAY, None)])


def test_the_default_of_a_facility_is_a_subject_of_its_own():
    rows = believed({"kind": "facility", "facility_id": "F1", "provider_id": "P1", "starts_on": day(-9)})
    step = open_statement(None, "P2", 1, kind="facility", facility_id="F1")
    made = entries(statements(step), rows, NOTHING, DAY)
    assert times(made.insert) == [("F1", "P1", day(-9), DAY), ("F1", "P2", DAY, None)]
    assert set(made.insert["kind"].to_pylist()) == {"facility"}


def test_a_row_that_is_not_there_is_named():
    with pytest.raises(KeyError, match=r"rows \[7\] are not there"):
        entries(statements(open_statement("A1", "P1", 7)), NOTHING, NOTHING, DAY)


def test_rows_overlap_only_within_one_subject():
    rows = believed(
        assigned("A1", "P1", day(0), ends_on=day(10)),
        assigned("A1", "P2", day(9)),
        assigned("A1", "P2", day(0), role="care_manager"),
        assigned("A1", "P2", day(0), level="program:CCM"),
        assigned("A2", "P2", day(0), ends_on=day(9)),
        assigned("A2", "P2", day(9)),
    )
    assert overlaps(rows)["row_id"].to_pylist() == [1]
    assert overlaps(NOTHING).num_rows == 0


def test_a_row_without_an_end_overlaps_every_later_one():
    rows = believed(assigned("A1", "P1", day(50)), assigned("A1", "P2", day(0)))
    assert overlaps(rows)["row_id"].to_pylist() == [2]


def test_coverage_of_a_facility_and_of_everybody_are_two_subjects():
    cover = {"kind": "coverage", "covers_provider_id": "P1", "provider_id": "P2", "starts_on": day(0)}
    assert overlaps(believed(cover, cover | {"facility_id": "F1"})).num_rows == 0
    assert overlaps(believed(cover, cover)).num_rows == 1


def test_overlaps_are_said_with_a_way_out_and_five_examples():
    rows = believed(*(assigned(f"A{number}", "P1") for number in range(7)))
    said = str(refusal_of_overlaps(rows))
    assert said.startswith("7 assignments run into a later one")
    assert "patient A4 (primary, physician): P1 from 2024-01-01 and 2 more." in said
    assert "A5" not in said


def test_only_subjects_with_a_new_row_are_touched():
    rows = believed(assigned("A1", "P1", ends_on=day(-5)), assigned("A2", "P1"))
    made = Entries(pa.array([], pa.int64()), table("assignments", assigned("A1", "P2", DAY)))
    assert touched_by(made, rows)["patient_id"].to_pylist() == ["A1", "A1"]


PATIENTS, PROVIDERS = ["A1", "A2", "A3"], ["P1", "P2", "P3"]


@st.composite
def standings(draw):
    """Rows that do not overlap: for each patient some of the spans between cut days."""
    rows = []
    for patient in PATIENTS:
        cuts = sorted(draw(st.sets(st.integers(-30, 30), max_size=4)))
        for start, end in zip(cuts, [*cuts, None][1:], strict=True):
            if draw(st.booleans()):
                ends = None if end is None else day(end)
                rows.append(assigned(patient, draw(st.sampled_from(PROVIDERS)), day(start), ends_on=ends))
    return believed(*rows)


@st.composite
def standings_and_steps(draw):
    """A standing, and statements that start from the rows in force on DAY."""
    rows = draw(standings())
    steps = []
    for patient in draw(st.lists(st.sampled_from(PATIENTS), unique=True)):
        in_force = [
            row["row_id"]
            for row in rows.to_pylist()
            if row["patient_id"] == patient
            and row["starts_on"] <= DAY
            and (row["ends_on"] is None or row["ends_on"] > DAY)
        ]
        steps.append(open_statement(patient, draw(st.sampled_from(PROVIDERS)), (in_force or [0])[0]))
    return rows, statements(*steps)


def with_ids(rows, first):
    """Inserted rows (id 0) get the ids from `first` on."""
    ids = rows["row_id"].to_pylist()
    fresh = iter(range(first, first + len(ids)))
    return rows.set_column(0, "row_id", pa.array([each or next(fresh) for each in ids], pa.int64()))


def history_of(rows, ids, **times_of):
    """Rows with these ids, as the history would show them."""
    chosen = [row | times_of for row in rows.to_pylist() if row["row_id"] in ids]
    return pa.Table.from_pylist(chosen, schema=HISTORY)


@given(standings_and_steps())
@settings(max_examples=80)
def test_a_plan_never_makes_rows_overlap_and_gives_everybody_the_provider_named(case):
    rows, steps = case
    after = apply_entries(rows, entries(steps, rows, NOTHING, DAY))
    assert overlaps(after).num_rows == 0
    for step in steps.to_pylist():
        in_force = [
            row["provider_id"]
            for row in after.to_pylist()
            if row["patient_id"] == step["patient_id"]
            and row["starts_on"] <= DAY
            and (row["ends_on"] is None or row["ends_on"] > DAY)
        ]
        assert in_force == [step["to_provider_id"]]


@given(standings_and_steps())
@settings(max_examples=80)
def test_a_plan_and_then_its_inverse_give_the_former_standing(case):
    rows, steps = case
    made = entries(steps, rows, NOTHING, DAY)
    after = with_ids(apply_entries(rows, made), rows.num_rows + 1)
    gone = set(made.supersede.to_pylist())
    new = set(after["row_id"].to_pylist()) - set(rows["row_id"].to_pylist())
    opened, superseded = history_of(after, new), history_of(rows, gone, superseded_at=NOON)
    undo = reversal(opened, superseded, after)
    back = apply_entries(after, entries(undo.statements, after, superseded, DAY))
    assert undo.kept == ()
    assert sorted(map(str, times(back))) == sorted(map(str, times(rows)))


def test_what_somebody_else_changed_since_is_kept_whole():
    """The plan moved A1 and A2 to P2; later A2 went on to P3: only A1 goes back."""
    before = believed(assigned("A1", "P1", day(-9)), assigned("A2", "P1", day(-9)))
    made = entries(
        statements(open_statement("A1", "P2", 1), open_statement("A2", "P2", 2)), before, NOTHING, DAY
    )
    after = with_ids(apply_entries(before, made), 3)
    moved = next(row["row_id"] for row in after.to_pylist() if times_of(row) == ("A2", "P2"))
    again = entries(statements(open_statement("A2", "P3", moved)), after, NOTHING, day(5))
    now = with_ids(apply_entries(after, again), 7)
    opened = pa.concat_tables(
        [history_of(after, {3, 4, 5, 6} - {moved}), history_of(after, {moved}, superseded_at=LATER)]
    )
    undo = reversal(opened, history_of(before, {1, 2}, superseded_at=NOON), now, "undone")
    shown = [(step["action"], step["patient_id"]) for step in undo.statements.to_pylist()]
    assert shown == [("withdraw", "A1"), ("withdraw", "A1"), ("restore", "A1")]
    assert undo.kept == ("patient A2 (primary, physician) was changed since by somebody else and stays",)
    assert set(undo.statements["reason"].to_pylist()) == {"undone"}


def times_of(row):
    return row["patient_id"], row["provider_id"]


def test_a_row_is_not_restored_into_time_that_somebody_else_has_filled():
    """The plan closed A1's row on DAY; since then an import gave A1 a row in the time that it had."""
    before = believed(assigned("A1", "P1", date(2024, 1, 1), ends_on=day(90)))
    opened = history_of(believed(assigned("A1", "P1", date(2024, 1, 1), ends_on=DAY)), {1})
    now = believed(assigned("A1", "P1", date(2024, 1, 1), ends_on=DAY), assigned("A1", "P3", day(10)))
    undo = reversal(opened, history_of(before, {1}, superseded_at=NOON), now)
    assert undo.statements.num_rows == 0
    assert undo.kept == ("patient A1 (primary, physician) has another assignment by now and stays",)
