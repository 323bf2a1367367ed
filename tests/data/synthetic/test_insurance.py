import numpy as np
import pytest

from data.synthetic.insurance import (
    CLASSES,
    MEDICAID,
    MEDICARE,
    PLANS,
    PatientClass,
    class_acceptance,
    draw_acceptance,
    draw_classes,
    draw_market,
    parts,
)


def test_every_class_number_comes_back_from_its_parts():
    every = np.arange(CLASSES)
    assert (parts(every).number == every).all()


def test_the_first_class_has_the_first_plan_alone_and_no_need():
    first = parts(np.array([0]))
    assert (first.first[0], first.second[0], first.need[0]) == (0, -1, 0)


def test_plans_are_sorted_and_the_named_positions_are_right():
    assert [plan[0] for plan in PLANS] == sorted(plan[0] for plan in PLANS)
    assert PLANS[MEDICARE][0] == "MEDICARE"
    assert PLANS[MEDICAID][0] == "MEDICAID"


def test_shares_of_a_market_follow_a_zipf_law_that_differs_by_state():
    market = draw_market(3, np.random.default_rng(1))
    assert market.sum(axis=1) == pytest.approx([1, 1, 1])
    assert (market.argmax(axis=1) == MEDICARE).all()
    assert market[:, MEDICARE] / market[:, MEDICAID] == pytest.approx([2**1.1] * 3)
    assert not np.allclose(market[0], market[1])


def test_a_household_shares_its_plans_and_needs():
    household = np.array([0, 0, 2, 2, 4])
    number = draw_classes(
        np.zeros(5, dtype=np.int64),
        draw_market(1, np.random.default_rng(1)),
        household,
        np.random.default_rng(2),
    )
    assert number[0] == number[1]
    assert number[2] == number[3]


def test_drawn_plans_follow_the_market_of_the_state():
    market = np.zeros((2, len(PLANS)))
    market[0, 3], market[1, 5] = 1.0, 1.0
    state = np.repeat([0, 1], 500)
    number = draw_classes(state, market, np.arange(1000), np.random.default_rng(3))
    assert set(parts(number[:500]).first) == {3}
    assert set(parts(number[500:]).first) == {5}
    assert set(parts(number).second) == {-1}  # the second plan was the first again, so there is none


def test_one_accepted_plan_is_enough_and_a_need_must_be_met():
    accepted = np.zeros((1, len(PLANS)), dtype=np.bool_)
    accepted[0, 4] = True
    meets = np.array([[True, False, True]])
    accepts = class_acceptance(accepted, meets)[0]

    def takes(first: int, second: int, need: int) -> bool:
        return bool(accepts[PatientClass(np.array([first]), np.array([second]), np.array([need])).number[0]])

    assert takes(4, -1, 0)
    assert takes(1, 4, 0)
    assert takes(4, 1, 2)
    assert not takes(1, -1, 0)
    assert not takes(1, 2, 0)
    assert not takes(4, -1, 1)


def test_medicare_is_accepted_by_nearly_all_and_rare_plans_by_many():
    market = draw_market(1, np.random.default_rng(1))
    accepted = draw_acceptance(np.zeros(3000, dtype=np.int64), market, np.random.default_rng(2))
    share = accepted.mean(axis=0)
    assert share[MEDICARE] == pytest.approx(0.97, abs=0.015)
    assert 0.55 < share.min() < 0.75
