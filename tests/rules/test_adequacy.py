from datetime import date

import pyarrow as pa
import pytest

from rules.adequacy import adequacy
from rules.packs.figures import adequacy_figures
from tests.builders import snapshot

FIGURES = adequacy_figures()
WORCESTER = "22170"  # Metro: primary care 15 minutes, 10 miles; 1.67 providers per 1,000 of 18,831 to cover
PRIMARY, CARDIOLOGY = "207Q00000X", "207RC0000X"


def world(patients, providers):
    return snapshot(
        date(2026, 6, 15),
        patients=[
            {"patient_id": f"A{row}", "latitude": at, "longitude": -71.8} for row, at in enumerate(patients)
        ],
        providers=[
            {"provider_id": f"P{row}", "latitude": at, "longitude": -71.8, "specialties": [code], **more}
            for row, (at, code, more) in enumerate(providers)
        ],
    )


def primary_care(here, counties=None, **more):
    of = pa.array(counties or [WORCESTER] * here.patients.num_rows, pa.string())
    rows = adequacy(here, of, FIGURES, **more).to_pylist()
    return {row["specialty_code"]: row for row in rows}


def test_the_figures_are_those_of_the_regulation():
    rows = FIGURES["criteria"].to_pylist()
    minutes = {
        r["county_type"]: (r["max_minutes"], r["max_miles"]) for r in rows if r["specialty_code"] == "S03"
    }
    assert minutes == {
        "Large Metro": (10, 5),
        "Metro": (15, 10),
        "Micro": (30, 20),
        "Rural": (40, 30),
        "CEAC": (70, 60),
    }
    assert FIGURES["counties"].num_rows == 3262


def test_reach_is_ten_road_miles_which_are_seven_as_the_crow_flies():
    # one degree of latitude is 69.09 miles: 0.1 degrees are 6.91 miles, 9.79 by road; 0.11 are 10.77 by road
    found = primary_care(world([42.0, 42.1, 42.11, 42.0], [(42.0, PRIMARY, {})]))["S03"]
    assert (found["beneficiaries"], found["in_reach"], found["share"]) == (4, 3, 0.75)
    assert (found["share_required"], found["max_minutes"], found["max_miles"]) == (0.9, 15, 10)


def test_the_number_of_providers_counts_those_in_reach_of_anybody():
    near, far = (42.0, PRIMARY, {}), (43.0, PRIMARY, {})
    # 1.67 x 18.831 = 31.4
    found = primary_care(world([42.0], [near] * 31 + [far]))["S03"]
    assert (found["providers"], found["providers_required"], found["passes"]) == (31, 32, False)
    assert primary_care(world([42.0], [near] * 32))["S03"]["passes"]


def test_nine_of_ten_must_be_in_reach():
    enough = [(42.0, PRIMARY, {})] * 32
    assert primary_care(world([42.0] * 9 + [43.0], enough))["S03"]["passes"]
    assert not primary_care(world([42.0] * 8 + [43.0] * 2, enough))["S03"]["passes"]


@pytest.mark.parametrize("more", [{"active": False}, {"approved": False}, {"ends_on": date(2026, 6, 1)}])
def test_who_does_not_work_here_does_not_count(more):
    assert primary_care(world([42.0], [(42.0, PRIMARY, more)]))["S03"]["providers"] == 0


def test_each_specialty_is_looked_at_by_itself():
    found = primary_care(world([42.0], [(42.0, CARDIOLOGY, {})]))
    assert (found["S03"]["providers"], found["008"]["providers"], found["008"]["in_reach"]) == (0, 1, 1)
    assert len(found) == 29
    assert found["S03"]["in_reach"] == 0


def test_patients_of_unknown_counties_or_places_are_left_out():
    here = world([42.0, 42.0, None], [(42.0, PRIMARY, {})])
    assert primary_care(here, [WORCESTER, None, WORCESTER])["S03"]["beneficiaries"] == 1
    assert primary_care(here, [None, None, "99999"]) == {}


def test_counties_may_have_distances_of_their_own():
    # Autauga, AL asks for 25 minutes and 15 miles in place of 15 and 10
    found = primary_care(world([42.0], [(42.0, PRIMARY, {})]), ["01000"])["S03"]
    assert (found["max_minutes"], found["max_miles"]) == (25, 15)
