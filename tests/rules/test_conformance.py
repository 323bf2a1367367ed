"""The engine answers what the specification of CEL says, alone and in grids: see conformance.yaml."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import yaml

from rules.cel import Engine, ExpressionError, Failure
from rules.messages import Messages, params_message

FILE = Path(__file__).with_name("conformance.yaml")
CASES = [
    pytest.param(case, id=f"{section}: {case['expr']}")
    for section, cases in yaml.safe_load(FILE.read_text(encoding="utf-8")).items()
    for case in cases
]
ENGINE = Engine(Messages({}))
AS_OF = datetime(2026, 12, 1, tzinfo=UTC)
PATIENT = ENGINE.messages.filled(
    "Patient",
    {
        "acuity": 3,
        "needs": ["a", "b"],
        "state": "MA",
        "active": True,
        "birth_date": datetime(1950, 2, 3, tzinfo=UTC),
    },
)
PROVIDER = ENGINE.messages.filled("Provider", {"regions": ["x", "y"], "max_panel": 100.0})
CONSTANTS = {"as_of": AS_OF, "params": params_message(ENGINE.messages, {})}


def evaluate(text):
    activation = ENGINE.activation({**CONSTANTS, "patient": PATIENT, "provider": PROVIDER})
    return ENGINE.compile(text).evaluate(activation)


@pytest.mark.parametrize("case", CASES)
def test_the_engine_answers_as_the_specification_says(case):
    if "refused" in case:
        with pytest.raises(ExpressionError) as caught:
            ENGINE.compile(case["expr"])
        assert case["refused"].lower() in str(caught.value).lower()
        assert all(line >= 1 for line, _, _ in caught.value.problems)
        return
    found = evaluate(case["expr"])
    if "error" in case:
        assert isinstance(found, Failure), found
        assert case["error"] in found.text
    else:
        assert found == case["value"]
        assert type(found) is type(case["value"])


TRUTHS = [
    each for each in CASES if isinstance(each.values[0].get("value"), bool) or "error" in each.values[0]
]


@pytest.mark.parametrize("case", [each for each in TRUTHS if "?" not in each.values[0]["expr"]])
def test_a_grid_says_the_same_of_every_pair(case):
    text = case["expr"]
    if "error" in case and ENGINE.compile(text).kind != "bool":
        text = f"({text}) == ({text})"
    values = np.zeros((2, 3), np.int8)
    failed = ENGINE.grid(text, CONSTANTS, [PATIENT] * 2, [PROVIDER] * 3, values)
    expected = -1 if "error" in case else int(case["value"])
    assert np.where(failed, -1, values).tolist() == [[expected] * 3] * 2
