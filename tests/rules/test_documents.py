from datetime import date

import pytest

from data.objective import Term
from rules.diagnostics import RuleCompilationError
from rules.documents import parse
from tests.rules.written import limit, limit_set, rule, rule_set

GOOD = """\
apiVersion: rules/v1
kind: RuleSet
metadata: {name: mine, version: 3}
spec:
  rules:
    - id: one
      title: One
      category: test
      expression: patient.active
      message: no
      reason: ONE
"""


def problems_of(text: str, file: str = "f.yaml"):
    with pytest.raises(RuleCompilationError) as caught:
        parse({file: text})
    return caught.value.diagnostics


def test_a_document_keeps_its_place():
    documents = parse({"f.yaml": GOOD.replace("message: no", "message: 'no'")})
    (located,) = documents.rule_sets
    assert located.document.metadata.version == 3
    spot = located.source.spot(("spec", "rules", 0, "expression"))
    assert (spot.line + 1, spot.column + 1) == (9, 19)


def test_yaml_that_reads_no_as_false_is_refused_where_it_stands():
    (problem,) = problems_of(GOOD)
    assert (problem.line, problem.column, problem.code) == (10, 16, "value")


def test_a_wrong_field_name_is_shown_with_a_caret_and_the_nearest_name():
    (problem,) = problems_of(GOOD.replace("message: no", "message: 'no'\n      mesageExpression: \"'x'\""))
    assert str(problem).splitlines() == [
        "f.yaml:11:7 unknown-field there is no field mesageExpression",
        "          mesageExpression: \"'x'\"",
        "          ^",
        "    hint: did you mean messageExpression?",
    ]


def test_all_problems_of_all_files_come_at_once():
    with pytest.raises(RuleCompilationError) as caught:
        parse({"a.yaml": GOOD.replace("id: one", "id: One"), "b.yaml": "kind: Ruleset\n", "c.yaml": "a: [1"})
    found = [(each.file, each.code) for each in caught.value.diagnostics]
    assert found == [("a.yaml", "value"), ("a.yaml", "value"), ("b.yaml", "kind"), ("c.yaml", "yaml")]


def test_an_unknown_kind_names_the_known_ones():
    (problem,) = problems_of("apiVersion: rules/v1\nkind: Waver\n")
    assert problem.text == "there is no kind 'Waver'"
    assert problem.hint == "did you mean Waiver?"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- 1\n- 2\n", "document"),
        ("kind: [RuleSet]\n", "kind"),
        (GOOD.replace("version: 3", "version: 0").replace("message: no", "message: 'no'"), "value"),
        (GOOD.replace("message: no", "message: 'no'\n      message: 'again'"), "duplicate-key"),
        (GOOD.replace("      reason: ONE\n", "").replace("message: no", "message: 'no'"), "missing-field"),
        ("a: b: c", "yaml"),
        (limit_set(limit(max="provider.max_panel")), "value"),
        (limit_set(limit(max="provider.max_panel", distinct="patient.facility_id", target=1.5)), "value"),
    ],
)
def test_what_cannot_be_meant_is_refused(text, code):
    assert code in [each.code for each in problems_of(text)]


def test_rules_of_one_name_are_refused_across_files():
    with pytest.raises(RuleCompilationError) as caught:
        parse({"a.yaml": rule_set(rule("true")), "b.yaml": rule_set(rule("false"))})
    assert [each.text for each in caught.value.diagnostics] == [
        "RuleSet ruleset exists already",
        "rule r exists already",
    ]


def test_effective_covers_its_first_day_and_not_its_last():
    text = rule_set(rule("true", effective={"from": date(2026, 1, 1), "to": date(2026, 2, 1)}))
    effective = parse({"f.yaml": text}).rule_sets[0].document.spec.rules[0].effective
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1)]
    assert [effective.covers(day) for day in days] == [False, True, True, False]


def test_an_objective_becomes_a_preset():
    text = """\
apiVersion: rules/v1
kind: Objective
metadata: {name: mine}
spec:
  title: Mine
  movable: displaced
  maxMoves: 5
  terms: {unassigned: 100, continuity: {weight: 4, byTenure: 0.5}}
  tiers: [[unassigned], [continuity]]
"""
    preset = parse({"o.yaml": text}).objectives["mine"]
    assert preset.terms == (Term("unassigned", 100), Term("continuity", 4, by_tenure=0.5))
    assert (preset.movable, preset.max_moves, preset.tiers) == (
        "displaced",
        5,
        (("unassigned",), ("continuity",)),
    )


def test_tiers_must_name_every_term():
    text = GOOD.replace("kind: RuleSet", "kind: Objective")
    text = (
        text[: text.index("spec:")]
        + "spec: {title: T, terms: {unassigned: 1, travel: 1}, tiers: [[travel]]}\n"
    )
    (problem,) = problems_of(text)
    assert problem.text == "tiers must name every term once"


def test_the_digest_changes_with_the_text():
    one, other = (parse({"f.yaml": rule_set(rule(text))}).digest for text in ("true", "false"))
    assert one != other
    assert one == parse({"f.yaml": rule_set(rule("true"))}).digest
