"""What a planner asks of a plan: why, what if somebody leaves, what else there is, and again from today."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Panelwise, run_panelwise

DAY = ("--as-of", "2026-11-02")


@pytest.fixture(scope="module")
def proposed(health_system: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A folder with a store in which one plan is kept, and the plan."""
    folder = tmp_path_factory.mktemp("proposed")
    for file in health_system.glob("panelwise.db*"):
        (folder / file.name).write_bytes(file.read_bytes())
    done = run_panelwise(folder, "propose", "--seconds", "6", "--json", *DAY)
    assert done.code in (0, 3), done.err
    return folder, done.json


@pytest.fixture
def plan(proposed: tuple[Path, Any]) -> Any:
    """The plan that is kept."""
    return proposed[1]


@pytest.fixture
def clinic(proposed: tuple[Path, Any], tmp_path: Path) -> Panelwise:
    """`panelwise(...)` beside a copy of that store, so that a test may change it."""
    for file in proposed[0].glob("panelwise.db*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return lambda *arguments: run_panelwise(tmp_path, *arguments)


def test_a_plan_is_explained_as_a_whole_by_patient_and_by_provider(clinic: Panelwise, plan: Any):
    plan_id, move = plan["header"]["plan_id"], plan["moves"][0]
    whole = clinic("explain", plan_id, "--seconds", "3", "--top", "1", "--json")
    assert whole.code == 0, whole.err
    assert sum(each["patients"] for each in whole.json["moves"]) == len(plan["moves"])
    assert sum(each["patients"] for each in whole.json["left"]) == len(plan["left"])
    assert all(each["points"] >= 0 and each["patients"] >= 0 for each in whole.json["helps"])

    one = clinic("explain", plan_id, "--patient", move["patient_id"], "--seconds", "1", "--json").json
    assert (one["provider_id"], one["reason"]) == (move["to_provider_id"], move["reason"])
    assert [each["provider_id"] for each in one["options"] if each["chosen"]] == [move["to_provider_id"]]

    whom = clinic("explain", plan_id, "--provider", move["to_provider_id"], "--seconds", "1", "--json").json
    coming = [each for each in plan["moves"] if each["to_provider_id"] == move["to_provider_id"]]
    assert sum(each["patients"] for each in whom["comes"]) == len(coming)
    assert {each["limit_id"] for each in whom["loads"]} == {each["limit_id"] for each in plan["loads"]}


def test_whom_nobody_knows_cannot_be_explained(clinic: Panelwise, plan: Any):
    plan_id = plan["header"]["plan_id"]
    unknown = clinic("explain", plan_id, "--patient", "nobody", "--seconds", "1", "--json")
    assert unknown.code == 2
    assert unknown.json["error"]["details"] == ["no patient 'nobody'"]
    assert clinic("explain", "no-such-plan", "--json").code == 1


def test_every_provider_is_lost_once_and_nobody_is_miscounted(clinic: Panelwise):
    done = clinic("resilience", "--seconds", "4", "--json", *DAY)
    assert done.code == 0, done.err
    losses = done.json
    assert len({each["provider_id"] for each in losses}) == len(losses) > 1
    assert all(each["patients"] == each["land"] + each["left"] for each in losses)
    assert [each["left"] for each in losses] == sorted((each["left"] for each in losses), reverse=True)


def test_a_trade_off_keeps_plans_that_can_be_opened_and_compared(clinic: Panelwise):
    done = clinic("tradeoff", "--points", "3", "--seconds", "5", "--json", *DAY)
    assert done.code == 0, done.err
    points = done.json["points"]
    assert [each["x"] for each in points] == sorted(each["x"] for each in points)
    kept = [each for each in points if each["plan_id"]]
    assert len(kept) >= 2
    opened = clinic("preview", kept[0]["plan_id"], "--json").json["header"]
    assert opened["counts"]["move"] == kept[0]["moves"] == 0
    assert opened["objective"]["max_moves"] == 0

    compared = clinic("compare", kept[0]["plan_id"], kept[-1]["plan_id"], "--json").json
    moved = next(row for row in compared["rows"] if row["name"] == "moved")
    assert moved["values"] == [kept[0]["moves"], kept[-1]["moves"]]
    assert moved["best"] == [0]


def test_a_term_without_weight_cannot_be_traded(clinic: Panelwise):
    refused = clinic("tradeoff", "--preset", "fill_gaps", "--y", "continuity", "--json", *DAY)
    assert refused.code == 2
    assert "'continuity' has no weight in fill_gaps" in refused.json["error"]["details"][0]


def test_a_plan_is_proposed_again_when_somebody_else_leaves(clinic: Panelwise, plan: Any):
    plan_id = plan["header"]["plan_id"]
    leaver = plan["moves"][0]["to_provider_id"]
    done = clinic("rebase", plan_id, "--leave", leaver, "--seconds", "3", "--json", *DAY)
    assert done.code in (0, 3), done.err
    again, moves = done.json, done.json["moves_of_former"]
    assert moves["kept"] + moves["changed"] + moves["dropped"] == len(plan["moves"])
    assert moves["kept"] > 0
    assert all(each["to_provider_id"] != leaver for each in again["moves"])
    assert f"re-based from {plan_id}" in again["header"]["notes"]
    assert clinic("preview", plan_id, "--json").json["state"] == "stale"
    assert clinic("commit", again["header"]["plan_id"], *DAY).code == 0


def test_a_committed_plan_is_not_proposed_again(clinic: Panelwise, plan: Any):
    plan_id = plan["header"]["plan_id"]
    assert clinic("commit", plan_id, *DAY).code == 0
    refused = clinic("rebase", plan_id, "--json", *DAY)
    assert refused.code == 2
    assert "is committed" in refused.json["error"]["details"][0]
