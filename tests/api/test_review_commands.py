"""Review on the command line: decide about single patients, hand in, commit; and a provider who leaves."""

import json

import pytest

from api.cli import run
from tests.api.reviewed import clinic
from tests.api.service import DAY, filled_store

POLICY = """
apiVersion: rules/v1
kind: ApprovalPolicy
metadata: {name: everything}
spec: {mostChanges: 0}
"""


@pytest.fixture
def panelwise(tmp_path, capsys):
    """Run a command beside a small store: its exit code, and what it printed (JSON where it is)."""
    path = tmp_path / "panelwise.db"
    filled_store(path, clinic()).close()

    def command(*arguments, at=True):
        day = ("--as-of", str(DAY)) if at else ()
        code = run([*arguments, "--db", str(path), *day])
        shown = capsys.readouterr()
        return code, json.loads(shown.out) if "--json" in arguments else shown.out + shown.err

    return command


@pytest.fixture
def plan_id(panelwise):
    return panelwise("propose", "--preset", "fill_gaps", "--work", "1", "--json")[1]["header"]["plan_id"]


def test_a_plan_is_reviewed_and_its_approval_is_somebody_elses(panelwise, plan_id, tmp_path):
    wish = ("--patient", "A2", "--reason", "family asked")
    code, revised = panelwise("review", "reject", plan_id, *wish, "--json")
    assert (code, revised["header"]["plan_id"]) == (0, f"{plan_id}.2")
    assert "A2" not in {each["patient_id"] for each in revised["moves"]}
    assert "Decided in review" in panelwise("preview", f"{plan_id}.2", at=False)[1]
    _, rejected = panelwise("review", "rejections", "--json", at=False)
    assert [each["patient_id"] for each in rejected] == ["A2"]
    number = str(rejected[0]["rejection_id"])
    assert panelwise("review", "revoke", number, at=False)[0] == 0
    assert "No pair is rejected." in panelwise("review", "rejections", at=False)[1]

    (tmp_path / "policy.yaml").write_text(POLICY)
    assert panelwise("rules", "add", str(tmp_path / "policy.yaml"), at=False)[0] == 0
    code, said = panelwise("commit", f"{plan_id}.2")
    assert code == 4
    assert "approval by a manager (3 changes, 0 allowed)" in said
    assert panelwise("review", "waiting", "--json", at=False)[1][0]["state"] == "asked"
    code, said = panelwise("review", "approve", f"{plan_id}.2", at=False)
    assert code == 4
    assert "somebody else has to approve it" in said
    assert panelwise("review", "refuse", f"{plan_id}.2", "--reason", "not now", at=False)[0] == 0
    code, said = panelwise("commit", f"{plan_id}.2")
    assert (code, "is rejected" in said) == (4, True)


def test_targets_and_mistakes_are_told(panelwise, plan_id):
    wish = ("--patient", "A3", "--to", "P4", "--reason", "nearer")
    code, said = panelwise("review", "retarget", plan_id, *wish)
    assert (code, "panelwise rules waive licensed" in said) == (2, True)
    assert panelwise("review", "settle", plan_id)[0] == 2
    assert panelwise("review", "submit", plan_id, at=False)[1].startswith("It needs nobody's word")
    assert panelwise("review", "expire", at=False) == (0, "0 expired: none\n")
    assert panelwise("propose", "--existing-visits", "perhaps")[0] == 2


def test_who_still_has_patients_is_not_deactivated(panelwise):
    code, found = panelwise("departure-check", "P1", "--json")
    assert (code, [each["code"] for each in found]) == (3, ["PATIENTS", "VISITS"])
    code, refused = panelwise("deactivate", "P1", "--reason", "moves away", "--json")
    assert (code, refused["error"]["code"]) == (4, "BLOCKED")
    assert panelwise("deactivate", "P4", "--reason", "moves away")[0] == 0
    code, visits = panelwise("visits", "--json")
    assert (code, [each["visit_id"] for each in visits]) == (0, ["V4"])
    assert panelwise("activate", "--ahead", "30", "--json") == (0, [])
