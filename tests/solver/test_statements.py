"""No other choice of defaults needs fewer statements."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.standing import at_work, standing
from solver.statements import statements
from tests import builders
from tests.builders import PRIMARY, assigned, default

PROVIDERS = ("P1", "P2", "P3")


def small(followers, own, first):
    """Facility F1 with default `first` (or none): followers, and patients with rows of their own."""
    patients = [f"A{k}" for k in range(followers + len(own))]
    return builders.snapshot(
        providers=[{"provider_id": each} for each in PROVIDERS],
        facilities=[{"facility_id": "F1"}],
        patients=[{"patient_id": each, "facility_id": "F1"} for each in patients],
        assignments=([default("F1", first)] if first else [])
        + [assigned(each, whom) for each, whom in zip(patients[followers:], own, strict=True)],
    )


def count(made, planned):
    """Number of statements chosen."""
    everybody = np.ones(len(planned), np.bool_)
    chosen = statements(
        made, standing(made, PRIMARY), everybody, everybody, at_work(made), np.array(planned, np.int32)
    )
    return len(chosen.patient) + len(chosen.facility)


def fewest(made, planned):
    """The least over every possible default: one for a new one, one for each who needs a row."""
    now = standing(made, PRIMARY)
    explicit = now.origin == 1
    best = int((now.owner != planned).sum())
    for new in range(len(PROVIDERS)):
        rows = np.where(explicit, now.owner != planned, planned != np.int32(new))
        best = min(best, 1 + int(rows.sum()))
    return best


@given(
    st.lists(st.integers(0, 2), min_size=0, max_size=5),
    st.lists(st.tuples(st.sampled_from(PROVIDERS), st.integers(0, 2)), max_size=3),
    st.sampled_from((None, *PROVIDERS)),
)
@settings(max_examples=100)
def test_the_statements_are_the_fewest_possible(following, own, first):
    made = small(len(following), [whom for whom, _ in own], first)
    planned = np.array([*following, *(new for _, new in own)], np.int32)
    if len(planned):
        assert count(made, planned) == fewest(made, planned)


@pytest.mark.parametrize(
    ("planned", "statements_needed"),
    [
        ([0, 0, 0, 0], 0),  # nothing changes
        ([1, 0, 0, 0], 1),  # one row
        ([1, 1, 0, 0], 2),  # two rows; a new default would need one more for each who stays
        ([1, 1, 1, 0], 2),  # the default, and a row for the one who stays
        ([1, 1, 1, 1], 1),  # the default
    ],
)
def test_hand_counted_cases(planned, statements_needed):
    assert count(small(4, [], "P1"), planned) == statements_needed


def test_every_way_to_plan_two_followers_is_right():
    for planned in product(range(3), repeat=2):
        made = small(2, [], "P1")
        assert count(made, planned) == fewest(made, np.array(planned))
