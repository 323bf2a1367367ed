"""Bad input of every kind: a message with place and remedy, exit code 2, nothing written."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Done, Panelwise

DAY = ("--as-of", "2026-11-02")
PATIENTS = "patient_id,birth_date,acuity\n"
PROVIDERS = "provider_id,name,roles\nP1,Ada,physician\n"


def put(**files: str | bytes) -> Callable[[Path], None]:
    """Writes files into a folder; `__` in a name stands for the dot before the ending."""

    def write(folder: Path) -> None:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            (folder / name.replace("__", ".")).write_bytes(data)

    return write


FOLDERS: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "an unknown column": (put(patients__csv="patient_id,acuty\nA1,2\n"), ("acuty", "acuity")),
    "a wrong type": (put(patients__csv=PATIENTS + "A1,1950-01-01,two\n"), ("acuity", "two")),
    "a duplicate id": (put(patients__csv=PATIENTS + "A1,,1\nA2,,1\nA1,,2\n"), ("A1", "row 4")),
    "a dangling reference": (
        put(patients__csv="patient_id,facility_id\nA1,F9\n"),
        ("F9", "facilit"),
    ),
    "an impossible date": (put(patients__csv=PATIENTS + "A1,1950-02-30,1\n"), ("1950-02-30", "birth_date")),
    "a birth in the future": (put(patients__csv=PATIENTS + "A1,2030-01-01,1\n"), ("2030-01-01",)),
    "a negative capacity": (
        put(providers__csv="provider_id,name,roles,max_panel\nP1,Ada,physician,-5\n"),
        ("max_panel", "-5"),
    ),
    "contradicting pins": (
        put(
            patients__csv="patient_id\nA1\n",
            providers__csv=PROVIDERS + "P2,Ben,physician\n",
            pins__csv="patient_id,provider_id,kind\nA1,P1,pin\nA1,P2,pin\n",
        ),
        ("A1", "pin"),
    ),
    "an empty folder": (put(), ("wrong",)),
    "a folder of something else": (put(holiday__jpg=b"\xff\xd8"), ("wrong",)),
    "a truncated line": (
        put(Patient__ndjson='{"resourceType":"Patient","id":"A1"}\n{"resourceType":"Pati'),
        ("Patient.ndjson", "2"),
    ),
    "another encoding": (put(patients__csv="patient_id,name\nA1,Jos\xe9\n".encode("cp1252")), ("UTF-8",)),
    "semicolons": (put(patients__csv="patient_id;acuity\nA1;2\n"), (";",)),
}


def untouched(clinic: Panelwise) -> object:
    return clinic("status", "--json", *DAY).json


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_bad_folder_is_refused_with_place_and_remedy(clinic: Panelwise, tmp_path: Path, kind: str):
    write, told = FOLDERS[kind]
    before = untouched(clinic)
    folder = tmp_path / "wrong"
    folder.mkdir()
    write(folder)
    refused = clinic("import", "wrong", *DAY)
    assert refused.code == 2, refused.out
    assert "Traceback" not in refused.err
    for word in told:
        assert word in refused.err, refused.err
    assert "→" in refused.err, f"no remedy: {refused.err}"
    assert untouched(clinic) == before


RULE = """apiVersion: rules/v1
kind: RuleSet
metadata: {name: ours, version: 1}
spec:
  rules:
    - id: ours
      title: Ours
      category: continuity
      expression: "EXPRESSION"
      message: Not ours
      reason: OURS
"""


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("patient.acuty > 1", ("acuty", "did you mean", "acuity")),
        ("patient.acuity > 'two'", ("ours.yaml:9",)),
        ("patient.acuity", ("ours.yaml:9", "bool")),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_with_line_and_column(
    clinic: Panelwise, tmp_path: Path, expression: str, told: tuple[str, ...]
):
    (tmp_path / "ours.yaml").write_text(RULE.replace("EXPRESSION", expression))
    for refused in (clinic("rules", "check", "ours.yaml"), clinic("propose", "--rules", "ours.yaml", *DAY)):
        assert refused.code == 2, refused.out
        assert "^" in refused.err, "no caret under the place"
        for word in told:
            assert word.lower() in refused.err.lower(), refused.err


def test_a_rule_whose_example_fails_is_not_put_in_force(clinic: Panelwise, tmp_path: Path):
    example = """---
apiVersion: rules/v1
kind: RuleTest
metadata: {name: ours-examples, version: 1}
spec:
  asOf: 2026-11-02
  fixtures: {patients: {a: {acuity: 1}}, providers: {p: {}}}
  cases: [{rule: ours, patient: a, provider: p, expect: pass}]
"""
    (tmp_path / "ours.yaml").write_text(RULE.replace("EXPRESSION", "patient.acuity > 1") + example)
    assert clinic("rules", "add", "ours.yaml").code == 2
    assert not list((tmp_path).glob("panelwise.rules/*"))


def test_a_database_of_a_newer_version_is_left_alone(clinic: Panelwise, tmp_path: Path):
    clinic("status", *DAY)
    connection = sqlite3.connect(tmp_path / "panelwise.db")
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    refused = clinic("status", "--json", *DAY)
    assert refused.code == 2
    assert refused.json["error"]["code"] == "STORE_VERSION"


def test_a_file_that_is_no_database_is_refused(panelwise: Panelwise, tmp_path: Path):
    (tmp_path / "panelwise.db").write_text("a shopping list, not a database; " * 50)
    refused: Done = panelwise("status")
    assert refused.code == 2
    assert "Traceback" not in refused.err


def test_a_damaged_problem_file_is_refused(panelwise: Panelwise, tmp_path: Path):
    (tmp_path / "problem.npz").write_bytes(b"PK\x03\x04 but not really")
    assert panelwise("solve", "problem.npz").code == 2
    assert panelwise("solve", "missing.npz").code == 2


def test_a_command_that_reads_makes_no_store(panelwise: Panelwise, tmp_path: Path):
    refused = panelwise("gaps")
    assert refused.code == 2
    assert "panelwise import" in refused.err
    assert not list(tmp_path.iterdir())
