"""Limits are tested by examples, as rules are."""

import pytest

from rules.diagnostics import RuleCompilationError
from rules.documents import parse
from rules.examples import run_examples
from tests.rules.written import document, limit, limit_set, rule, rule_set

WOUNDS = limit_set(
    limit(id="wounds", sum="1.0", max="2.0", when=["'W' in patient.needs", "slot.role == 'nurse'"])
)
FIXTURES = {
    "patients": {"ann": {"needs": ["W"]}, "bob": {"needs": ["W"]}, "cal": {"needs": ["W"]}, "dan": {}},
    "providers": {"kim": {}},
}


def examples(*cases, role="nurse", fixtures=FIXTURES, limits=WOUNDS, files=None):
    spec = {"asOf": "2026-06-15", "slot": {"role": role}, "fixtures": fixtures, "cases": list(cases)}
    text = document("LimitTest", spec).replace("'2026-06-15'", "2026-06-15")
    other = rule_set(rule("patient.acuity > 1", id="other"))
    return run_examples(parse({"l.yaml": limits, "t.yaml": text, "r.yaml": other}), files)


def case(patients, used, expect, **more):
    return {
        "limit": "wounds",
        "provider": "kim",
        "patients": patients,
        "used": used,
        "expect": expect,
        **more,
    }


def test_examples_hold_and_show_every_condition_and_both_outcomes():
    report = examples(
        case(["ann", "bob", "dan"], 2, "within", maximum=2),
        case(["ann", "bob", "cal"], 3, "over"),
        files=["l.yaml", "t.yaml"],
    )
    assert report.failures == ()
    # the role is always nurse here; what stands in r.yaml is not asked about
    assert [(each.clause, each.seen_false) for each in report.uncovered] == [("slot.role == 'nurse'", False)]


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (case(["ann"], 2, "within"), "within: 1 of 2"),
        (case(["ann"], 1, "over"), "within: 1 of 2"),
        (case(["ann"], 1, "within", maximum=5), "within: 1 of 2"),
        (case(["ann", "bob", "cal"], 3, "within"), "over: 3 of 2"),
        (case(["ann"], 1, "within", maximum=None), "within: 1 of 2"),
    ],
)
def test_an_example_that_does_not_hold_says_what_came_out(wrong, found):
    (failure,) = examples(wrong).failures
    assert (failure.rule_id, failure.verdict, failure.place) == ("wounds", found, "t.yaml:24")


def test_a_limit_that_does_not_apply_to_the_slot_is_no_limit():
    assert examples(case(["ann"], 0, "within", maximum=None), role="physician").failures == ()


def test_a_distinct_limit_counts_different_values():
    limits = limit_set(
        {"id": "places", "title": "P", "unit": "u", "distinct": "patient.region", "max": "1.0"}
    )
    fixtures = {
        "patients": {"ann": {"region": "N"}, "bob": {"region": "S"}, "cal": {}},
        "providers": {"kim": {}},
    }
    places = {"limit": "places", "provider": "kim"}
    report = examples(
        places | {"patients": ["ann", "cal"], "used": 1, "expect": "within"},
        places | {"patients": ["ann", "bob"], "used": 2, "expect": "over"},
        fixtures=fixtures,
        limits=limits,
        files=["l.yaml", "t.yaml"],
    )
    assert (report.failures, report.uncovered) == ((), ())


def test_examples_about_nobody_are_refused_all_at_once():
    with pytest.raises(RuleCompilationError) as refused:
        examples(
            case(["an"], 1, "within"), {**case(["ann"], 1, "within"), "limit": "wound", "provider": "kam"}
        )
    told = [each.text for each in refused.value.diagnostics]
    assert told == ["there is no patient an", "there is no limit wound", "there is no provider kam"]
