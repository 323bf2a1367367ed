from datetime import date

import pytest

from rules.reads import Read
from rules.records import Records
from rules.values import Values
from tests.builders import snapshot

DAY = date(2026, 6, 15)


ELSEWHERE = {"latitude": 40.0, "longitude": -70.0}


def values(*fields, there=None, **patient):
    facility = {"type": "snf", "state": "NH", "region": "R1", "required_credentials": ["CPR"]}
    world = snapshot(
        DAY,
        facilities=[{"facility_id": "F", **facility, **(there or {})}],
        patients=[{"patient_id": "A", **patient}],
    )
    reads = tuple(Read("patient", tuple(each.split("."))) for each in fields)
    return Values(Records(world, "patient")).of(reads)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("visits_per_month", 0.0, -0.0),
        ("visits_per_month", 1.0, 1.5),
        ("region", None, ""),
        ("needs", ["a", "b"], ["b", "a"]),
        ("needs", ["ab"], ["a", "b"]),
        ("active", True, False),
        ("birth_date", None, date(1970, 1, 1)),
        ("facility_id", None, "F"),
    ],
)
def test_values_that_differ_have_different_names(field, one, other):
    assert values(field, **{field: one}) != values(field, **{field: other})
    assert values(field, **{field: one}) == values(field, **{field: one})
    assert hash(values(field, **{field: one})) == hash(values(field, **{field: one}))


def test_what_is_resolved_or_missing_is_named_as_the_rules_see_it():
    assert values("region", facility_id="F") == values("region", region="R1")
    assert values("region", facility_id="F", region="R2") == values("region", region="R2")
    assert values("care_state", facility_id="F", state="MA") == values("care_state", state="NH")
    assert values("facility.required_credentials", facility_id="F") != values("facility.required_credentials")
    assert values("facility", facility_id="F") != values("facility", facility_id="gone")
    assert values("age", birth_date=date(1970, 1, 1)) != values("age", birth_date=date(1980, 1, 1))


@pytest.mark.parametrize("there", [{}, {"latitude": 40.0}, {"latitude": 40.0, "longitude": float("nan")}])
def test_a_facility_whose_place_is_not_known_leaves_the_patient_at_home(there):
    here, far = {"latitude": 42.0, "longitude": -71.0}, {"latitude": 43.0, "longitude": -71.0}
    inside = {"there": there, "facility_id": "F"}
    assert values("place", **inside, **here) == values("place", **here) != values("place", **inside, **far)
    assert values("place", there=ELSEWHERE, facility_id="F", **here) == values("place", **ELSEWHERE)
    assert values("place", latitude=42.0) != values("place", **here)
