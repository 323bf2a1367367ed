"""Rules that are huge, deeply nested, slow or wrong on every pair are refused with a reason, or bounded."""

from datetime import date

import numpy as np
import pytest

from data.slot import Slot
from rules import grid
from rules.compiler import load_rules
from rules.diagnostics import RuleCompilationError, RuleTooBroadError
from rules.evaluator import evaluation
from rules.masking import nesting
from rules.validate import Validator
from tests.builders import snapshot
from tests.rules.written import compiled, rule, rule_set


def refused(text):
    with pytest.raises(RuleCompilationError) as caught:
        load_rules({"f.yaml": text})
    return caught.value.diagnostics[0]


def world(patients=60, providers=30):
    return snapshot(
        date(2026, 6, 15),
        patients=[{"patient_id": f"A{row:03}", "acuity": 1 + row % 5} for row in range(patients)],
        providers=[{"provider_id": f"P{row:03}", "max_miles": float(row)} for row in range(providers)],
    )


@pytest.mark.parametrize(
    ("expression", "code", "text"),
    [
        (" && ".join(["patient.active"] * 700), "too-long", "has 12,596 characters, at most 10,000"),
        ("patient.language == '" + "x" * 20_000 + "'", "too-long", "at most 10,000"),
        ("(" * 200 + "true" + ")" * 200, "expression", "recursion"),
        ("+".join(["patient.acuity"] * 200) + " > 1", "expression", "recursion"),
        ("[" * 100 + "1" + "]" * 100 + " == []", "expression", ""),
    ],
    ids=["many clauses", "long text", "parentheses", "sum", "lists"],
)
def test_expressions_that_are_too_long_or_too_deep_are_refused_where_they_stand(expression, code, text):
    problem = refused(rule_set(rule(expression)))
    assert (problem.code, problem.file) == (code, "f.yaml")
    assert text in problem.text.lower()


def test_a_few_lines_of_yaml_that_would_become_billions_are_refused():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{row}: &a{row} [{', '.join([f'*a{row - 1}'] * 9)}]" for row in range(1, 12)]
    assert "more than 200,000 values" in refused("\n".join(lines)).text


def test_yaml_nested_without_end_and_files_without_end_are_refused():
    assert refused("[" * 3000 + "]" * 3000).code == "yaml"
    assert "split it" in refused("# " + "x" * 2_000_000).text


def test_too_many_rules_in_one_set_are_refused():
    assert refused(rule_set(*[rule("true", id=f"r{row}") for row in range(1001)])).code == "value"


def test_a_rule_that_errs_on_every_pair_excludes_every_pair_and_the_run_goes_on():
    made = compiled(
        rule("10 / (patient.acuity - patient.acuity) > int(provider.max_miles)", id="wrong"),
        rule("patient.acuity < 3", id="right"),
    )
    here = world()
    found = evaluation(made, here, Slot(), np.full(60, -1, np.int32))
    assert found.eligibility.arcs == 0
    assert found.verdicts(0, 0) == {"wrong": "error", "right": "pass"}
    assert Validator(made, here, Slot()).validate("A000", "P000").rules[0].verdict == "error"


def test_an_evaluation_without_end_is_stopped_and_is_an_error():
    numbers = str(list(range(40)))
    loops = f"{numbers}.all(a, {numbers}.all(b, {numbers}.all(c, a + b + c < 1000)))"
    made = compiled(rule(f"{loops} && patient.acuity > 0"))
    here = world(3, 2)
    assert Validator(made, here, Slot()).validate("A000", "P000").rules[0].verdict == "error"
    assert evaluation(made, here, Slot(), np.full(3, -1, np.int32)).verdicts(0, 0) == {"r": "error"}


def test_slow_clauses_on_many_pairs_are_refused_with_the_estimate(monkeypatch):
    monkeypatch.setattr(grid, "MOST_CELLS", 1000 * grid.LOOP_COST)
    numbers = "[1, 2, 3]"
    same = "patient.patient_id != provider.provider_id"
    here, nobody = world(), np.full(60, -1, np.int32)
    one = compiled(rule(f"{numbers}.all(a, a > 0 && {same})"))
    assert evaluation(one, here, Slot(), nobody).eligibility.arcs > 0  # 60 x 30 of 30,000
    two = compiled(rule(f"{numbers}.all(a, {numbers}.all(b, a + b > 0 && {same}))"))
    with pytest.raises(RuleTooBroadError, match=r"evaluated 1,800 times .* at most 1,000, less for loops"):
        evaluation(two, here, Slot(), nobody)


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        ("patient.active", 0),
        ("size(patient.needs) > 1 && (patient.active)", 0),
        ("patient.needs.all(a, a != 'x.exists(')", 1),
        ("a.exists(x, x > 1) && b.all(y, y > 1)", 1),
        ("a.exists (x, b.filter(y, y > x).all(z, z > 1))", 2),
        ("a.map(x, b.map(y, c.exists_one(z, z == x + y)))", 3),
    ],
)
def test_loops_inside_loops_are_counted(text, deep):
    assert nesting(text) == deep
