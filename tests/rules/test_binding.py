from datetime import date

import numpy as np
import pytest

from data.eligibility import NO_LIMIT
from data.slot import Slot
from rules.audit import audit
from rules.diagnostics import RuleCompilationError
from rules.evaluator import evaluate
from rules.validate import validate
from tests.builders import snapshot
from tests.rules.written import binding, compiled, limit, rule

DAY = date(2026, 6, 15)
WORLD = snapshot(
    DAY,
    practices=[{"practice_id": "PR1"}, {"practice_id": "PR2"}],
    programs=[{"program_id": "CCM"}],
    facilities=[{"facility_id": "F", "type": "snf", "practice_id": "PR2"}],
    patients=[
        {"patient_id": "A", "practice_id": "PR1", "acuity": 2, "programs": ["CCM"]},
        {"patient_id": "B", "facility_id": "F", "acuity": 4},
        {"patient_id": "C", "acuity": 4},
    ],
    providers=[{"provider_id": "P", "max_panel": 3.0}],
)


def verdicts(*more: str):
    made = compiled(rule("patient.acuity <= params.most"), params={"most": 3, "mostly": 9}, more=more)
    return {
        who: {each.rule_id: each.verdict for each in validate(made, WORLD, Slot(), who, "P").rules}
        for who in "ABC"
    }


def test_a_set_without_bindings_holds_everywhere():
    assert verdicts() == {"A": {"r": "pass"}, "B": {"r": "fail"}, "C": {"r": "fail"}}


@pytest.mark.parametrize(
    ("selector", "chosen"),
    [
        ({}, "ABC"),
        ({"practices": ["PR1"]}, "A"),
        ({"practices": ["PR2"]}, "B"),  # the facility's practice
        ({"programs": ["CCM", "x"]}, "A"),
        ({"facilityTypes": ["snf"]}, "B"),
        ({"roles": ["physician"]}, "ABC"),
        ({"roles": ["nurse"]}, ""),
        ({"levels": ["primary"], "facilityTypes": ["snf"]}, "B"),
    ],
)
def test_a_bound_set_holds_only_where_it_is_bound(selector, chosen):
    found = verdicts(binding(selector=selector))
    assert {who for who, each in found.items() if each["r"] != "not_applicable"} == set(chosen)


def test_each_binding_has_its_own_parameters_and_the_rule_a_name_for_each():
    found = verdicts(
        binding("strict", selector={"practices": ["PR1"]}, params={"most": 1}),
        binding("easy", selector={"facilityTypes": ["snf"]}, params={"most": 5}),
    )
    assert found["A"] == {"r@strict": "fail", "r@easy": "not_applicable"}
    assert found["B"] == {"r@strict": "not_applicable", "r@easy": "pass"}


def test_a_parameter_in_a_text_or_with_a_longer_name_is_left_alone():
    made = compiled(
        rule("params.most < params.mostly && 'params.most' != ''"),
        params={"most": 3, "mostly": 9},
        more=[binding(params={"most": 20})],
    )
    assert made.rules[0].condition.text == "params.most_for_bound < params.mostly && 'params.most' != ''"
    assert validate(made, WORLD, Slot(), "A", "P").rules[0].verdict == "fail"


@pytest.mark.parametrize(
    ("mode", "allowed", "objects", "severity"),
    [
        ("enforce", False, True, "violation"),
        ("warn", True, True, "warning"),
        ("shadow", True, False, "shadow"),
    ],
)
def test_modes_decide_what_a_failure_does(mode, allowed, objects, severity):
    made = compiled(rule("patient.acuity <= 3"), more=[binding(mode=mode)])
    said = validate(made, WORLD, Slot(), "B", "P")
    assert (said.allowed, said.rules[0].verdict, said.rules[0].objects) == (allowed, "fail", objects)
    assert said.rules[0].mode == mode
    standing = np.zeros(3, np.int32)
    found = audit(made, WORLD, Slot(), standing)
    assert found["severity"].to_pylist() == [severity, severity]
    eligibility = evaluate(made, WORLD, Slot(), standing)
    arcs = np.diff(eligibility.indptr)[eligibility.row].tolist()
    assert arcs == ([1, 0, 0] if mode == "enforce" else [1, 1, 1])


