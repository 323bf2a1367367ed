"""A document takes the place of the one of its name."""

from pathlib import Path

import pytest

from api.settings import Settings
from api.wiring import rulebook, rules_folder, texts_in_force
from api.workflow.decide import Rulebook, overlaid
from rules.diagnostics import RuleCompilationError
from rules.packs import pack_text
from tests.rules.written import rule, rule_set


def test_a_file_takes_the_place_of_the_one_of_its_name_wherever_it_is():
    assert overlaid({"core.yaml": "1", "own/a.yaml": "2"}, {"other/a.yaml": "3"}) == {
        "core.yaml": "1",
        "other/a.yaml": "3",
    }


@pytest.fixture
def settings(tmp_path):
    made = Settings(tmp_path / "panelwise.db", "ann")
    rules_folder(made).mkdir()
    return made


def test_a_rule_in_force_can_be_changed_and_looked_at_again(settings, tmp_path):
    (rules_folder(settings) / "ours.yaml").write_text(rule_set(rule("true", id="ours")))
    changed = tmp_path / "ours.yaml"
    changed.write_text(rule_set(rule("patient.acuity < 3", id="ours")))
    (found,) = [each for each in rulebook(settings, [changed]).compiled.rules if each.rule.id == "ours"]
    assert found.rule.expression == "patient.acuity < 3"
    twice = tmp_path / "twice.yaml"
    twice.write_text(rule_set(rule("true", id="ours")))
    with pytest.raises(RuleCompilationError, match="rule ours exists already"):
        rulebook(settings, [twice])


def test_a_pack_that_is_taken_over_is_read_from_the_stores_own_folder(settings):
    own = pack_text("core")["core.yaml"].replace("compact_states: []", "compact_states: [MA]")
    (rules_folder(settings) / "core.yaml").write_text(own)
    texts = texts_in_force(settings)
    assert [Path(each).parent.name for each in texts if Path(each).name == "core.yaml"] == ["panelwise.rules"]
    assert list(Rulebook.of(texts).compiled.params.compact_states) == ["MA"]
