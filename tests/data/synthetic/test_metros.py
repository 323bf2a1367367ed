import numpy as np
import pytest

from data.synthetic.metros import APART_MILES, REACH_MILES, Metros, draw_metros
from data.synthetic.states import BORDERS, connected_states
from data.synthetic.zips import Zips, standard_zips
from tests.data.core_rules import great_circle_miles


def line_of_zips() -> Zips:
    """Four ZIP codes in a row; two counties of two."""
    return Zips(
        np.array(["00001", "00002", "00003", "00004"]),
        np.array(["A", "B", "C", "D"]),
        np.array(["MA", "MA", "CT", "CT"]),
        np.array([42.0, 42.1, 42.2, 42.3]),
        np.array([-72.0, -72.0, -72.0, -72.0]),
        np.array([1, 1, 0, 0]),
        np.array([2, 2, 2, 2]),
        ("CT-One", "MA-One"),
    )


def two_metros() -> Metros:
    """Metro 0 has ZIP codes 0 and 1 with weights 1 and 3, metro 1 has 2 and 3 with weights 0 and 5."""
    return Metros(
        ("CT", "MA"),
        line_of_zips(),
        np.array([0.5, 0.5]),
        np.array([0, 2, 4]),
        np.array([0, 1, 2, 3]),
        np.array([1.0, 3.0, 0.0, 5.0]),
    )


def test_zips_are_drawn_by_weight_within_their_metro():
    metro = np.repeat([0, 1], 4000)
    drawn = two_metros().draw_zips(metro, np.random.default_rng(1))
    assert set(drawn[:4000]) == {0, 1}
    assert (drawn[:4000] == 1).mean() == pytest.approx(0.75, abs=0.03)  # 3 of 1 + 3
    assert set(drawn[4000:]) == {3}  # the other one has weight 0


def test_regions_are_numbered_anew_where_only_some_states_are_kept():
    kept = line_of_zips().within(["MA"])
    assert kept.code.tolist() == ["00001", "00002"]
    assert kept.regions == ("MA-One",)
    assert kept.region.tolist() == [0, 0]


def test_standard_zips_are_sorted_unique_and_have_a_region_of_their_state():
    zips = standard_zips()
    assert len(zips.code) > 25_000
    assert zips.code.tolist() == sorted(set(zips.code.tolist()))
    named = [zips.regions[each] for each in zips.region]
    assert all(name.startswith(f"{state}-") for name, state in zip(named, zips.state, strict=True))
    assert "MA-Worcester" in zips.regions
    assert not any(name.endswith((" County", " Parish")) for name in zips.regions)


def test_peers_are_the_zip_codes_of_the_same_county():
    zips = standard_zips()
    counted = np.bincount(zips.region)
    assert (zips.peers == counted[zips.region]).all()


@pytest.mark.parametrize(("patients", "metros", "states"), [(2_000, 1, 2), (60_000, 5, 3), (240_000, 20, 6)])
def test_larger_populations_have_more_metros_and_states(patients, metros, states):
    drawn = draw_metros(patients, np.random.default_rng(5))
    assert drawn.count == metros  # one for 12,000 patients
    assert len(drawn.states) == states  # two, and one more for five metros
    assert drawn.share.sum() == pytest.approx(1.0)


def test_zip_codes_of_a_metro_are_within_reach_of_each_other():
    drawn = draw_metros(60_000, np.random.default_rng(2))
    for first, last in zip(drawn.indptr[:-1], drawn.indptr[1:], strict=True):
        member = drawn.member[first:last]
        latitude, longitude = drawn.zips.latitude[member], drawn.zips.longitude[member]
        miles = great_circle_miles(latitude[:1], longitude[:1], latitude, longitude)
        assert miles.max() <= 2 * REACH_MILES + 0.01


def test_centers_are_apart_where_there_is_room():
    drawn = draw_metros(60_000, np.random.default_rng(2))
    heavy = [
        drawn.member[first + np.argmax(drawn.weight[first:last])]
        for first, last in zip(drawn.indptr[:-1], drawn.indptr[1:], strict=True)
    ]
    latitude, longitude = drawn.zips.latitude[heavy], drawn.zips.longitude[heavy]
    miles = great_circle_miles(latitude[:, None], longitude[:, None], latitude[None], longitude[None])
    assert np.sort(miles, axis=1)[:, 1].min() > APART_MILES / 6


def test_borders_are_mutual():
    for state, others in BORDERS.items():
        for other in others.split():
            assert state in BORDERS[other].split(), (state, other)


def test_chosen_states_are_connected():
    rng = np.random.default_rng(3)
    chosen = connected_states(7, dict.fromkeys(BORDERS, 1), rng)
    reached, waiting = set(), [chosen[0]]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += [other for other in BORDERS[state].split() if other in chosen]
    assert reached == set(chosen)
    assert len(chosen) == 7
