"""A rule from the first line to force, as somebody does it who has never seen the code."""

import contextlib
import csv
import json
import re
from datetime import UTC, date, datetime
from itertools import product

import pytest
import yaml

from api.errors import RequestError
from api.workflow.decide import Rulebook
from api.workflow.temporary import Temporarily, temporary
from data.slot import Slot
from data.sql.opening import open_store
from rules.packs import PACKS, pack_text
from rules.validate import Validator
from tests.readme import README

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def panelwise(clinic):
    """Commands beside a store that is filled."""
    return clinic


@pytest.fixture
def on_the_day(panelwise):
    """The same, seen from the day on which the store was filled."""
    return lambda *arguments: panelwise(*arguments, "--as-of", "2026-11-02")


def test_a_new_rule_is_written_tested_tried_shadowed_and_enforced(panelwise, on_the_day, tmp_path):
    assert panelwise("rules", "new", "own-language.yaml").code == 0
    assert "exists already" in panelwise("rules", "new", "own-language.yaml").err
    assert panelwise("rules", "check", "own-language.yaml").code == 0
    tested = panelwise("rules", "test", "own-language.yaml", "--json").json
    assert not [each for each in tested["coverage"] if not (each["seen_true"] and each["seen_false"])]
    (tried,) = on_the_day("rules", "try", "own-language.yaml", "--json").json["rules"]
    shadow = on_the_day("rules", "shadow", "own-language.yaml", "--solve", "2", "--json").json
    assert [each["name"] for each in shadow["changes"] if each["what"] == "rule"] == ["own-language"]
    assert shadow["enforced"] == ["own-language-at-first"]
    assert 0 < shadow["pairs_lost"] <= tried["failed"]
    assert shadow["after"]["value"] >= shadow["before"]["bound"]
    file = tmp_path / "own-language.yaml"
    enforced = [each for each in yaml.safe_load_all(file.read_text()) if each["kind"] != "RuleBinding"]
    file.write_text(yaml.safe_dump_all(enforced))
    enforcing = on_the_day("rules", "shadow", "own-language.yaml", "--solve", "0", "--json").json
    assert (enforcing["pairs_lost"], enforcing["enforced"]) == (shadow["pairs_lost"], [])
    assert panelwise("rules", "add", "own-language.yaml").code == 0
    assert [each["in_force"] for each in panelwise("rules", "versions", "--json").json] == [True, True]
    audit = on_the_day("audit", "--json").json
    assert len([each for each in audit["findings"] if each["rule_id"] == "own-language"]) == len(
        shadow["failing"]
    )
    before = panelwise("rules", "versions", "--json").json[-1]["digest"]
    back = panelwise("rules", "restore", before, "--reason", "not yet", "--json").json
    assert back["version"] == before
    assert panelwise("rules", "list", "--json").json["own"] == []
    newest = panelwise("history", "--json").json[0]
    assert (newest["subject"], newest["reason"]) == (f"version {before[:12]}", "not yet")


WOUND_CARE = "163WW0000X"


@pytest.fixture
def wound_clinic(panelwise, health_system, tmp_path):
    """Thirty patients who need wound care, which every provider can give."""
    (tmp_path / "csv").mkdir()
    for name, column, rows in (("patients", "needs", 30), ("providers", "specialties", 1000)):
        with_code(health_system / "csv" / f"{name}.csv", tmp_path / "csv" / f"{name}.csv", column, rows)
    assert panelwise("import", "csv", "--as-of", "2026-11-02").code == 0
    return lambda *arguments: panelwise(*arguments, "--as-of", "2026-11-02")


def with_code(source, target, column, rows):
    """Copy a file with the code for wound care added to its first rows."""
    with source.open(newline="", encoding="utf-8") as read:
        lines = list(csv.DictReader(read))
    for line in lines[:rows]:
        line[column] = "|".join(filter(None, [line[column], WOUND_CARE]))
    with target.open("w", newline="", encoding="utf-8") as written:
        writer = csv.DictWriter(written, lines[0])
        writer.writeheader()
        writer.writerows(lines)


