from datetime import date, timedelta

import numpy as np

from rules.attribution import CUTS, ORDER, four_cut, ordered
from tests.builders import snapshot

DAY = date(2026, 6, 15)
PROVIDERS = [{"provider_id": each} for each in "PQR"]
ABLE = np.array([True, True, True])


def world(*visits, patients="A", households=()):
    rows = [
        {
            "visit_id": f"V{row}",
            "patient_id": patient,
            "provider_id": provider,
            "on": DAY - timedelta(days=ago),
            "minutes": minutes,
        }
        for row, (patient, provider, ago, minutes) in enumerate(visits)
    ]
    homes = dict(zip(patients, households, strict=False))
    people = [{"patient_id": each, "household_id": homes.get(each)} for each in patients]
    return snapshot(DAY, providers=PROVIDERS, patients=people, visits=rows)


def attributed(*visits, able=ABLE):
    owner, cut = four_cut(world(*visits), able)
    return ("PQR"[owner[0]], CUTS[cut[0]]) if owner[0] >= 0 else None


def test_first_cut_who_has_seen_one_provider_only_is_theirs():
    assert attributed(("A", "Q", 10, 20), ("A", "Q", 20, 20)) == ("Q", "only provider")


def test_second_cut_who_has_seen_one_provider_most_is_theirs():
    assert attributed(("A", "Q", 300, 20), ("A", "Q", 200, 20), ("A", "P", 1, 60)) == ("Q", "most visits")


def test_third_cut_among_those_seen_most_the_last_exam_decides():
    tie = [("A", "P", 1, 20), ("A", "Q", 100, 40), ("A", "P", 200, 60), ("A", "Q", 300, 20)]
    assert attributed(*tie) == ("Q", "last exam")


def test_fourth_cut_without_an_exam_the_last_visit_decides():
    assert attributed(("A", "P", 2, 20), ("A", "Q", 1, 20)) == ("Q", "last visit")


def test_an_exam_of_somebody_seen_less_does_not_count():
    seen = [("A", each, ago, 20) for each, ago in (("P", 5), ("P", 6), ("Q", 3), ("Q", 4))]
    assert attributed(*seen, ("A", "R", 1, 60)) == ("Q", "last visit")


def test_what_is_left_tied_goes_to_the_first_id():
    assert attributed(("A", "Q", 2, 20), ("A", "P", 2, 20)) == ("P", "last visit")


def test_visits_count_for_eighteen_months_and_not_from_today_on():
    assert attributed(("A", "P", 549, 20)) is None
    assert attributed(("A", "P", 548, 20)) == ("P", "only provider")
    assert attributed(("A", "P", 0, 20)) is None


def test_who_may_not_be_attributed_to_is_not_looked_at():
    seen = [("A", "P", 1, 20), ("A", "P", 2, 20), ("A", "Q", 3, 20)]
    assert attributed(*seen, able=np.array([False, True, True])) == ("Q", "only provider")


def test_the_order_takes_the_first_step_that_the_rules_allow():
    here = world(
        ("B", "Q", 5, 20), ("D", "R", 5, 20),
        patients="ABCDE", households=["H", "G", "H", "K", "K"],
    )  # fmt: skip
    standing = np.array([0, -1, -1, -1, -1], np.int32)
    allowed = {
        0: np.array([2, 0], np.int32),  # on record with P, whom the rules allow
        1: np.array([2, 1], np.int32),  # visits to Q
        2: np.array([1, 0], np.int32),  # household H has P on record
        4: np.array([0, 2], np.int32),  # household K visits R
        3: np.array([1], np.int32),  # visits to R, not allowed: the nearest
    }
    owner, step = ordered(here, standing, ABLE, allowed)
    assert ["PQR"[each] for each in owner] == ["P", "Q", "P", "Q", "R"]
    assert [ORDER[each] for each in step] == [
        "on record",
        "visits",
        "household's provider",
        "nearest",
        "household's visits",
    ]


def test_nobody_is_given_to_somebody_whom_the_rules_do_not_allow():
    owner, step = ordered(world(), np.array([0], np.int32), ABLE, {0: np.zeros(0, np.int32)})
    assert (owner.tolist(), step.tolist()) == ([-1], [-1])
