import numpy as np
import pytest

from data.synthetic.candidates import FEWEST, find_candidates
from data.synthetic.insurance import PLANS, class_acceptance
from data.synthetic.plant import plant
from data.synthetic.providers import LEFT
from tests.data.synthetic.small_world import physicians, places


def planted(longitudes, sizes, accepted=None, fates=None):
    where, who = places(sizes, facilities=len(sizes)), physicians(longitudes)
    if fates is not None:
        who.fate[:] = fates
    if accepted is None:
        accepted = np.ones((len(longitudes), len(PLANS)), dtype=np.bool_)
    place = np.repeat(np.arange(len(sizes)), sizes)
    number = np.zeros(len(place), dtype=np.int64)
    chosen = plant(place, number, where, who, find_candidates(where, who), accepted)
    return chosen, accepted, who


def test_every_facility_goes_to_the_provider_who_sits_there():
    chosen, _, _ = planted([0.0, 1.0], [10, 10])
    assert chosen.tolist() == [0] * 10 + [1] * 10


def test_a_provider_who_left_takes_nobody():
    chosen, _, _ = planted([0.0, 1.0], [10, 10], fates=[LEFT, 0])
    assert set(chosen) == {1}


def test_load_is_spread_by_working_time_when_all_sit_at_one_place():
    chosen, _, _ = planted([0.0] * 4, [100, 100, 100, 100])
    assert np.bincount(chosen).tolist() == [100, 100, 100, 100]


def test_a_class_that_nobody_takes_is_accepted_by_three_afterwards():
    nothing = np.zeros((4, len(PLANS)), dtype=np.bool_)
    chosen, accepted, who = planted([0.0, 0.1, 0.2, 0.3], [8], accepted=nothing)
    assert accepted[:, 0].sum() == 3
    assert class_acceptance(accepted, who.meets)[chosen[0], 0]


@pytest.mark.parametrize("count", [2, 5, 9])
def test_a_place_out_of_reach_is_brought_within_reach_of_a_few(count):
    where, who = places([5], facilities=1), physicians([3.0] * count)
    who.max_miles[:] = 1.0
    who.licensed[:] = False
    found = find_candidates(where, who)
    assert found.allowed.sum() == min(FEWEST, count)
    # three degrees at the equator are 207.28 miles
    assert set(who.max_miles) == ({208.0, 1.0} if count > FEWEST else {208.0})


def test_candidates_are_nearest_first():
    found = find_candidates(places([5], facilities=1), physicians([2.0, 0.5, 1.0]))
    assert found.provider[0].tolist() == [1, 2, 0]
    assert found.miles[0] == pytest.approx([34.55, 69.09, 138.19], abs=0.01)
