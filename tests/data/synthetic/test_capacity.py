import numpy as np
import pytest

from data.synthetic.capacity import (
    FACILITIES,
    HOURS,
    PANEL,
    VISITS,
    draw_maxima,
    draw_new_patients,
    used,
)
from tests.data.synthetic.small_world import patients, physicians, places


def test_use_of_the_four_limits_is_what_one_reckons_by_hand():
    # Two facilities and one home; provider 0 sits at facility 0, provider 1 at facility 1.
    where, who = places([2, 1, 1], facilities=2), physicians([0.0, 1.0])
    use = used(patients([0, 0, 1, 2]), where, who, np.array([0, 0, 0, 0]))
    assert use[PANEL].tolist() == [6.0, 0.0]  # 4 x 1.5
    assert use[VISITS][0] == pytest.approx(4 * 2 / 21, abs=0.002)
    assert use[FACILITIES].tolist() == [2.0, 0.0]  # the home is none
    # One degree at the equator is 2 pi 3958.7613 / 360 = 69.0933 miles; by road 1.417 times, at 30 mph:
    # 195.81 minutes. Two patients are at 0 degrees, one at 1, one at 2. 2 visits a month are 24/52 a week.
    minutes = 4 * 30 + 195.81 + 2 * 195.81
    assert use[HOURS][0] == pytest.approx(24 / 52 * minutes / 60, abs=0.003)


def test_patients_without_a_provider_use_nothing():
    use = used(patients([0, 0]), places([2], facilities=1), physicians([0.0]), np.array([-1, -1]))
    assert (use == 0).all()


def test_use_covers_the_sum_of_thousandths_rounded_half_up():
    # 1 visit a month is 0.047619 a day, 48 thousandths when rounded: ten patients use 0.480, not 0.476.
    use = used(
        patients([0] * 10, visits=1.0),
        places([10], facilities=1),
        physicians([0.0]),
        np.zeros(10, dtype=np.int64),
    )
    assert use[VISITS][0] == pytest.approx(0.480)


@pytest.mark.parametrize("tightness", ["typical", "tight"])
def test_maxima_are_above_the_use_they_are_fitted_to(tightness):
    rng = np.random.default_rng(1)
    use = np.vstack(
        [rng.uniform(200, 500, 80), rng.uniform(8, 20, 80), rng.uniform(20, 50, 80), rng.integers(4, 20, 80)]
    )
    maxima = draw_maxima(use, physicians([0.0] * 80), tightness, rng)
    assert (maxima >= use).all()
    share = use.sum(axis=1) / maxima.sum(axis=1)
    if tightness == "tight":
        assert share[VISITS] == pytest.approx(0.97, abs=0.01)
        assert share[FACILITIES] == pytest.approx(0.97, abs=0.005)
    else:
        assert share[:3] == pytest.approx([0.88, 0.88, 0.88], abs=0.03)


def test_those_without_patients_get_the_usual_maxima_of_their_working_time():
    use = np.array([[400.0, 400.0, 0.0], [16.0, 16.0, 0.0], [40.0, 40.0, 0.0], [10.0, 10.0, 0.0]])
    maxima = draw_maxima(use, physicians([0.0] * 3, share=[1.0, 1.0, 0.5]), "tight", np.random.default_rng(1))
    assert maxima[VISITS][2] == pytest.approx(8 / 0.97, abs=0.4)  # half of 16
    assert maxima[FACILITIES][2] == 5


def test_budgets_of_new_patients_leave_room_for_the_planted_ones():
    newcomers = np.arange(400)
    budget = draw_new_patients(newcomers, np.random.default_rng(1))
    limited = budget >= 0
    assert (budget[limited] > newcomers[limited]).all()
    assert limited.mean() == pytest.approx(0.2, abs=0.06)
