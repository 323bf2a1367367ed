"""What other rules would change, by hand on three patients and two providers."""

from datetime import date

from api.workflow.decide import Rulebook
from api.workflow.shadow import shadow
from data.slot import Slot
from tests.builders import assigned, snapshot
from tests.rules.written import binding, rule, rule_set

WORLD = snapshot(
    date(2026, 6, 15),
    patients=[
        {"patient_id": "A", "language": "es"},
        {"patient_id": "B", "language": "en"},
        {"patient_id": "C", "language": "fr"},
    ],
    providers=[{"provider_id": "P", "languages": ["en"]}, {"provider_id": "Q", "languages": ["en", "es"]}],
    assignments=[assigned("A", "P"), assigned("B", "P")],
)
EASY = Rulebook.of({"r.yaml": rule_set(rule("true"))})
STRICT = {"r.yaml": rule_set(rule("patient.language in provider.languages"))}


def test_a_stricter_rule_says_who_loses_whom():
    said = shadow(WORLD, EASY, Rulebook.of(STRICT), Slot())
    # before: 3 x 2; after: A has Q, B has P and Q, C nobody: A loses 1, C loses 2
    assert (said.patients, said.pairs_before, said.pairs_after) == (3, 6, 3)
    assert (said.pairs_lost, said.pairs_gained, said.losing) == (3, 0, 2)
    assert said.stranded.to_pylist() == [{"patient_id": "C", "provider_id": None, "rules": ""}]
    assert said.failing.to_pylist() == [{"patient_id": "A", "provider_id": "P", "rules": "r"}]
    assert (said.freed.num_rows, said.mended.num_rows) == (0, 0)
    assert [(each.rule_id, each.passed, each.failed) for each in said.rules] == [("r", 3, 3)]


def test_the_way_back_is_the_mirror():
    said = shadow(WORLD, Rulebook.of(STRICT), EASY, Slot())
    assert (said.pairs_lost, said.pairs_gained) == (0, 3)
    assert said.freed["patient_id"].to_pylist() == ["C"]
    assert said.mended.to_pylist() == [{"patient_id": "A", "provider_id": "P", "rules": "r"}]


def test_a_rule_in_shadow_mode_changes_nothing_and_is_counted():
    said = shadow(WORLD, EASY, Rulebook.of(STRICT | {"b.yaml": binding(mode="shadow")}), Slot())
    assert (said.pairs_lost, said.failing.num_rows, said.stranded.num_rows) == (0, 0, 0)
    assert [(each.rule_id, each.failed, each.lonely) for each in said.rules] == [("r", 3, 1)]
