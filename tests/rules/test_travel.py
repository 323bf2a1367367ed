import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.geography import miles_between
from rules.bits import lookup
from rules.cel import Engine
from rules.messages import Messages
from rules.places import Places
from rules.travel import Bound, Reach

ENGINE = Engine(Messages({}))
COMPARISONS = {"_<=_": "<=", "_<_": "<", "_>=_": ">=", "_>_": ">"}


def person(record, latitude, longitude, **more):
    known = {"latitude": latitude, "longitude": longitude}
    place = {name: None if np.isnan(value) else value for name, value in known.items()}
    return ENGINE.messages.filled(record, {"place": place} | more)


def by_engine(text, patients, providers, bounds):
    values = np.zeros((len(patients.latitude), len(providers.latitude)), np.int8)
    these = [person("Patient", *each) for each in zip(*patients, strict=True)]
    those = [
        person("Provider", *each, max_miles=float(bound))
        for *each, bound in zip(*providers, bounds, strict=True)
    ]
    failed = ENGINE.grid(text, {}, these, those, values)
    return np.where(failed, -1, values)


def in_bulk(unit, comparison, patients, providers, bounds):
    bound = Bound("provider", bounds, np.zeros(len(bounds), np.bool_))
    reach = Reach(unit, comparison, patients, providers, bound)
    rows = np.arange(len(patients.latitude), dtype=np.int32)
    true, false = reach.planes(rows)
    grid = np.meshgrid(rows, np.arange(len(bounds), dtype=np.int32), indexing="ij")
    cells = [each.ravel() for each in grid]
    holds, fails = lookup(true, *cells), lookup(false, *cells)
    shape = len(rows), len(bounds)
    return np.where(holds, 1, np.where(fails, 0, -1)).reshape(shape)


degrees = st.sampled_from([42.0, 42.000001, 42.5, np.nan, 0.0, 89.9]) | st.floats(-90, 90)
places = st.lists(st.tuples(degrees, degrees), min_size=1, max_size=6).map(
    lambda found: Places(*np.array(found, np.float64).T)
)


@settings(max_examples=100)
@given(places, places, st.sampled_from(sorted(COMPARISONS)), st.sampled_from(["miles", "minutes"]), st.data())
def test_the_kernel_agrees_with_the_engine_even_on_the_bound(patients, providers, comparison, unit, data):
    exact = miles_between(
        patients.latitude[0], patients.longitude[0], providers.latitude, providers.longitude
    )
    exact = np.nan_to_num(exact) * (1.417 * 2.0 if unit == "minutes" else 1.0)
    bounds = np.array([data.draw(st.sampled_from([each, 0.0, -1.0, 30.0, 1e5])) for each in exact])
    text = f"geo.{unit}(patient.place, provider.place) {COMPARISONS[comparison]} provider.max_miles"
    expected = by_engine(text, patients, providers, bounds)
    assert in_bulk(unit, comparison, patients, providers, bounds).tolist() == expected.tolist()


@pytest.mark.parametrize(("comparison", "expected"), [("_<=_", 1), ("_<_", 0), ("_>=_", 1), ("_>_", 0)])
def test_no_miles_are_at_most_no_miles(comparison, expected):
    here = Places(np.array([42.0]), np.array([-71.0]))
    assert in_bulk("miles", comparison, here, here, np.zeros(1)) == [[expected]]


def test_a_place_that_is_not_known_is_neither_near_nor_far():
    nowhere = Places(np.array([42.0]), np.array([np.nan]))
    here = Places(np.array([42.0]), np.array([-71.0]))
    assert in_bulk("miles", "_<=_", nowhere, here, np.array([9.0])) == [[-1]]
    assert in_bulk("miles", "_>_", here, nowhere, np.array([9.0])) == [[-1]]
