import pytest

from data.objective import Objective
from rules.compiler import compile_rules
from rules.documents import parse
from rules.examples import run_examples
from rules.packs import PACKS, pack_text

CORE = parse(pack_text("core"))
PRESETS = parse(pack_text("objectives")).objectives


def test_every_pack_compiles():
    for name in PACKS:
        compile_rules(parse(pack_text(name)))
    with pytest.raises(KeyError, match="the packs are core, objectives, findings"):
        pack_text("corn")


@pytest.mark.parametrize("pack", PACKS)
def test_the_examples_of_every_pack_hold_and_show_every_clause_true_and_false(pack):
    report = run_examples(parse(pack_text(pack)))
    assert report.failures == ()
    assert report.uncovered == ()


def test_every_rule_of_the_core_pack_says_what_to_do():
    rules = compile_rules(CORE).rules
    assert [each.rule.id for each in rules if not (each.rule.remedy and each.rule.message_expression)] == []
    assert len({each.rule.reason for each in rules}) == len(rules)


def test_the_core_pack_has_the_four_limits():
    assert [each.limit.id for each in compile_rules(CORE).limits] == [
        "panel",
        "daily-visits",
        "weekly-hours",
        "facilities",
    ]


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_presets_share_one_scale(preset: Objective):
    assert preset.weight("travel") == 10
    assert preset.weight("unassigned") == 24_000
    assert preset.weight("overload") == 4_000


def test_there_is_a_preset_for_every_occasion():
    assert {name: each.movable for name, each in PRESETS.items()} == {
        "rebalance": "everyone",
        "fill_gaps": "unassigned",
        "departure": "displaced",
        "geo_optimize": "everyone",
        "onboard_facility": "unassigned",
        "closure_merge": "everyone",
        "coverage_first": "everyone",
    }
    assert [name for name, each in PRESETS.items() if each.tiers] == ["coverage_first"]
