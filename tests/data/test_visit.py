"""Which visits a plan touches, and what is to be done with each."""

from datetime import date, timedelta

import pyarrow as pa
import pytest

from data.visit import GONE, ExistingVisits, visits_given_back, visits_touched
from tests.builders import TODAY, snapshot

DAYS = {"V1": 0, "V2": 10, "V3": 40, "PAST": -1}


def clinic(**providers):
    """A1 has visits with P1 on four days, and one with P2; P1 may differ."""
    return snapshot(
        TODAY,
        providers=[{"provider_id": "P1"} | providers, {"provider_id": "P2"}],
        patients=[{"patient_id": "A1"}, {"patient_id": "A2"}],
        visits=[
            {"visit_id": name, "patient_id": "A1", "provider_id": "P1", "on": TODAY + timedelta(days=days)}
            for name, days in DAYS.items()
        ]
        + [
            {"visit_id": "OTHER", "patient_id": "A1", "provider_id": "P2", "on": TODAY},
            {"visit_id": "STAYS", "patient_id": "A2", "provider_id": "P1", "on": TODAY},
        ],
    )


MOVES = pa.table({"patient_id": ["A1"], "from_provider_id": ["P1"], "to_provider_id": ["P2"]})


KEEP = ExistingVisits()


def touched(of, existing=KEEP, on=TODAY):
    rows = visits_touched(of, MOVES, on, existing).to_pylist()
    return {row["visit_id"]: (row["action"], row["to_provider_id"]) for row in rows}


def test_visits_stay_with_the_former_provider_unless_something_else_is_said():
    assert touched(clinic()) == dict.fromkeys(("V1", "V2", "V3"), ("keep", None))


def test_visits_move_or_move_from_a_day_on():
    assert touched(clinic(), ExistingVisits("move")) == dict.fromkeys(("V1", "V2", "V3"), ("move", "P2"))
    later = touched(clinic(), ExistingVisits("move_after", TODAY + timedelta(days=10)))
    assert later == {"V1": ("keep", None), "V2": ("move", "P2"), "V3": ("move", "P2")}


def test_only_visits_from_the_effective_day_on_are_touched():
    assert set(touched(clinic(), on=TODAY + timedelta(days=1))) == {"V2", "V3"}


def test_a_visit_cannot_stay_with_somebody_who_is_no_longer_there():
    of = clinic(ends_on=TODAY + timedelta(days=10))
    assert touched(of) == {"V1": ("keep", None), "V2": ("move", "P2"), "V3": ("move", "P2")}
    rows = visits_touched(of, MOVES, TODAY, ExistingVisits()).to_pylist()
    assert {row["reason"] for row in rows} == {"existing visits: keep", GONE}
    assert set(touched(clinic(active=False)).values()) == {("move", "P2")}


def test_an_undo_gives_back_what_was_ordered_to_move():
    ordered = visits_touched(clinic(), MOVES, TODAY, ExistingVisits("move"))
    stayed = visits_given_back(ordered, clinic(), TODAY).to_pylist()
    assert {(row["visit_id"], row["action"]) for row in stayed} == {
        (each, "keep") for each in ("V1", "V2", "V3")
    }
    rows = clinic()["visits"].to_pylist()
    rows = [
        row | {"provider_id": "P2"} if row["visit_id"] == "V2" else row
        for row in rows
        if row["visit_id"] != "V3"
    ]
    of = {name: table.to_pylist() for name, table in clinic().tables.items()} | {"visits": rows}
    back = visits_given_back(ordered, snapshot(TODAY, **of), TODAY).to_pylist()
    assert {(row["visit_id"], row["action"], row["to_provider_id"]) for row in back} == {
        ("V1", "keep", None),
        ("V2", "move", "P1"),
    }
    kept = visits_touched(clinic(), MOVES, TODAY, ExistingVisits())
    assert visits_given_back(kept, clinic(), TODAY).num_rows == 0


@pytest.mark.parametrize("wrong", [("move_after", None), ("keep", date(2026, 12, 1))])
def test_a_day_belongs_to_move_after_and_to_nothing_else(wrong):
    with pytest.raises(ValueError, match="give a day with move_after"):
        ExistingVisits(*wrong)
