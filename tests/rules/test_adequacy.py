from datetime import date

import pyarrow as pa
import pytest

from rules.adequacy import Network, adequacy
from rules.diagnostics import RuleCompilationError
from rules.documents import parse
from rules.examples import run_examples
from rules.packs import pack_text
from rules.packs.figures import adequacy_figures
from tests.builders import snapshot

FIGURES = adequacy_figures()
(PACK,) = [each.document for each in parse(pack_text("cms-ma-network-adequacy")).standards]
WORCESTER = "22170"  # Metro: primary care 15 minutes, 10 miles; 1.67 providers per 1,000 of 18,831 to cover
PRIMARY, CARDIOLOGY = "207Q00000X", "207RC0000X"


def world(patients, providers, **more):
    return snapshot(
        date(2026, 6, 15),
        **more,
        patients=[
            {"patient_id": f"A{row}", "latitude": at, "longitude": -71.8} for row, at in enumerate(patients)
        ],
        providers=[
            {"provider_id": f"P{row}", "latitude": at, "longitude": -71.8, "specialties": [code], **more}
            for row, (at, code, more) in enumerate(providers)
        ],
    )


def changed(**update):
    """The pack's standard with some of it changed."""
    return PACK.spec.model_validate({**PACK.spec.model_dump(by_alias=True), **update})


def primary_care(here, counties=None, standard=PACK.spec, network=None):
    of = pa.array(counties or [WORCESTER] * here.patients.num_rows, pa.string())
    rows = adequacy(here, of, FIGURES, standard, network).to_pylist()
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
    assert sum(each["kind"] == "provider" for each in found.values()) == 29
    assert found["S03"]["in_reach"] == 0


def test_patients_of_unknown_counties_or_places_are_left_out():
    here = world([42.0, 42.0, None], [(42.0, PRIMARY, {})])
    assert primary_care(here, [WORCESTER, None, WORCESTER])["S03"]["beneficiaries"] == 1
    assert primary_care(here, [None, None, "99999"]) == {}


def test_counties_may_have_distances_of_their_own():
    # Autauga, AL asks for 25 minutes and 15 miles in place of 15 and 10
    found = primary_care(world([42.0], [(42.0, PRIMARY, {})]), ["01000"])["S03"]
    assert (found["max_minutes"], found["max_miles"]) == (25, 15)


def at(latitude, kind, **more):
    return {
        "facility_id": f"F{latitude}{kind}",
        "type": kind,
        "latitude": latitude,
        "longitude": -71.8,
        **more,
    }


def test_one_nursing_facility_in_reach_is_enough_and_hospitals_cannot_be_counted_in_beds():
    # metro: 45 minutes and 30 miles for both; 0.30 degrees are 29.4 road miles, 0.31 are 30.4
    here = world([42.0], [], facilities=[at(42.2, "snf"), at(42.3, "hospital"), at(42.0, "clinic")])
    found = primary_care(here)
    nursing, hospital = found["046"], found["040"]
    assert (nursing["kind"], nursing["in_reach"], nursing["providers_required"]) == ("facility", 1, 1)
    assert (nursing["passes"], hospital["in_reach"], hospital["passes"]) == (True, 1, None)
    far = primary_care(world([42.0], [], facilities=[at(42.31, "hospital"), at(42.31, "snf")]))
    assert (far["040"]["passes"], far["046"]["passes"]) == (False, False)


@pytest.mark.parametrize(
    "more",
    [{"active": False}, {"closes_on": date(2026, 6, 15)}, {"opens_on": date(2026, 6, 16)}],
)
def test_a_facility_that_is_not_open_does_not_count(more):
    found = primary_care(world([42.0], [], facilities=[at(42.0, "snf", **more)]))
    assert (found["046"]["providers"], found["046"]["passes"]) == (0, False)


def test_without_contracts_of_facilities_they_are_left_out():
    here = world([42.0], [(42.0, PRIMARY, {})], facilities=[at(42.0, "snf")])
    found = primary_care(here, network=Network(looks_at_facilities=False))
    assert {each["kind"] for each in found.values()} == {"provider"}


