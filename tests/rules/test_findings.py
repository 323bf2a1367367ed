import json
from datetime import date

import pyarrow as pa
import pytest

from data.slot import Slot
from rules.diagnostics import RuleCompilationError
from rules.documents import parse
from rules.examples import run_examples
from rules.findings import compile_findings, find, schema_of
from tests.rules.written import document

DAY = date(2026, 6, 15)


def finding(expression, **more):
    given = {"code": "X", "title": "T", "scope": "license", "severity": "info", "message": "'m'"}
    return {**given, "expression": expression, **more}


def finding_set(*findings, params=None):
    return document("FindingSet", {"params": params or {}, "findings": list(findings)})


def licenses(*rows):
    empty = {"provider_name": "", "at_work": True, "patients": 0, "type": "MD"}
    return {"license": pa.Table.from_pylist([{**empty, **row} for row in rows], schema=schema_of("license"))}


ROWS = licenses(
    {"provider_id": "P1", "state": "MA", "expires_on": date(2026, 7, 1)},
    {"provider_id": "P2", "state": "NH", "expires_on": None},
    {"provider_id": 'P"3', "state": "MA", "expires_on": date(1970, 1, 1)},
)


def found(expression, rows=ROWS, **more):
    compiled = compile_findings(parse({"f.yaml": finding_set(finding(expression, **more), params={"n": 30})}))
    return find(compiled, rows, DAY, Slot())


def test_every_subject_that_matches_is_told_with_its_name_and_nothing_else():
    checked, rows = found("license.state == 'MA'", message="license.provider_id + ' in ' + license.state")
    assert checked == 3
    assert rows["subject"].to_pylist() == ["license P1 MA MD", 'license P"3 MA MD']
    assert rows["message"].to_pylist() == ["P1 in MA", 'P"3 in MA']
    assert rows["provider_id"].to_pylist() == ["P1", 'P"3']
    assert rows["patient_id"].null_count == 2


def test_days_and_parameters_can_be_compared():
    soon = "has(license.expires_on) && license.expires_on < as_of + duration(string(params.n * 24) + 'h')"
    _, rows = found(soon, since="license.expires_on")
    assert rows["since"].to_pylist() == [date(2026, 7, 1), date(1970, 1, 1)]
    assert found(f"{soon} && license.expires_on > as_of")[1]["provider_id"].to_pylist() == ["P1"]


def test_an_error_is_a_finding_of_its_own():
    _, rows = found("10 / license.patients > 1")
    assert rows["code"].to_pylist() == ["FINDING_ERROR"] * 3
    assert "X could not be looked for" in rows["message"][0].as_py()


def test_the_action_is_json_with_the_subjects_fields():
    _, rows = found("true", action={"command": "import", "who": "{provider_id}/{state}"})
    assert [json.loads(each)["who"] for each in rows["action"].to_pylist()] == ["P1/MA", "P2/NH", 'P"3/MA']


def test_a_message_that_fails_falls_back_on_the_title():
    _, rows = found("license.state == 'NH'", message="string(1 / license.patients)")
    assert rows["message"].to_pylist() == ["T"]


def test_no_subjects_no_findings():
    assert found("true", rows=licenses())[1].num_rows == 0


@pytest.mark.parametrize(
    ("given", "code", "text", "hint"),
    [
        ({"expression": "license.stat == 'x'"}, "expression", "undefined field", "did you mean state?"),
        ({"expression": "patient.acuity > 1"}, "expression", "undeclared", "about license"),
        ({"expression": "license.state"}, "type", "gives string, not bool", ""),
        (
            {"expression": "license.expires_on < as_of"},
            "empty-date",
            "expires_on may be empty",
            "has(license",
        ),
        ({"message": "license.patients"}, "type", "gives int, not string", ""),
        ({"action": {"x": "{stat}"}}, "action", "license has no field stat", "did you mean state?"),
        ({"scope": "licence"}, "value", "Input should be", ""),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(given, code, text, hint):
    with pytest.raises(RuleCompilationError) as caught:
        compile_findings(parse({"f.yaml": finding_set(finding(**{"expression": "true", **given}))}))
    problem = caught.value.diagnostics[0]
    assert (problem.code, problem.file) == (code, "f.yaml")
    assert text in problem.text
    assert hint in problem.hint


def test_codes_are_unique():
    with pytest.raises(RuleCompilationError, match="finding X exists already"):
        parse({"f.yaml": finding_set(finding("true"), finding("false"))})


@pytest.mark.parametrize(
    ("subject", "expect", "message", "failures"),
    [
        ({"state": "MA"}, "found", "m", 0),
        ({"state": "MA"}, "found", "other", 1),
        ({"state": "NH"}, "found", None, 1),
        ({"state": "NH"}, "not_found", None, 0),
    ],
)
def test_examples_of_findings_are_judged(subject, expect, message, failures):
    case = {"code": "X", "subject": subject, "expect": expect, "message": message}
    tests = document("FindingTest", {"asOf": DAY, "cases": [case]})
    report = run_examples(parse({"f.yaml": finding_set(finding("license.state == 'MA'")), "t.yaml": tests}))
    assert len(report.failures) == failures
    assert [each.rule_id for each in report.uncovered] == ["X"]


@pytest.mark.parametrize(
    ("case", "text"),
    [
        ({"code": "Y", "subject": {}}, "there is no finding Y"),
        ({"code": "X", "subject": {"stat": "MA"}}, "license has no field stat"),
        ({"code": "X", "subject": {"state": 1}}, "state is a string"),
    ],
)
def test_examples_that_make_no_sense_are_refused(case, text):
    tests = document("FindingTest", {"asOf": DAY, "cases": [{**case, "expect": "found"}]})
    with pytest.raises(RuleCompilationError, match=text):
        run_examples(parse({"f.yaml": finding_set(finding("true")), "t.yaml": tests}))