def test_at_most_five_wound_care_patients_for_each_provider_as_the_readme_has_it(
    panelwise, wound_clinic, tmp_path
):
    """Written, checked, tested, tried, in shadow mode, and enforced in the next plan."""
    shown = re.findall(r"```yaml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (limits,) = [each for each in shown if "wound-care" in each]
    at_first = "---\napiVersion: rules/v1\nkind: RuleBinding\nmetadata: {name: at-first}\n"
    file = tmp_path / "our-limits.yaml"
    file.write_text(f"{limits}{at_first}spec: {{limitSet: our-limits, mode: shadow}}\n")
    tested = panelwise("rules", "test", "our-limits.yaml", "--json").json
    assert [each["rule_id"] for each in tested["results"]] == ["wound-care", "wound-care"]
    assert all(each["seen_true"] and each["seen_false"] for each in tested["coverage"])
    tried = wound_clinic("rules", "try", "our-limits.yaml", "--json").json
    (effect,) = tried["limits"]
    assert (effect["limit_id"], effect["over"]) == ("wound-care", len(tried["over"]))
    assert panelwise("rules", "add", "our-limits.yaml").code == 0

    def proposed():
        plan = wound_clinic("propose", "--preset", "rebalance", "--work", "1", "--json").json
        return {each["provider_id"]: each for each in plan["loads"] if each["limit_id"] == "wound-care"}

    assert proposed() == {}
    shadow = wound_clinic("rules", "shadow", "--solve", "1", "--json").json
    assert (shadow["enforced"], shadow["limits"]) == (["at-first"], [effect])
    assert shadow["after"]["counts"]["left"] >= shadow["before"]["counts"]["left"]
    file.write_text(limits)
    assert panelwise("rules", "add", "our-limits.yaml").code == 0
    loads = proposed()
    assert loads
    assert all(each["after"] <= max(5, each["before"]) for each in loads.values())
    assert sum(each["after"] for each in loads.values()) <= 30
    assert "nothing in force is in shadow mode" in wound_clinic("rules", "shadow").err


def test_a_limit_to_start_from_works_as_it_is_written(panelwise, tmp_path):
    assert panelwise("rules", "new", "--limit", "complex-patients.yaml").code == 0
    tested = panelwise("rules", "test", "complex-patients.yaml", "--json").json
    assert len(tested["results"]) == 2
    assert all(each["seen_true"] and each["seen_false"] for each in tested["coverage"])


def test_a_pack_is_taken_over_and_changed(panelwise, on_the_day, tmp_path):
    assert panelwise("rules", "add", "attribution").code == 0
    used = {each["pack"]: each["use"] for each in panelwise("rules", "packs", "--json").json}
    assert (used["attribution"], used["core"], used["va-panel"]) == ("yours", "in force", "optional")
    own = tmp_path / "panelwise.rules" / "attribution.yaml"
    own.write_text(own.read_text().replace("title: nearest,", "title: whoever is near,"))
    found = on_the_day("attribute", "--method", "ordered", "--json").json
    assert found
    assert {each["by"] for each in found} <= {
        None, "on record", "visits", "household's provider", "household's visits", "whoever is near",
    }  # fmt: skip
    assert "there are: four-cut, ordered" in on_the_day("attribute", "--method", "five-cut").err


def pair_out_of_network(path):
    """A patient, and a provider with room to whom one rule alone objects: the insurance."""
    book = Rulebook.of({file: text for pack in PACKS for file, text in pack_text(pack).items()})
    store = open_store(path, NOON)
    try:
        snapshot = store.snapshot(NOON.date())
    finally:
        store.close()
    judge = Validator(book.compiled, snapshot, Slot())
    for patient, provider in product(snapshot.patient_ids, snapshot.provider_ids):
        objecting = [each.rule_id for each in judge.validate(patient, provider).objections if each.hard]
        if objecting == ["insured"]:
            wish = Temporarily(patient, provider, date(2026, 12, 1), "asked", "", lambda _: "")
            with contextlib.suppress(RequestError):
                temporary(snapshot, book, wish, "ada", NOON)
                return patient, provider
    raise AssertionError("everybody is in every network")


def test_a_patient_may_be_given_for_the_time_being_only_after_an_approval(on_the_day, tmp_path):
    patient, provider = pair_out_of_network(tmp_path / "panelwise.db")
    pair = ("--patient", patient, "--provider", provider)
    asked = ("set-temporary", *pair, "--review-on", "2026-12-01", "--reason", "Until the plan changes")
    made = on_the_day(*asked, "--json").json
    assert (made["pending"], made["header"]["review_on"]) == (["waiver-1"], "2026-12-01")
    refused = on_the_day("commit", made["header"]["plan_id"])
    assert (refused.code, f"NOT_ELIGIBLE {patient}" in refused.err) == (4, True)
    found = on_the_day("findings", "--code", "WAIVER_REQUESTED", "--json").json["findings"]
    assert [each["subject"] for each in found] == ["waiver waiver-1"]
    assert "somebody else has to approve it" in on_the_day("rules", "approve", "waiver-1").err


def test_a_waiver_lets_a_pair_pass_and_rules_of_another_day_are_replayed(panelwise, on_the_day, tmp_path):
    patient, provider = pair_out_of_network(tmp_path / "panelwise.db")
    rule = "insured"
    waiver = {
        "apiVersion": "rules/v1",
        "kind": "Waiver",
        "metadata": {"name": "one"},
        "spec": {
            "rule": rule,
            "patient": patient,
            "provider": provider,
            "reason": "family asked",
            "approvedBy": {"name": "Kim", "role": "manager"},
            "from": "2026-10-01",
            "until": "2026-12-01",
        },
    }
    (tmp_path / "waiver.yaml").write_text(json.dumps(waiver))
    before = on_the_day("why", "--patient", patient, "--provider", provider, "--json").json
    assert panelwise("rules", "add", "waiver.yaml").code == 0
    after = on_the_day("why", "--patient", patient, "--provider", provider, "--json").json
    verdicts = [
        {each["rule_id"]: each["verdict"] for each in said["rules"]}[rule] for said in (before, after)
    ]
    assert verdicts == ["fail", "waived"]


def test_findings_are_recorded_and_compared(panelwise, on_the_day):
    first = on_the_day("findings", "--json").json
    assert (first["run"], first["findings"] != []) == (1, True)
    second = on_the_day("findings", "--new", "--json").json
    assert (second["run"], second["findings"], second["gone"]) == (2, [], [])
