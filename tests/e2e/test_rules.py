"""A rule from the first line to force, as somebody does it who has never seen the code."""

import json

import pytest
import yaml


@pytest.fixture
def clinic(panelwise):
    day = ("--as-of", "2026-11-02")
    assert panelwise("generate", "--out", "csv", "--patients", "200", "--seed", "3", *day).code == 0
    assert panelwise("import", "csv", *day).code == 0
    return lambda *arguments: panelwise(*arguments, *day)


def test_a_new_rule_is_written_tested_tried_shadowed_and_enforced(panelwise, clinic, tmp_path):
    assert panelwise("rules", "new", "own-language.yaml").code == 0
    assert "exists already" in panelwise("rules", "new", "own-language.yaml").err
    assert panelwise("rules", "check", "own-language.yaml").code == 0
    tested = panelwise("rules", "test", "own-language.yaml", "--json").json
    assert not [each for each in tested["coverage"] if not (each["seen_true"] and each["seen_false"])]
    (tried,) = clinic("rules", "try", "own-language.yaml", "--json").json["rules"]
    shadow = clinic("rules", "shadow", "own-language.yaml", "--solve", "2", "--json").json
    assert [each["name"] for each in shadow["changes"] if each["what"] == "rule"] == ["own-language"]
    assert shadow["enforced"] == ["own-language-at-first"]
    assert 0 < shadow["pairs_lost"] <= tried["failed"]
    assert shadow["after"]["value"] >= shadow["before"]["bound"]
    file = tmp_path / "own-language.yaml"
    enforced = [each for each in yaml.safe_load_all(file.read_text()) if each["kind"] != "RuleBinding"]
    file.write_text(yaml.safe_dump_all(enforced))
    enforcing = clinic("rules", "shadow", "own-language.yaml", "--solve", "0", "--json").json
    assert (enforcing["pairs_lost"], enforcing["enforced"]) == (shadow["pairs_lost"], [])
    assert panelwise("rules", "add", "own-language.yaml").code == 0
    assert [each["in_force"] for each in panelwise("rules", "versions", "--json").json] == [True, True]
    audit = clinic("audit", "--json").json
    assert len([each for each in audit["findings"] if each["rule_id"] == "own-language"]) == len(
        shadow["failing"]
    )


def test_a_limit_of_five_patients_of_a_kind_is_kept_by_the_next_plan(panelwise, clinic, tmp_path):
    (tmp_path / "wounds.yaml").write_text(
        """\
apiVersion: rules/v1
kind: LimitSet
metadata: {name: wound-care}
spec:
  limits:
    - id: wound-care
      title: Wound-care patients
      unit: patients
      when: ["patient.acuity >= 4"]
      sum: "1.0"
      max: "5.0"
"""
    )
    assert panelwise("rules", "add", "wounds.yaml").code == 0
    plan = clinic("propose", "--preset", "rebalance", "--seconds", "3", "--json").json
    loads = [each for each in plan["loads"] if each["limit_id"] == "wound-care"]
    assert loads
    assert all(each["after"] <= max(5, each["before"]) for each in loads)


def test_a_waiver_lets_a_pair_pass_and_rules_of_another_day_are_replayed(panelwise, clinic, tmp_path):
    removed = None
    for patient in range(1, 60):
        said = clinic("why-not", "--patient", f"A{patient:07}", "--json")
        if said.code == 0:
            far = [
                (provider, each["rule_id"])
                for each, sample in zip(said.json["removals"], said.json["samples"], strict=True)
                for provider in sample
                if each["rule_id"] in ("within-reach", "region")
            ]
            if far:
                removed = f"A{patient:07}", *far[0]
                break
    assert removed
    patient, provider, rule = removed
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
    before = clinic("why", "--patient", patient, "--provider", provider, "--json").json
    assert panelwise("rules", "add", "waiver.yaml").code == 0
    after = clinic("why", "--patient", patient, "--provider", provider, "--json").json
    verdicts = [
        {each["rule_id"]: each["verdict"] for each in said["rules"]}[rule] for said in (before, after)
    ]
    assert verdicts == ["fail", "waived"]


def test_findings_are_recorded_and_compared(panelwise, clinic):
    first = clinic("findings", "--json").json
    assert (first["run"], first["findings"] != []) == (1, True)
    second = clinic("findings", "--new", "--json").json
    assert (second["run"], second["findings"], second["gone"]) == (2, [], [])
