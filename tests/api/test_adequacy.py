"""Counties come from ZIP codes."""

from datetime import date

import pytest

from api.errors import RequestError
from api.workflow.adequacy import adequacy, county_name
from api.workflow.decide import Rulebook
from rules.packs import pack_text
from tests.builders import snapshot

BOOK = Rulebook.of(pack_text("cms-ma-network-adequacy"))
WORLD = snapshot(
    date(2026, 6, 15),
    insurances=[{"insurance_id": "MA1"}],
    patients=[
        {"patient_id": "A", "zip": "01609", "latitude": 42.28, "longitude": -71.83},
        {"patient_id": "B", "zip": "00000", "latitude": 42.28, "longitude": -71.83},
        {"patient_id": "C"},
        {"patient_id": "X", "active": False},
    ],
    providers=[
        {"provider_id": each, "latitude": 42.28, "longitude": -71.83, "specialties": ["207Q00000X"]}
        for each in "PQ"
    ],
    participations=[
        {"provider_id": "P", "insurance_id": "MA1"},
        {"provider_id": "Q", "insurance_id": "MA1", "ends_on": date(2026, 6, 15)},
    ],
)


def test_a_patients_county_is_that_of_the_zip_code():
    rows, unknown = adequacy(WORLD, BOOK)
    found = {(row["county"], row["state"], row["county_type"]) for row in rows.to_pylist()}
    assert (found, unknown) == ({("Worcester", "MA", "Metro")}, 2)


def test_only_providers_who_take_part_in_the_plan_count():
    counts = {
        plan: [
            row["providers"]
            for row in adequacy(WORLD, BOOK, plan)[0].to_pylist()
            if row["specialty_code"] == "S03"
        ]
        for plan in ("", "MA1")
    }
    assert counts == {"": [2], "MA1": [1]}
    with pytest.raises(RequestError, match="no insurance 'NONE'"):
        adequacy(WORLD, BOOK, "NONE")


def test_facilities_are_looked_at_unless_a_plan_is_named():
    kinds = {plan: set(adequacy(WORLD, BOOK, plan)[0]["kind"].to_pylist()) for plan in ("", "MA1")}
    assert kinds == {"": {"provider", "facility"}, "MA1": {"provider"}}


def test_a_standard_of_ones_own_is_chosen_by_its_name():
    text = pack_text("cms-ma-network-adequacy")["cms-ma-network-adequacy.yaml"]
    text = text.split("\n---\n")[0]  # the standard; its examples follow
    own = text.replace("name: cms-ma-network-adequacy", "name: ours").replace(
        "Metro: 0.90, Metro: 0.90", "Metro: 0.90, Metro: 0.55"
    )
    rows, _ = adequacy(WORLD, Rulebook.of(BOOK.texts | {"ours.yaml": own}), standard="ours")
    assert set(rows["share_required"].to_pylist()) == {0.55}
    with pytest.raises(RequestError, match="no adequacy standard 'ours' is in force; there are: cms-ma"):
        adequacy(WORLD, BOOK, standard="ours")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Worcester County", "worcester"),
        ("St. Louis", "stlouis"),
        ("Prince George's County", "princegeorges"),
        ("Acadia Parish", "acadia"),
        ("LaSalle Parish", "lasalle"),
        ("La Salle", "lasalle"),
        ("City and Borough of Juneau", "juneau"),
        ("Oglala Lakota (formerly Shannon)", "oglalalakota"),
        ("Baltimore City", "baltimorecity"),
    ],
)
def test_counties_are_compared_by_their_plain_names(name, plain):
    assert county_name(name) == plain
