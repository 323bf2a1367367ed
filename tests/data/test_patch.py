"""Rows exchanged in place give the table that a sort of everything would give."""

from datetime import date

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from data.order import sorted_by_key
from data.patch import MOST_SEARCHED, patched
from tests.builders import table

IDS = st.sampled_from(["A", "AB", "B", "é", "Z1", "Z2"])
LICENSES = st.lists(
    st.builds(lambda who, state, kind: {"provider_id": who, "state": state, "type": kind}, IDS,
              st.sampled_from(["MA", "NH"]), st.sampled_from(["MD", "RN"])),
    unique_by=lambda row: tuple(row.values()), max_size=8,
)  # fmt: skip
ASSIGNMENTS = st.lists(
    st.builds(
        lambda who, where, day, whom: {
            "kind": "patient" if who else "facility", "patient_id": who, "facility_id": where or "F0",
            "starts_on": date(2026, 1, day), "provider_id": whom,
        },
        st.none() | IDS, st.none() | st.just("F1"), st.integers(1, 3), IDS,
    ),
    unique_by=lambda row: (row["kind"], row["patient_id"], row["facility_id"], row["starts_on"]), max_size=8,
)  # fmt: skip


def rows_of(some):
    return some.to_pylist()


@settings(max_examples=200)
@given(LICENSES, LICENSES, st.sets(IDS))
def test_all_rows_of_a_name_are_exchanged(before, after, names):
    kept = [row for row in before if row["provider_id"] not in names]
    fresh = [row for row in after if row["provider_id"] in names]
    found = patched("licenses", table("licenses", before), pa.array(sorted(names), pa.string()),
                    table("licenses", fresh))  # fmt: skip
    assert rows_of(found) == rows_of(sorted_by_key("licenses", table("licenses", kept + fresh)))


@settings(max_examples=200)
@given(ASSIGNMENTS, st.sets(st.integers(0, 8)), st.data())
def test_versions_are_exchanged_by_their_numbers(rows, cut, data):
    numbered = [row | {"row_id": number} for number, row in enumerate(rows, start=1)]
    old = [row for row in numbered if row["row_id"] not in cut]
    gone = data.draw(st.sets(st.sampled_from([row["row_id"] for row in old]))) if old else set()
    fresh = [row for row in numbered if row["row_id"] in cut]
    found = patched(
        "assignments",
        sorted_by_key("assignments", table("assignments", old)),
        pa.array(sorted(gone), pa.int64()),
        table("assignments", fresh),
    )
    whole = table("assignments", [row for row in old if row["row_id"] not in gone] + fresh)
    assert rows_of(found) == rows_of(sorted_by_key("assignments", whole))


def test_many_new_rows_are_sorted_in():
    before = table("patients", [{"patient_id": f"A{row:05}"} for row in range(0, 9000, 2)])
    fresh = table("patients", [{"patient_id": f"A{row:05}"} for row in range(1, 9000, 2)])
    assert fresh.num_rows > MOST_SEARCHED
    gone = pa.array(["A00000", "A00002"])
    found = patched("patients", before, gone, fresh)["patient_id"].to_pylist()
    assert found == [f"A{row:05}" for row in range(9000) if row not in (0, 2)]