def test_off_is_gone():
    assert verdicts(binding(mode="off")) == {"A": {}, "B": {}, "C": {}}


def test_a_bound_limit_counts_those_it_is_about():
    made = compiled(
        rule("true"),
        limits=[limit(sum="patient.panel_weight", max="provider.max_panel")],
        more=[binding(limitSet="limitset", selector={"facilityTypes": ["snf"]})],
    )
    (panel,) = evaluate(made, WORLD, Slot(), np.zeros(3, np.int32)).summed
    assert panel.standing_use.tolist() == [0, 1000, 0]


@pytest.mark.parametrize(("role", "limits"), [("physician", 2), ("nurse", 0)])
def test_a_limit_for_other_slots_is_left_out(role, limits):
    made = compiled(
        rule("true"),
        limits=[
            limit(sum="patient.panel_weight", max="provider.max_panel", when=[f"slot.role == '{role}'"]),
            limit(id="f", distinct="patient.facility_id", max="1", when=[f"slot.role == '{role}'"]),
        ],
    )
    found = evaluate(made, WORLD, Slot(), np.zeros(3, np.int32))
    assert len(found.summed) + len(found.distinct) == limits


def test_a_limit_that_only_warns_is_its_own_target():
    made = compiled(
        rule("true"),
        limits=[limit(sum="patient.panel_weight", max="provider.max_panel", target=0.5)],
        more=[binding(limitSet="limitset", mode="warn")],
    )
    (panel,) = evaluate(made, WORLD, Slot(), np.zeros(3, np.int32)).summed
    assert (panel.maximum.tolist(), panel.target.tolist()) == ([NO_LIMIT], [1500])


def test_a_distinct_limit_that_only_warns_is_its_own_target():
    limits = [
        limit(id="f", distinct="patient.facility_id", max="2"),
        limit(id="g", distinct="patient.facility_id", max="2", target=0.25),
    ]
    made = compiled(rule("true"), limits=limits, more=[binding(limitSet="limitset", mode="warn")])
    found = evaluate(made, WORLD, Slot(), np.zeros(3, np.int32)).distinct
    assert [each.maximum.tolist() for each in found] == [[NO_LIMIT]] * 2
    assert [each.target.tolist() for each in found] == [[2_000], [500]]


def test_distinct_keys_of_others_do_not_count():
    made = compiled(
        rule("true"), limits=[limit(distinct="patient.facility_id", max="1", when=["patient.acuity < 4"])]
    )
    (found,) = evaluate(made, WORLD, Slot(), np.zeros(3, np.int32)).distinct
    assert found.key.tolist() == [-1, -1, -1]


@pytest.mark.parametrize(
    ("spec", "text", "hint"),
    [
        ({"ruleSet": "rulest"}, "there is no ruleSet rulest", "did you mean ruleset?"),
        ({"limitSet": "x"}, "there is no limitSet x", ""),
        ({"ruleSet": "ruleset@2"}, "ruleset is there in version 1, not 2", "bind the version"),
        ({"params": {"moost": 1}}, "ruleset has no parameter moost", "did you mean most?"),
        ({"params": {"most": "x"}}, "parameter most of ruleset is a int, not a string", ""),
        ({"ruleSet": "ruleset", "limitSet": "x"}, "give either ruleSet or limitSet", ""),
    ],
)
def test_bindings_that_make_no_sense_are_refused_where_they_stand(spec, text, hint):
    with pytest.raises(RuleCompilationError) as caught:
        verdicts(binding(**spec))
    (problem,) = caught.value.diagnostics
    assert (problem.file, problem.text) == ("more-0.yaml", text)
    assert hint in problem.hint
