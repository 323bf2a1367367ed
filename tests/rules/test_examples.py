import pytest

from rules.diagnostics import RuleCompilationError
from rules.documents import parse
from rules.examples import run_examples
from tests.rules.written import rule, rule_set

TESTS = """\
apiVersion: rules/v1
kind: RuleTest
metadata: {name: mine}
spec:
  asOf: 2026-06-15
  fixtures:
    facilities: {oak: {type: snf, state: NH}}
    patients: {ann: {language: es, facility_id: oak}}
    providers: {day: {roles: [physician], licenses: [{state: NH}]}}
  cases:
    - {rule: r, patient: ann, provider: day, expect: EXPECT, message: MESSAGE}
"""


def report(expression, expect, message="''"):
    tests = TESTS.replace("EXPECT", expect).replace("MESSAGE", message)
    return run_examples(parse({"r.yaml": rule_set(rule(expression)), "t.yaml": tests}))


def test_cases_are_judged_by_verdict_and_message():
    licensed = "provider.licenses.exists(l, l.state == patient.care_state)"
    assert report(licensed, "pass").ok
    assert report(f"!{licensed}", "fail", "'no'").ok
    (failure,) = report(f"!{licensed}", "fail", "other").failures
    assert (failure.message, failure.expected_message, failure.place) == ("no", "other", "t.yaml:11")
    assert not report(licensed, "error").ok


def test_a_clause_that_was_only_seen_true_is_not_covered():
    found = report("patient.language == 'es' || provider.active", "pass")
    assert [(each.clause, each.seen_true, each.seen_false) for each in found.uncovered] == [
        ("patient.language == 'es'", True, False),
        ("provider.active", True, False),
    ]


def test_fixtures_and_cases_that_make_no_sense_are_all_reported():
    tests = (
        TESTS.replace("language: es", "languge: es")
        .replace("state: NH}]", "state: NH, compact: maybe}]")
        .replace("rule: r,", "rule: q,")
        .replace("provider: day", "provider: dy")
        .replace("EXPECT", "pass")
        .replace("MESSAGE", "''")
    )
    with pytest.raises(RuleCompilationError) as caught:
        run_examples(parse({"r.yaml": rule_set(rule("true")), "t.yaml": tests}))
    assert [(each.line, each.text, each.hint) for each in caught.value.diagnostics] == [
        (8, "patients have no column languge", "did you mean language?"),
        (9, "compact is a boolean, as false", ""),
        (11, "there is no rule q", ""),
        (11, "there is no provider dy", "did you mean day?"),
    ]
