import numpy as np
import pytest

from rules.cel import Engine, ExpressionError, Failure
from rules.messages import Messages, param_type, params_message

ENGINE = Engine(Messages({"n": "int"}))


def grid(text, patients, providers):
    these = [ENGINE.messages.filled("Patient", {"acuity": each}) for each in patients]
    those = [ENGINE.messages.filled("Provider", {"regions": ["x"] * each}) for each in providers]
    values = np.zeros((len(patients), len(providers)), np.int8)
    failed = ENGINE.grid(text, {}, these, those, values)
    return np.where(failed, -1, values).tolist()


def test_a_grid_has_every_pair_and_marks_the_ones_that_fail():
    # 6 / acuity > number of regions; acuity 0 cannot be divided by
    assert grid("6 / patient.acuity > size(provider.regions)", [0, 1, 3], [0, 2, 5]) == [
        [-1, -1, -1],
        [1, 1, 1],
        [1, 0, 0],
    ]


def test_a_grid_larger_than_one_call_is_complete():
    patients, providers = list(range(1, 95)), list(range(43))
    expected = [[int(one > other) for other in providers] for one in patients]
    assert grid("patient.acuity > size(provider.regions)", patients, providers) == expected


def test_long_lists_do_not_exceed_the_engines_budget():
    # 3 x 30 pairs of 900 steps each are 81,000 steps, the engine stops at 10,000
    found = grid("provider.regions.all(r, r == 'x') && patient.acuity > 0", [1, 1, 0], [900] * 30)
    assert found == [[1] * 30, [1] * 30, [0] * 30]


def test_a_pair_beyond_the_budget_is_an_error():
    assert grid("provider.regions.all(r, r != 'y')", [1], [10_001, 2]) == [[-1, 1]]


def test_problems_have_their_places():
    with pytest.raises(ExpressionError) as caught:
        ENGINE.compile("patient.nothing &&\n  provider.nobody")
    assert [(line, column) for line, column, _ in caught.value.problems] == [(1, 7), (2, 10)]


def test_an_evaluation_error_is_a_value():
    program = ENGINE.compile("1 / (params.n - 1) > 0")
    activation = ENGINE.activation({"params": params_message(ENGINE.messages, {"n": 1})})
    assert program.evaluate(activation) == Failure("divide by zero")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, "bool"),
        (1, "int"),
        (1.5, "double"),
        ("x", "string"),
        ([1, 2], "list(int)"),
        ([], "list(string)"),
        ([1, "x"], None),
        ({"a": 1.5}, "map(string,double)"),
        ({1: 1}, None),
        ([[1]], None),
        (None, None),
    ],
)
def test_parameters_have_the_type_of_their_value(value, kind):
    assert param_type(value) == kind
