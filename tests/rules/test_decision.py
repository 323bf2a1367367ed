from datetime import date

import pytest

from data.slot import Slot
from rules.diagnostics import RuleCompilationError
from rules.documents import parse
from rules.examples import run_examples
from rules.validate import validate
from tests.builders import snapshot
from tests.rules.written import compiled, document

WORLD = snapshot(
    date(2026, 6, 15),
    facilities=[{"facility_id": "S", "type": "snf"}, {"facility_id": "L", "type": "alf"}],
    patients=[
        {"patient_id": "A", "facility_id": "S", "acuity": 4},
        {"patient_id": "B", "facility_id": "S", "acuity": 1},
        {"patient_id": "C", "facility_id": "L", "acuity": 5},
    ],
    providers=[{"provider_id": "P", "specialties": ["geriatrics"]}],
)
INPUTS = [
    {"title": "place", "expression": "patient.facility.type"},
    {"title": "acuity", "expression": "patient.acuity"},
]


def row(name, *match, then="deny", message="no"):
    return {"id": name, "match": list(match), "then": then, "message": message}


def table(policy, *rows, inputs=INPUTS):
    spec = {"hitPolicy": policy, "category": "test", "reason": "T", "inputs": inputs, "rows": list(rows)}
    return document("DecisionTable", spec, "t")


def verdicts(policy, *rows):
    made = compiled(more=[table(policy, *rows)])
    return {
        who: [each.verdict for each in validate(made, WORLD, Slot(), who, "P").rules]
        for who in WORLD.patient_ids
    }


ROWS = (row("complex", "-", ">= 4"), row("snf", "'snf'", "-", then="allow"))


def test_collect_takes_every_row_that_matches():
    assert verdicts("collect", *ROWS) == {
        "A": ["fail", "pass"],
        "B": ["not_applicable", "pass"],
        "C": ["fail", "not_applicable"],
    }


def test_first_takes_the_first_row_that_matches():
    assert verdicts("first", *ROWS)["A"] == ["fail", "not_applicable"]
    assert verdicts("first", *reversed(ROWS)) == {
        "A": ["pass", "not_applicable"],
        "B": ["pass", "not_applicable"],
        "C": ["not_applicable", "fail"],
    }


def test_unique_objects_to_pairs_that_two_rows_match():
    assert verdicts("unique", *ROWS) == {
        "A": ["fail", "pass", "fail"],
        "B": ["not_applicable", "pass", "pass"],
        "C": ["fail", "not_applicable", "pass"],
    }


def test_rows_that_ask_for_different_values_need_no_comparison():
    rows = (row("snf", "'snf'", "-"), row("alf", "'alf'", "-", then={"penalty": 7}))
    made = compiled(more=[table("unique", *rows)])
    assert [each.rule.id for each in made.rules] == ["t-snf", "t-alf"]
    assert [(each.rule.hard, each.rule.penalty) for each in made.rules] == [(True, 0), (False, 7)]


def test_cells_are_comparisons_values_or_anything():
    found = parse({"t.yaml": table("first", row("x", "in ['snf', 'alf']", "4"))}).tables[0].document
    assert found.condition(0) == "((patient.facility.type) in ['snf', 'alf']) && ((patient.acuity) == (4))"
    assert parse({"t.yaml": table("first", row("x", "-", "-"))}).tables[0].document.condition(0) == "true"


def test_a_cell_that_does_not_compile_is_reported_where_it_stands():
    with pytest.raises(RuleCompilationError) as caught:
        compiled(more=[table("first", row("x", "-", "> 'four'"))])
    problem = caught.value.diagnostics[0]
    assert problem.source.strip() == "- '> ''four'''"
    assert "no matching overload" in problem.text


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ((row("x", "-"),), "rows need 2 cells, one for each input: x"),
        ((row("x", "-", "-", message=""),), "rows that deny or cost something need a message: x"),
    ],
)
def test_tables_of_the_wrong_shape_are_refused(rows, text):
    with pytest.raises(RuleCompilationError, match=text):
        compiled(more=[table("first", *rows)])


def test_rows_of_one_name_are_refused():
    with pytest.raises(RuleCompilationError, match="rule t-x exists already"):
        compiled(more=[table("first", row("x", "-", "1"), row("x", "-", "2"))])


def test_examples_name_rows_and_constants_need_no_cover():
    tests = """\
apiVersion: rules/v1
kind: RuleTest
metadata: {name: mine}
spec:
  asOf: 2026-06-15
  fixtures:
    patients: {ann: {acuity: 4}, bob: {acuity: 1}}
    providers: {day: {}}
  cases:
    - {rule: t-complex, patient: ann, provider: day, expect: fail, message: 'no'}
    - {rule: t-complex, patient: bob, provider: day, expect: not_applicable}
"""
    one = table("first", row("complex", ">= 4"), inputs=INPUTS[1:])
    report = run_examples(parse({"t.yaml": one, "tests.yaml": tests}))
    assert (report.failures, report.uncovered) == ((), ())
