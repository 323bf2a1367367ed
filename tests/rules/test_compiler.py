import pytest

from rules.clauses import Clause
from rules.compiler import compile_rules, load_rules
from rules.diagnostics import RuleCompilationError
from rules.documents import parse
from rules.reads import Read
from tests.rules.written import compiled, limit, limit_set, rule, rule_set


def problems_of(*rules, limits=None, params=None):
    with pytest.raises(RuleCompilationError) as caught:
        compiled(*rules, limits=limits, params=params)
    return caught.value.diagnostics


@pytest.mark.parametrize(
    ("expression", "text", "hint"),
    [
        ("patient.stat == 'MA'", "undefined field 'stat'", "did you mean state?"),
        ("patient.state == 3", "no matching overload", ""),
        ("patients.state == 'MA'", "undeclared reference to 'patients.state'", "did you mean patient?"),
        ("provider.licenses.exists(l, l.stae == 'MA')", "undefined field 'stae'", "did you mean state?"),
        ("patient.current_provider_id == ''", "current_provider_id", "standing: ignore"),
        ("provider == provider", "whole provider record", "provider.provider_id"),
        ("patient.facility == null", "whole facility record", "facility.facility_id"),
        ("patient.active &&", "Syntax error", ""),
        ("params.nothing == 1", "undefined field 'nothing'", ""),
        ("patient.age", "gives", ""),
    ],
)
def test_an_expression_that_cannot_work_is_refused_with_a_hint(expression, text, hint):
    problem = problems_of(rule(expression))[0]
    assert text in problem.text
    assert hint in problem.hint


def test_a_problem_is_shown_at_its_column_in_the_file():
    (problem,) = problems_of(rule("patient.active && patient.stat == 'MA'"))
    # the file's line is "    expression: patient.active && patient.stat ...": 16 columns, then 25 to the dot
    assert problem.source[problem.column - 1 :].startswith(".stat")


def test_a_problem_in_a_block_is_shown_in_its_line():
    text = rule_set(rule("X")).replace("X", "|-\n      patient.active\n      && patient.stat == 'MA'")
    with pytest.raises(RuleCompilationError) as caught:
        compile_rules(parse({"f.yaml": text}))
    (problem,) = caught.value.diagnostics
    assert problem.source[problem.column - 1 :].startswith(".stat")


def test_problems_of_rules_messages_and_limits_come_at_once():
    found = problems_of(
        rule("patient.a", id="a", messageExpression="1"),
        rule("true", id="b", when=["1"], scope="provider"),
        rule("patient.active", id="c", scope="provider"),
        limits=[limit(sum="patient.name", max="patient.acuity"), limit(id="f", distinct="1", max="1.0")],
        params={"p": {"a": {"b": 1}}},
    )
    assert sorted(each.code for each in found) == [
        "expression",
        "params",
        "scope",
        "side",
        "type",
        "type",
        "type",
        "type",
    ]


def test_a_date_that_may_be_empty_must_be_tested_somewhere_in_the_rule():
    late = "provider.ends_on > as_of"
    (problem,) = problems_of(rule(f"patient.active || {late}"))
    assert problem.code == "empty-date"
    assert problem.source[problem.column - 1 :].startswith(".ends_on > as_of")
    compiled(rule(f"!has(provider.ends_on) || {late}"))
    compiled(rule(late, when=["has(provider.ends_on)"]))
    compiled(rule("provider.absences.all(a, a.starts_on > as_of)"))  # a required column


def test_loading_reports_form_and_expressions_together():
    texts = {"a.yaml": "kind: Nothing", "b.yaml": rule_set(rule("patient.stat == ''"))}
    with pytest.raises(RuleCompilationError) as caught:
        load_rules(texts)
    assert [(each.file, each.code) for each in caught.value.diagnostics] == [
        ("a.yaml", "kind"),
        ("b.yaml", "expression"),
    ]
    documents, made = load_rules({"b.yaml": rule_set(rule("patient.active"))})
    assert (len(documents.rule_sets), len(made.rules)) == (1, 1)


def test_two_documents_may_not_differ_in_a_parameter():
    texts = {
        "a.yaml": rule_set(rule("params.n == 1"), params={"n": 1}),
        "b.yaml": limit_set(limit(sum="1.0", max="1.0")).replace("limits:", "params: {n: 2}\n  limits:"),
    }
    with pytest.raises(RuleCompilationError, match="parameter n has another value elsewhere"):
        compile_rules(parse(texts))


def skeleton(clause: Clause):
    if clause.operation == "leaf":
        return clause.text
    return (clause.operation, *(skeleton(part) for part in clause.parts))


A, B, C, D = "patient.active", "provider.active", "provider.approved", "has(patient.zip)"


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        (A, A),
        (f"!({A})", ("not", A)),
        (f"{A} && {B} && {C} || !{D}", ("or", ("and", ("and", A, B), C), ("not", D))),
        (f"({A}) && (({B} || {C}))", ("and", A, ("or", B, C))),
        (f"{A} && patient.state == ') && ('", ("and", A, "patient.state == ') && ('")),
        (f"({A} && {B}) // a comment (", ("and", A, B)),
        (f"({A} // a && b\n && {B})", ("and", A, B)),
        (f"({A} && patient.state != r'(\\d') || ({B})", ("or", ("and", A, "patient.state != r'(\\d'"), B)),
        (
            f"({A}) || patient.state == 'it\\'s (' || ({B})",
            ("or", ("or", A, "patient.state == 'it\\'s ('"), B),
        ),
    ],
)
def test_conditions_are_split_at_and_or_and_not(expression, wanted):
    assert skeleton(compiled(rule(expression)).rules[0].condition) == wanted


def test_fields_are_named_with_the_columns_of_lists_that_matter():
    made = compiled(rule("provider.licenses.exists(l, l.state == patient.facility.state && l.compact)"))
    assert made.reads == {
        Read("patient", ("facility", "state")),
        Read("provider", ("licenses",), ("compact", "state")),
    }


def test_a_quantity_is_split_only_where_both_sides_meet():
    made = compiled(
        limits=[
            limit(
                sum="patient.visits_per_month * 12.0 / 52.0 "
                "* (1.0 + geo.miles(patient.place, provider.place))",
                max="provider.max_panel",
            )
        ]
    )
    use = made.limits[0].use
    assert use is not None
    assert skeleton(use) == (
        "*",
        "patient.visits_per_month * 12.0 / 52.0",
        ("+", "1.0", "geo.miles(patient.place, provider.place)"),
    )


def test_the_stamp_names_the_rules():
    stamp = compiled(rule("true")).stamp
    assert (stamp.name, stamp.version, len(stamp.digest)) == ("ruleset", 1, 64)