def test_counties_may_have_distances_of_their_own_for_facilities_too():
    own = [row for row in FIGURES["customized"].to_pylist() if row["specialty_code"] == "46"]
    county = own[0]["ssa_code"]
    found = primary_care(world([42.0], []), [county])["046"]
    assert (found["max_minutes"], found["max_miles"]) == (own[0]["max_minutes"], own[0]["max_miles"])


def test_telehealth_adds_ten_points_where_somebody_of_the_specialty_has_the_credential():
    enough = [(42.0, PRIMARY, {})] * 32

    def eight_of_ten(**credential):
        row = {"provider_id": "P0", "credential": "telehealth", **credential}
        return primary_care(world([42.0] * 8 + [43.0] * 2, enough, credentials=[row]))

    found = eight_of_ten()
    assert (found["S03"]["credit"], found["S03"]["passes"], found["008"]["credit"]) == (0.1, True, 0.0)
    assert not eight_of_ten(expires_on=date(2026, 6, 15))["S03"]["passes"]
    assert not eight_of_ten(credential="snf_privileges")["S03"]["passes"]
    # surgery is no specialty of the credit
    surgeon = [(42.0, "208600000X", {})]
    given = [{"provider_id": "P0", "credential": "telehealth"}]
    assert primary_care(world([42.0], surgeon, credentials=given))["015"]["credit"] == 0.0


def test_figures_shares_and_taxonomy_codes_can_be_changed():
    near = [(42.0, "363L00000X", {})]
    own = changed(
        changed=[
            {"specialty": "S03", "countyType": "Metro", "minutes": 30, "miles": 20, "perThousand": 0.05}
        ],
        shares={**PACK.spec.shares, "Metro": 0.5},
        providers={"S03": {"title": "Nurses", "codes": ["363L00000X"]}},
        telehealth=None,
    )
    # 0.05 x 18.831 = 0.94: one is enough; 0.2 degrees are 19.6 road miles, within 20
    found = primary_care(world([42.0, 42.2, 43.0], near), standard=own)
    assert (found["S03"]["specialty"], found["S03"]["in_reach"], found["S03"]["passes"]) == (
        "Nurses",
        2,
        True,
    )
    assert found["S03"]["providers_required"] == 1


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("CEAC: 0.85}", "}", "shares lack CEAC"),
        (
            'specialties: [S03, "007"',
            'specialties: [S03, "099", "007"',
            "specialties that are not looked at: 099",
        ),
        ("Metro: 0.90, Metro", "Metro: 90, Metro", "less than or equal to 1"),
    ],
)
def test_a_standard_that_makes_no_sense_is_refused(before, after, problem):
    text = pack_text("cms-ma-network-adequacy")["cms-ma-network-adequacy.yaml"]
    assert before in text
    with pytest.raises(RuleCompilationError, match=problem):
        parse({"a.yaml": text.replace(before, after, 1)})


def examples(before, after):
    text = pack_text("cms-ma-network-adequacy")["cms-ma-network-adequacy.yaml"]
    assert before in text
    return run_examples(parse({"a.yaml": text.replace(before, after, 1)}))


def test_an_example_of_a_standard_that_does_not_hold_says_what_came_out():
    (failure,) = examples(
        "inReach: 3, providers: 1, expect: fail", "inReach: 4, providers: 1, expect: pass"
    ).failures
    assert (failure.patient, failure.expected, failure.verdict) == (
        "S03",
        "pass: 4 in reach, 1 there",
        "fail: 3 in reach, 1 there",
    )


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('county: "01030"', 'county: "99999"', "there is no county 99999"),
        ("standard: cms-ma-", "standard: cms-", "there is no adequacy standard cms-network-adequacy"),
        ('specialty: "008", inReach', 'specialty: "999", inReach', "does not look at 999"),
    ],
)
def test_an_example_of_a_standard_that_makes_no_sense_is_refused(before, after, problem):
    with pytest.raises(RuleCompilationError, match=problem):
        examples(before, after)


def test_a_credit_that_no_example_shows_is_not_covered():
    report = examples("{credential: telehealth}", "{credential: other}")
    assert [each.clause for each in report.uncovered] == ["telehealth is credited"]
