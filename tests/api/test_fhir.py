"""FHIR over HTTP and from the command line."""

import json

import pyarrow as pa
import pytest

from api.cli import run
from data.plan import MOVES, Plan
from tests.api.matrix import plan_of
from tests.api.service import client_of, filled_store


@pytest.fixture
def path(tmp_path):
    from tests.api.service import NOON, two_practices

    store = filled_store(tmp_path / "panelwise.db")
    plan = plan_of("PR1")
    moves = pa.Table.from_pylist([{"patient_id": "A3", "to_provider_id": "P1"}], schema=MOVES)
    plan = Plan(plan.header, {**plan.tables, "moves": moves})
    store.save_plan(plan, "ready", NOON, two_practices())
    store.close()
    return tmp_path / "panelwise.db"


def lines(answer):
    return [json.loads(line) for line in answer.text.splitlines()]


def test_the_addresses_of_a_manifest_give_what_stood_then(path):
    with client_of(path) as client:
        told = client.get("/fhir").json()
        patients = next(each["url"] for each in told["output"] if each["type"] == "Patient")
        answer = client.get(patients)
    assert answer.headers["content-type"] == "application/fhir+ndjson"
    assert [each["id"] for each in lines(answer)] == ["A1", "A2", "A3", "B1", "B2", "B3"]
    assert told["requiresAccessToken"] is False


def test_a_plan_is_answered_as_groups_and_as_transactions(path):
    with client_of(path) as client:
        for form, kind in (("groups", "Group"), ("transactions", "Bundle")):
            answer = client.get(f"/plans/plan-PR1/fhir/{form}")
            assert answer.status_code == 200, answer.text
            assert [each["resourceType"] for each in lines(answer)] == [kind]
            assert "Patient/A3" in answer.text
            assert "Patient/B" not in answer.text


def test_a_folder_is_written_that_can_be_imported_again(path, tmp_path, capsys):
    out = tmp_path / "out"
    assert run(["fhir", str(out), "--db", str(path), "--as-of", "2026-12-01", "--json"]) == 0
    written = json.loads(capsys.readouterr().out)["written"]
    manifest = json.loads((out / "manifest.json").read_text())
    assert {str(out / each["url"]) for each in manifest["output"]} | {str(out / "manifest.json")} == set(
        written
    )
    (out / "manifest.json").unlink()
    other = str(tmp_path / "other.db")
    assert run(["import", str(out), "--db", other, "--as-of", "2026-12-01"]) == 0
    capsys.readouterr()
    assert run(["status", "--db", other, "--as-of", "2026-12-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["without"] == 2


def test_a_folder_that_is_not_empty_is_left_alone(path, tmp_path, capsys):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("mine")
    assert run(["fhir", str(tmp_path / "full"), "--db", str(path)]) == 2
    assert "is not empty" in capsys.readouterr().err
