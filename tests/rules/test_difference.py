from rules.compiler import load_rules
from rules.difference import altered, difference
from tests.rules.written import binding, limit, limit_set, rule, rule_set, waiver

WAIVABLE = {"by": ["manager"], "maxDays": 365}


def loaded(*rules, params=None, more=()):
    texts = {"r.yaml": rule_set(*rules, params=params)} | {f"m{i}.yaml": text for i, text in enumerate(more)}
    return load_rules(texts)


def told(one, other):
    return [str(each) for each in difference(one[0], other[0])]


def test_rules_are_compared_field_by_field():
    one = loaded(rule("true"), rule("true", id="gone"), params={"n": 1})
    other = loaded(rule("false", message="never"), rule("true", id="new"), params={"n": 2})
    assert told(one, other) == [
        "parameter ruleset.n changed: value: 1 → 2",
        "rule r changed: expression: true → false; message: no → never",
        "rule new added",
        "rule gone removed",
    ]
    assert told(one, one) == []


def test_limits_bindings_and_waivers_are_compared_too():
    panel = limit(sum="patient.panel_weight", max="provider.max_panel")
    one = loaded(rule("true", waivable=WAIVABLE), more=[limit_set(panel)])
    more = [limit_set({**panel, "target": 0.9}), binding(mode="warn"), waiver(patient="A")]
    assert told(one, loaded(rule("true", waivable=WAIVABLE), more=more)) == [
        "limit panel changed: target: (none) → 0.9",
        "binding bound added",
        "waiver waived added",
    ]


def test_a_rule_is_altered_by_its_text_its_mode_its_waivers_and_the_parameters_it_reads():
    rules = [rule("patient.acuity < params.n", waivable=WAIVABLE), rule("params.m > 0", id="s")]
    one = loaded(*rules, params={"n": 1, "m": 1})

    def names(other):
        return [each.rule.id for each in altered(one[1], other[1])]

    assert names(one) == []
    assert names(loaded(*rules, params={"n": 2, "m": 1})) == ["r"]
    assert names(loaded(*rules, params={"n": 1, "m": 1}, more=[binding(mode="warn")])) == ["r", "s"]
    assert names(loaded(*rules, params={"n": 1, "m": 1}, more=[waiver(patient="A")])) == ["r"]
