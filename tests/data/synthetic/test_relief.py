import numpy as np

from data.synthetic.capacity import FACILITIES, PANEL, used
from data.synthetic.relief import relieve
from data.synthetic.today import Today, main_providers
from tests.data.synthetic.small_world import patients, physicians, places

PLANTED = np.array([0, 0, 0, 1, 1, 1])
PEOPLE = [0, 0, 0, 1, 1, 1]


def relieved(today: Today, maximum: np.ndarray, seed: int) -> Today:
    where, who = places([3, 3], facilities=2), physicians([0.0, 1.0])
    return relieve(today, patients(PEOPLE), where, who, PLANTED, maximum, np.random.default_rng(seed))


def wide() -> np.ndarray:
    return np.full((4, 2), 1e6)


def all_with_provider_0() -> Today:
    """Provider 0 is the default of both facilities, and everybody follows."""
    return Today(np.array([0, 0]), np.zeros(6, dtype=np.int64), np.ones(6, dtype=np.bool_))


def test_nothing_changes_where_nobody_is_over():
    today = relieved(all_with_provider_0(), wide(), seed=1)
    assert today.standing.tolist() == [0] * 6
    assert today.follows.all()


def test_an_overloaded_provider_gives_a_facility_back_by_its_default():
    maximum = wide()
    maximum[PANEL] = 4.5  # three patients of weight 1.5
    today = relieved(all_with_provider_0(), maximum, seed=1)
    assert today.default.tolist() == [0, 1]
    assert today.standing.tolist() == PLANTED.tolist()
    assert today.follows.all()


def test_a_patient_with_a_row_of_ones_own_goes_back_alone():
    maximum = wide()
    maximum[FACILITIES] = 1
    own = Today(
        np.array([0, 1]),
        np.array([0, 0, 0, 0, 1, 1]),
        np.array([True, True, True, False, True, True]),
    )
    today = relieved(own, maximum, seed=1)
    assert today.standing.tolist() == PLANTED.tolist()
    assert not today.follows[3]


def test_about_a_quarter_stay_overloaded():
    maximum = wide()
    maximum[PANEL] = 4.5
    over = 0
    for seed in range(200):
        today = relieved(all_with_provider_0(), maximum, seed)
        use = used(patients(PEOPLE), places([3, 3], facilities=2), physicians([0.0, 1.0]), today.standing)
        over += int(use[PANEL][0] > 4.5)
    assert 30 < over < 70  # a quarter of 200 is 50, standard deviation 6


def test_the_main_provider_of_a_facility_has_most_of_it():
    where, who = places([3, 0, 3], facilities=3), physicians([0.0, 1.0])
    main = main_providers(where, who, np.array([1, 0, 1, 0, 0, 1]), np.array([0, 0, 0, 2, 2, 2]))
    assert main.tolist() == [1, -1, 0]
