import numpy as np
import pytest

from data.objective import Objective
from data.slot import Slot
from rules.compiler import compile_rules
from rules.documents import parse
from rules.evaluator import loads
from rules.examples import run_examples
from rules.packs import OPTIONAL, PACKS, pack_text
from tests.builders import snapshot

CORE = parse(pack_text("core"))
PRESETS = parse(pack_text("objectives")).objectives


def test_every_pack_compiles():
    for name in PACKS + OPTIONAL:
        compile_rules(parse(pack_text(name)))
    with pytest.raises(KeyError, match=f"the packs are {', '.join(PACKS + OPTIONAL)}"):
        pack_text("corn")


@pytest.mark.parametrize("pack", PACKS + OPTIONAL)
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


def limits_of(pack, slot, **provider):
    made = compile_rules(parse(pack_text(pack)))
    world = snapshot(patients=[{"patient_id": "A"}], providers=[{"provider_id": "P", **provider}])
    found = loads(made, world, slot, np.zeros(1, np.int32)).summed
    return {each.id: (int(each.maximum[0]), int(each.standing_use[0])) for each in found}


@pytest.mark.parametrize(
    ("provider", "most"),
    [
        ({}, 1_200_000),
        ({"max_panel": 800.0}, 800_000),
    ],
)
def test_a_va_panel_is_1200_patients_or_what_is_recorded(provider, most):
    assert limits_of("va-panel", Slot(), **provider) == {"va-panel": (most, 1000)}
    assert limits_of("va-panel", Slot("program:ACT", "case_manager"), **provider) == {}


def test_caseloads_are_ten_and_twenty_in_their_programs_and_nowhere_else():
    assert limits_of("caseload", Slot("program:ACT", "case_manager")) == {"act-caseload": (10_000, 1000)}
    assert limits_of("caseload", Slot("program:ICM", "case_manager")) == {"icm-caseload": (20_000, 1000)}
    assert limits_of("caseload", Slot()) == {}
