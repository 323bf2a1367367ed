"""Rows are removed whole, at the revision that was looked at; assignments stay in the history."""

from datetime import timedelta

import pyarrow as pa
import pytest

from data.errors import NotFoundError, RevisionMovedError
from tests.data.samples import DAY, LATER, NOON, contents, moved, row_id_of


def keys(**columns):
    return pa.table({name: pa.array(values) for name, values in columns.items()})


def test_a_removed_row_is_gone_and_the_audit_log_names_it(filled):
    assert filled.remove_rows("providers", keys(provider_id=["P2"]), 1, "eve", LATER) == 2
    assert filled.snapshot(DAY).provider_ids == ["P1"]
    (event,) = filled.audit(1).to_pylist()
    assert (event["actor"], event["action"], event["subject"], event["revision"]) == (
        "eve",
        "remove",
        "providers P2",
        2,
    )


def test_an_assignment_is_taken_back_and_stays_in_the_history(filled):
    row = row_id_of(filled, "A1")
    filled.remove_rows("assignments", keys(row_id=[row]), 1, "eve", LATER)
    assert filled.snapshot(DAY)["assignments"]["patient_id"].to_pylist() == ["A2"]
    (kept,) = filled.history(["A1"]).to_pylist()
    assert (kept["row_id"], kept["superseded_at"], kept["superseded_by_plan_id"]) == (row, LATER, None)
    with pytest.raises(NotFoundError, match="1 of the 1 rows of assignments are not there"):
        filled.remove_rows("assignments", keys(row_id=[row]), 2, "eve", LATER)


@pytest.mark.parametrize(
    ("given", "revision", "error"),
    [({"provider_id": ["P1", "P9"]}, 1, NotFoundError), ({"provider_id": ["P2"]}, 0, RevisionMovedError)],
)
def test_nothing_is_removed_where_a_row_is_not_there_or_the_store_moved_on(filled, given, revision, error):
    before = contents(filled)
    with pytest.raises(error):
        filled.remove_rows("providers", keys(**given), revision, "eve", LATER)
    assert contents(filled) == before


def test_the_history_since_a_moment_has_what_was_recorded_and_what_was_superseded(filled):
    old = row_id_of(filled, "A1")
    filled.commit(moved(filled, at=LATER))
    # A1's row was superseded, its shortened form and a row of P2 were recorded; A2's row is older
    found = filled.history_since(NOON + timedelta(seconds=1)).to_pylist()
    assert [(row["row_id"] == old, row["patient_id"], row["provider_id"]) for row in found] == [
        (True, "A1", "P1"),
        (False, "A1", "P1"),
        (False, "A1", "P2"),
    ]
    assert filled.history_since(NOON).num_rows == 4
    assert filled.history_since(LATER + timedelta(seconds=1)).num_rows == 0
