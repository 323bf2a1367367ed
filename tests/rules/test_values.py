from datetime import date

import pytest

from rules.reads import Read
from rules.records import Records
from rules.values import Values
from tests.builders import snapshot

DAY = date(2026, 6, 15)


def values(*fields, **patient):
    world = snapshot(
        DAY,
        facilities=[{"facility_id": "F", "type": "snf", "region": "R1", "required_credentials": ["CPR"]}],
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
    assert values("facility.required_credentials", facility_id="F") != values("facility.required_credentials")
    assert values("facility", facility_id="F") != values("facility", facility_id="gone")
    assert values("place") == values("place", latitude=float("nan"))
    assert values("place", latitude=42.0, longitude=-71.0) != values("place", latitude=42.0)
