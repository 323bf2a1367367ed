import numpy as np
import pytest

from data.scope import Scope
from tests.builders import snapshot

DATA = snapshot(
    practices=[{"practice_id": "PR1"}, {"practice_id": "PR2"}],
    providers=[{"provider_id": "P1"}, {"provider_id": "P2"}],
    facilities=[
        {"facility_id": "F1", "practice_id": "PR2", "region": "South", "state": "RI"},
        {"facility_id": "F2"},
    ],
    patients=[
        {"patient_id": "A1", "practice_id": "PR1", "region": "North", "state": "MA"},
        {"patient_id": "A2", "facility_id": "F1"},
        {"patient_id": "A3", "practice_id": "PR1", "facility_id": "F1", "state": "MA"},
        {"patient_id": "A4", "facility_id": "F2", "state": "CT"},
    ],
)
OWNER = np.array([0, 1, -1, 0], np.int32)
"""A1 and A4 are P1's, A2 is P2's, A3 nobody's."""


@pytest.mark.parametrize(
    ("scope", "inside"),
    [
        (Scope(), "A1 A2 A3 A4"),
        (Scope(practices=("PR1",)), "A1 A3"),
        (Scope(practices=("PR2",)), "A2"),  # by its facility
        (Scope(practices=("PR1", "PR2")), "A1 A2 A3"),
        (Scope(facilities=("F1",)), "A2 A3"),
        (Scope(regions=("North",)), "A1"),
        (Scope(regions=("South",)), "A2 A3"),  # both by their facility
        (Scope(states=("MA",)), "A1"),  # A3 lives there and is seen in RI
        (Scope(states=("RI", "CT")), "A2 A3 A4"),
        (Scope(providers=("P1",)), "A1 A4"),
        (Scope(providers=("P1", "P2")), "A1 A2 A4"),
        (Scope(patients=("A3", "A4")), "A3 A4"),
        (Scope(practices=("PR1",), facilities=("F1",)), "A3"),
        (Scope(states=("MA",), providers=("P2",)), ""),
        (Scope(providers=("P9",)), ""),
    ],
)
def test_who_is_inside(scope, inside):
    found = scope.patients_inside(DATA, OWNER)
    assert " ".join(np.array(DATA.patient_ids)[found]) == inside


def test_everything_unknown_is_named_at_once():
    scope = Scope(("PR9",), ("F9", "F1"), ("West",), ("TX", "MA"), ("P9",), ("A9",))
    assert scope.unknown(DATA) == [
        "no practice 'PR9'",
        "no facility 'F9'",
        "no provider 'P9'",
        "no patient 'A9'",
        "no patient is in region 'West'",
        "no patient is in state 'TX'",
    ]
    assert Scope(("PR1",), ("F1",), ("South",), ("RI",), ("P1",), ("A1",)).unknown(DATA) == []


def test_a_scope_reads_as_a_phrase():
    assert str(Scope()) == "everyone"
    assert str(Scope(practices=("PR1", "PR2"), providers=("P1",))) == "practices PR1, PR2; patients of P1"
