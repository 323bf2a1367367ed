from datetime import date

import numpy as np

from data.slot import Slot
from rules.grid import Population
from rules.tally import tally
from tests.builders import snapshot
from tests.rules.written import compiled, rule

WORLD = snapshot(
    date(2026, 6, 15),
    patients=[
        {"patient_id": "A", "acuity": 1, "language": "es"},
        {"patient_id": "B", "acuity": 2, "language": "en"},
        {"patient_id": "C", "acuity": 3, "language": "en"},
        {"patient_id": "D", "acuity": 3, "language": "xx", "active": False},
    ],
    providers=[
        {"provider_id": "P", "languages": ["en"]},
        {"provider_id": "Q", "languages": ["en", "es"]},
    ],
)
PLANNED = np.array([True, True, True, False])


def counted(expression, **more):
    made = compiled(rule(expression, **more))
    return tally(Population(made, WORLD, Slot()), made.rules[0], PLANNED)


def test_every_pair_of_the_planned_patients_is_counted_once():
    # A speaks es: only Q; B and C speak en: both. Of 6 pairs 5 pass.
    found = counted("patient.language in provider.languages")
    assert (found.passed, found.failed, found.error, found.not_applicable) == (5, 1, 0, 0)
    assert found.lonely == 0


def test_pairs_outside_and_errors_are_told_apart():
    # A is ruled out (2 pairs), B divides by zero (2 pairs), C: 6 / 1 > 5 holds (2 pairs)
    found = counted("6 / (patient.acuity - 2) > 5", when=["patient.acuity > 1"])
    assert (found.passed, found.failed, found.error, found.not_applicable) == (2, 0, 2, 2)
    assert found.lonely == 1  # B has nobody left


def test_each_clause_says_how_much_it_removes_and_costs():
    found = counted("patient.acuity == 1 || patient.language in provider.languages && patient.acuity < 3")
    leaves = {each.clause: (each.true, each.false, each.error, each.evaluations) for each in found.leaves}
    assert leaves == {
        "patient.acuity == 1": (2, 4, 0, 3),  # three acuities
        "patient.language in provider.languages": (5, 1, 0, 6),  # three languages, two lists
        "patient.acuity < 3": (4, 2, 0, 3),
    }
