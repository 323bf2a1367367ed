from datetime import date

import numpy as np
import pytest

from data.slot import Slot
from rules.bits import lookup
from rules.grid import Population
from rules.planes import JoinedNode, NotNode, condition_node, stored
from tests.builders import snapshot
from tests.rules.written import compiled, rule

WORLD = snapshot(
    date(2026, 6, 15),
    patients=[
        {"patient_id": f"A{row}", "acuity": row % 3 + 1, "latitude": 42.0 + row / 10, "longitude": -71.0}
        for row in range(5)
    ]
    + [{"patient_id": "lost", "acuity": 1}],
    providers=[
        {"provider_id": "P", "max_miles": 15.0, "latitude": 42.0, "longitude": -71.0},
        {"provider_id": "Q", "latitude": 42.4, "longitude": -71.0},
        {"provider_id": "R", "max_miles": 0.0},
    ],
    licenses=[
        {"provider_id": "P", "state": "MA", "compact": True},
        {"provider_id": "P", "state": "NH"},
        {"provider_id": "Q", "state": "MA"},
        {"provider_id": "nobody", "state": "MA"},
    ],
)
CONDITIONS = (
    "geo.miles(patient.place, provider.place) <= provider.max_miles",
    "6 / (patient.acuity - 1) > 3",
    "provider.licenses.exists(l, l.compact || 6 / (patient.acuity - 1) > 3)",
    "provider.licenses.all(l, l.compact || 6 / (patient.acuity - 1) > 3)",
    "provider.licenses.exists(l, patient.acuity > 1)",
)


def grid_of(node):
    """Truth of all pairs: from planes by class, and pair by pair."""
    grid = np.meshgrid(np.arange(6, dtype=np.int32), np.arange(3, dtype=np.int32), indexing="ij")
    who, whom = (each.ravel() for each in grid)
    planes = node.planes(node.coded.code[who])
    rows = np.arange(len(who), dtype=np.int32)
    return [lookup(each, rows, whom).tolist() for each in planes], [
        each.tolist() for each in node.pairs(who, whom)
    ]


def node_of(condition):
    made = compiled(rule(condition))
    return condition_node(Population(made, WORLD, Slot()), made.rules[0].condition)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_planes_and_pairs_agree(condition):
    by_class, by_pair = grid_of(node_of(condition))
    assert by_class == by_pair


@pytest.mark.parametrize("operation", ["and", "or"])
@pytest.mark.parametrize("left", CONDITIONS)
@pytest.mark.parametrize("right", CONDITIONS)
def test_joined_conditions_are_the_same_stored_or_computed(operation, left, right):
    joined = JoinedNode(operation, node_of(left), NotNode(node_of(right)))
    computed, by_pair = grid_of(joined)
    kept, _ = grid_of(stored(joined, 3))
    assert computed == by_pair == kept


def test_one_true_row_outweighs_rows_that_err():
    # acuity 1 divides by zero: P's compact license decides, Q's other one does not, R has none
    (true, false), _ = grid_of(node_of(CONDITIONS[2]))
    assert (true[:3], false[:3]) == ([True, False, False], [False, False, True])


def test_one_false_row_outweighs_nothing_that_errs():
    # of all: P's second license errs and Q's only one, R has none and so all of them hold
    (true, false), _ = grid_of(node_of(CONDITIONS[3]))
    assert (true[:3], false[:3]) == ([False, False, True], [False, False, False])
