"""After any change, who has whom is found from what was known before as if it were found anew."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.edits import edits
from data.renewal import renewed
from data.slot import Slot
from data.standing import standing
from tests.builders import snapshot

DAY = date(2026, 12, 1)
SLOTS = (Slot(), Slot("program:CCM", "physician"))
PATIENTS, PROVIDERS, FACILITIES = ("A1", "A2", "A3", "A4"), ("P1", "P2", "P3"), ("F1", "F2")

dates = st.sampled_from([DAY - timedelta(days=30), DAY - timedelta(days=3), DAY + timedelta(days=3)])
subjects = st.one_of(
    st.builds(lambda who: {"kind": "patient", "patient_id": who}, st.sampled_from(PATIENTS)),
    st.builds(lambda where: {"kind": "facility", "facility_id": where}, st.sampled_from(FACILITIES)),
    st.builds(
        lambda whom, who, where: {
            "kind": "coverage",
            "covers_provider_id": whom,
            "patient_id": who,
            "facility_id": where,
        },
        st.sampled_from(PROVIDERS),
        st.none() | st.sampled_from(PATIENTS),
        st.none() | st.sampled_from(FACILITIES),
    ),
)
rows = st.builds(
    lambda subject, provider, starts, ends, level: (
        subject | {"provider_id": provider, "starts_on": starts, "ends_on": ends, "level": level}
    ),
    subjects,
    st.sampled_from(PROVIDERS),
    dates,
    st.none() | st.just(DAY + timedelta(days=9)),
    st.sampled_from(["primary", "program:CCM"]),
)


def key(row):
    return tuple(str(row.get(name)) for name in ("kind", "patient_id", "facility_id", "covers_provider_id",
                                                 "level", "starts_on"))  # fmt: skip


pools = st.lists(rows, max_size=8, unique_by=key)


@st.composite
def worlds(draw, pool):
    """Some of the patients, providers, facilities, and of the rows of a pool, each with its number."""
    some = draw(st.lists(st.integers(0, len(pool) - 1), unique=True)) if pool else []
    return snapshot(
        DAY,
        facilities=[{"facility_id": each} for each in draw(st.sets(st.sampled_from(FACILITIES)))],
        providers=[
            {
                "provider_id": each,
                "active": draw(st.booleans()),
                "max_panel": draw(st.sampled_from([1.0, 2.0])),
            }
            for each in draw(st.sets(st.sampled_from(PROVIDERS)))
        ],
        patients=[
            {
                "patient_id": each,
                "facility_id": draw(st.sampled_from([None, *FACILITIES])),
                "programs": ["CCM"] if draw(st.booleans()) else [],
            }
            for each in draw(st.sets(st.sampled_from(PATIENTS)))
        ],
        assignments=[pool[each] | {"row_id": each + 1} for each in some],
    )


def parts(held):
    return [getattr(held, name).tolist() for name in ("owner", "acting", "origin", "row_id", "in_force")]


@settings(max_examples=300)
@given(st.data(), st.sampled_from(SLOTS))
def test_a_renewed_standing_is_the_standing(data, slot):
    pool = data.draw(pools)
    before = data.draw(worlds(pool))
    held = standing(before, slot)
    for _ in range(2):
        after = data.draw(worlds(pool))
        found = renewed(held, before, after, most=1.0)
        assert parts(found.standing) == parts(standing(after, slot))
        before, held = after, found.standing


def clinic(**more):
    """A thousand patients; every third has P1 by a row of their own."""
    patients = [{"patient_id": f"A{row:04}"} for row in range(1000)]
    mine = [{"kind": "patient", "patient_id": f"A{row:04}", "provider_id": "P1"} for row in range(0, 1000, 3)]
    given = {"patients": patients, "providers": [{"provider_id": "P1"}, {"provider_id": "P2"}],
             "assignments": mine} | more  # fmt: skip
    return snapshot(DAY, **given)


def test_only_those_are_looked_at_again_whom_a_change_may_concern():
    before = clinic()
    held = standing(before, Slot())
    rows = before["assignments"].to_pylist()
    moved = before.with_tables(
        assignments=snapshot(DAY, assignments=[*rows[1:], rows[0] | {"row_id": 2000, "provider_id": "P2"}])[
            "assignments"
        ]
    )
    found = renewed(held, before, moved)
    assert np.flatnonzero(found.concerned).tolist() == [0]
    assert moved.provider_ids[found.standing.owner[0]] == "P2"


def test_a_provider_who_changes_concerns_their_patients_alone():
    before = clinic(providers=[{"provider_id": f"P{row}"} for row in range(1, 400)])
    inactive = [{"provider_id": f"P{row}", "active": row != 1} for row in range(1, 400)]
    after = before.with_tables(providers=clinic(providers=inactive).providers)
    found = renewed(standing(before, Slot()), before, after, most=1.0)
    assert set(np.flatnonzero(found.concerned) % 3) == {0}
    assert not found.standing.in_force.any()


def test_another_day_or_a_change_of_nearly_everybody_begins_anew():
    before = clinic()
    held = standing(before, Slot())
    assert renewed(held, before, before.on(DAY + timedelta(days=1))) is None
    assert renewed(held, before, clinic(assignments=[])) is None


def test_edits_tell_where_rows_come_from_and_which_changed():
    ids = [f"A{row:04}" for row in range(1000)]
    before = snapshot(DAY, patients=[{"patient_id": each} for each in ids])
    after = snapshot(
        DAY,
        patients=[{"patient_id": each, "acuity": 5 if each == "A0700" else 1} for each in [*ids[1:], "B1"]],
    )
    found = edits(before, after, "patients")
    assert found.gone.tolist() == [0]
    assert found.origin.tolist() == [*range(1, 1000), -1]
    changed = np.flatnonzero(found.changed)
    assert {699, 999} <= set(changed)
    assert len(changed) < 150
    assert found.destination.tolist() == [-1, *range(999), -1]
    assert not edits(before, before, "patients")
