from datetime import date, timedelta

import pytest

from data.scenario import Capacity, Closure, Departure, Leave, Merger, Scenario, apply
from data.slot import Slot
from data.standing import standing
from tests.builders import TODAY, assigned, snapshot

LATER = TODAY + timedelta(days=30)
DATA = snapshot(
    practices=[{"practice_id": each} for each in ("PR1", "PR2", "PR3")],
    facilities=[
        {"facility_id": "F1", "practice_id": "PR1"},
        {"facility_id": "F2", "practice_id": "PR2", "closes_on": TODAY},
        {"facility_id": "F3"},
    ],
    providers=[
        {"provider_id": "P1", "practice_id": "PR1", "max_panel": 10.0, "max_facilities": 3},
        {"provider_id": "P2", "practice_id": "PR2", "ends_on": TODAY},
        {"provider_id": "P3"},
    ],
    patients=[
        {"patient_id": "A1", "practice_id": "PR1", "facility_id": "F1"},
        {"patient_id": "A2", "practice_id": "PR2", "facility_id": "F2"},
        {"patient_id": "A3"},
    ],
    assignments=[assigned("A1", "P1"), assigned("A2", "P3")],
    absences=[{"provider_id": "P3", "starts_on": TODAY}],
)


def column(data, table, name):
    return data[table][name].to_pylist()


def test_nothing_assumed_changes_nothing():
    after = apply(Scenario(), DATA)
    assert all(after[name].equals(table) for name, table in DATA.tables.items())
    assert Scenario().problems(DATA) == []


def test_whoever_departs_ends_on_that_day_or_earlier_if_that_was_known():
    after = apply(Scenario(departures=(Departure("P1", LATER), Departure("P2", LATER))), DATA)
    assert column(after, "providers", "ends_on") == [LATER, TODAY, None]


def test_a_departure_orphans_the_patients_and_leaves_their_rows():
    after = apply(Scenario(departures=(Departure("P1", TODAY),)), DATA)
    found = standing(after, Slot())
    assert found.owner.tolist() == [0, 2, -1]
    assert found.in_force.tolist() == [False, True, False]
    assert after["assignments"].equals(DATA["assignments"])


def test_a_leave_is_one_more_absence_in_its_place_by_key():
    after = apply(Scenario(leaves=(Leave("P1", TODAY, LATER), Leave("P3", LATER))), DATA)
    assert [tuple(row.values()) for row in after["absences"].to_pylist()] == [
        ("P1", TODAY, LATER, "scenario"),
        ("P3", TODAY, None, None),
        ("P3", LATER, None, "scenario"),
    ]


def test_a_closed_facility_has_its_last_day_and_its_patients_go_on():
    scenario = Scenario(closures=(Closure("F1", LATER, "F3"), Closure("F2", LATER)))
    after = apply(scenario, DATA)
    assert column(after, "facilities", "closes_on") == [LATER, TODAY, None]
    assert column(after, "patients", "facility_id") == ["F3", None, None]


def test_a_merged_practice_gives_everything_to_the_other():
    after = apply(Scenario(mergers=(Merger("PR1", "PR2"),)), DATA)
    assert column(after, "facilities", "practice_id") == ["PR2", "PR2", None]
    assert column(after, "providers", "practice_id") == ["PR2", "PR2", None]
    assert column(after, "patients", "practice_id") == ["PR2", "PR2", None]


def test_mergers_and_closures_go_on_to_the_last_of_a_chain():
    mergers = (Merger("PR1", "PR2"), Merger("PR2", "PR3"))
    closures = (Closure("F1", TODAY, "F2"), Closure("F2", TODAY, "F3"))
    after = apply(Scenario(mergers=mergers, closures=closures), DATA)
    assert column(after, "patients", "practice_id") == ["PR3", "PR3", None]
    assert column(after, "patients", "facility_id") == ["F3", "F3", None]


def test_a_chain_may_end_with_nowhere():
    closures = (Closure("F1", TODAY, "F2"), Closure("F2", TODAY))
    assert column(apply(Scenario(closures=closures), DATA), "patients", "facility_id") == [None, None, None]


def test_a_capacity_is_set_or_lifted_for_the_provider_named():
    capacities = (Capacity("P1", "max_panel", None), Capacity("P3", "max_panel", 7.5))
    after = apply(Scenario(capacities=(*capacities, Capacity("P3", "max_facilities", 2.0))), DATA)
    assert column(after, "providers", "max_panel") == [None, None, 7.5]
    assert column(after, "providers", "max_facilities") == [3, None, 2]
    assert after.providers.schema.equals(DATA.providers.schema)


@pytest.mark.parametrize(
    ("scenario", "sentences"),
    [
        (Scenario(departures=(Departure("P9", TODAY),)), ["no provider 'P9'"]),
        (Scenario(leaves=(Leave("P8", TODAY),)), ["no provider 'P8'"]),
        (Scenario(closures=(Closure("F9", TODAY, "F8"),)), ["no facility 'F9'", "no facility 'F8'"]),
        (Scenario(mergers=(Merger("PR9", "PR1"),)), ["no practice 'PR9'"]),
        (Scenario(closures=(Closure("F1", TODAY, "F1"),)), ["facility F1 cannot close into itself"]),
        (
            Scenario(mergers=(Merger("PR1", "PR2"), Merger("PR2", "PR1"), Merger("PR3", "PR1"))),
            ["practice PR1 cannot be merged into itself", "practice PR2 cannot be merged into itself"],
        ),
        (
            Scenario(capacities=(Capacity("P1", "max_facilities", 2.5),)),
            ["max_facilities of P1 cannot be 2.5; give a whole number"],
        ),
        (
            Scenario(capacities=(Capacity("P1", "max_panel", -1.0),)),
            ["max_panel of P1 cannot be -1; give 0 or more"],
        ),
        (Scenario(capacities=(Capacity("P1", "max_panel", 2.5),)), []),
        (
            Scenario(leaves=(Leave("P1", date(2026, 2, 1), date(2026, 2, 1)),)),
            ["leave of P1 ends on 2026-02-01, not after it starts on 2026-02-01"],
        ),
    ],
)
def test_what_cannot_be_carried_out_is_said(scenario, sentences):
    assert scenario.problems(DATA) == sentences


def test_an_unknown_capacity_is_answered_with_those_there_are():
    (said,) = Scenario(capacities=(Capacity("P1", "max_joy", 1.0),)).problems(DATA)
    assert said.startswith("'max_joy' is not a capacity; choose one of max_panel, ")
