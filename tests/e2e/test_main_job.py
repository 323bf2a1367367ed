"""From people's data to a committed, revertible plan: what a practice admin does."""

import csv
from pathlib import Path

import pytest

from tests.e2e.conftest import Panelwise

DAY = ("--as-of", "2026-11-02")
QUICK = ("--seconds", "90", "--json")  # it is proven in a few, unless the machine is busy


def gap_counts(clinic: Panelwise) -> int:
    found = clinic("gaps", "--json", *DAY, "--horizon", "0")
    assert found.code == 0, found.err
    return len(found.json["gaps"])


def test_a_plan_fills_gaps_changes_the_counts_and_can_be_undone(clinic: Panelwise):
    before = gap_counts(clinic)
    assert before > 0, "the generated clinic has patients without a provider"

    proposed = clinic("propose", "--preset", "fill_gaps", *QUICK, *DAY)
    assert proposed.code in (0, 3), proposed.err
    header = proposed.json["header"]
    counts = header["counts"]
    assert counts["assign"] + counts["left"] >= before - counts["move"]
    assert gap_counts(clinic) == before, "nothing changes before a commit"

    committed = clinic("commit", header["plan_id"], "--json", *DAY)
    assert committed.code == 0, committed.err + committed.out
    assert gap_counts(clinic) == counts["left"]

    undoing = clinic("revert", header["plan_id"], "--json", *DAY)
    assert undoing.code == 0, undoing.err + undoing.out
    assert gap_counts(clinic) == counts["left"], "a revert is a plan; nothing changes before its commit"
    assert clinic("commit", undoing.json["header"]["plan_id"], *DAY).code == 0
    assert gap_counts(clinic) == before
    assert clinic("preview", header["plan_id"], "--json").json["state"] == "reverted"


def test_every_patient_of_the_population_is_counted_exactly_once(clinic: Panelwise):
    counts = clinic("propose", *QUICK, *DAY).json["header"]["counts"]
    assert counts["population"] == sum(counts[name] for name in ("assign", "move", "keep", "left"))


def test_every_move_has_a_reason_and_every_refusal_an_explanation(clinic: Panelwise):
    plan = clinic("propose", *QUICK, *DAY).json
    assert plan["moves"]
    assert all(move["reason"] and move["reason_code"] for move in plan["moves"])
    assert all(patient["reason"] for patient in plan["left"])


def test_a_proposal_says_why_it_stopped_what_it_holds_and_what_is_proved(clinic: Panelwise):
    outcome = clinic("propose", *QUICK, *DAY).json["header"]["outcome"]
    assert outcome["termination"] in ("optimal", "gap_reached")
    assert outcome["bound"] <= outcome["value"]


def test_the_same_seed_gives_the_same_plan(clinic: Panelwise):
    first, second = (clinic("propose", "--work", "1", "--json", *DAY).json for _ in range(2))
    assert first["moves"] == second["moves"]


def test_a_departure_moves_the_whole_panel_of_the_leaver(clinic: Panelwise):
    held = clinic("propose", *QUICK, *DAY).json["loads"]
    busiest = max((row for row in held if row["limit_id"] == "panel"), key=lambda row: row["before"])
    leaver = busiest["provider_id"]
    plan = clinic(
        "propose", "--preset", "departure", "--leave", leaver, "--on", "2026-12-01", *QUICK, *DAY
    ).json
    moved = [move for move in plan["moves"] if move["from_provider_id"] == leaver]
    left = [row for row in plan["left"] if row["provider_id"] == leaver]
    assert moved
    assert plan["header"]["effective_on"] == "2026-12-01"
    after = [
        row["after"] for row in plan["loads"] if row["provider_id"] == leaver and row["limit_id"] == "panel"
    ]
    assert after in ([], [0.0]), f"{len(moved)} moved, {len(left)} left, yet the leaver keeps {after}"


def test_committing_twice_commits_once(clinic: Panelwise):
    plan_id = clinic("propose", "--preset", "fill_gaps", *QUICK, *DAY).json["header"]["plan_id"]
    first, second = (clinic("commit", plan_id, "--json", *DAY) for _ in range(2))
    assert (first.code, second.code) == (0, 0)
    assert not first.json["repeated"]
    assert second.json["repeated"]
    assert first.json["revision"] == second.json["revision"]


def test_a_plan_whose_patients_changed_meanwhile_is_refused_with_what_drifted(clinic: Panelwise):
    first, second = (
        clinic("propose", "--preset", "fill_gaps", *QUICK, *DAY).json["header"]["plan_id"] for _ in range(2)
    )
    assert clinic("commit", first, *DAY).code == 0
    refused = clinic("commit", second, "--json", *DAY)
    assert refused.code == 4
    assert refused.json["error"]["code"] == "STALE_PLAN"
    assert any("assigned anew" in each or "replaced" in each for each in refused.json["error"]["details"])
    assert clinic("preview", second, "--json").json["state"] == "stale"


def test_a_scope_leaves_everybody_else_alone(clinic: Panelwise):
    overview = clinic("gaps", "--json", *DAY).json["gaps"]
    practice = next(row["practice_id"] for row in overview if not row["practice_id"].startswith("("))
    plan = clinic("propose", "--preset", "fill_gaps", "--practice", practice, *QUICK, *DAY).json
    inside = {row["patient_id"] for row in overview if row["practice_id"] == practice}
    assert {move["patient_id"] for move in plan["moves"]} <= inside


def test_an_unknown_name_is_refused_with_all_that_is_wrong(clinic: Panelwise):
    refused = clinic("propose", "--leave", "NOBODY", "--practice", "NOWHERE", "--json", *DAY)
    assert refused.code == 2
    assert refused.json["error"]["details"] == ["no provider 'NOBODY'", "no practice 'NOWHERE'"]


def test_what_is_exported_is_imported_without_a_change(clinic: Panelwise):
    assert clinic("export", "out", *DAY).code == 0
    again = clinic("import", "out", "--json", *DAY)
    assert again.code == 0, again.out
    receipt = again.json["receipt"]
    assert not any(receipt["added"].values())
    assert not any(receipt["changed"].values())


def test_a_folder_with_mistakes_reports_all_of_them_and_writes_nothing(clinic: Panelwise, tmp_path: Path):
    before = clinic("status", "--json", *DAY).json
    folder = tmp_path / "wrong"
    folder.mkdir()
    with (folder / "patients.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["patient_id", "birth_date", "acuity"])
        writer.writerows([["X1", "2026-02-30", "2"], ["X1", "1950-01-01", "two"], ["X2", "1950-01-01", "0"]])
    refused = clinic("import", "wrong", "--json", *DAY)
    assert refused.code == 2
    found = {(issue["column"], issue["row"]) for issue in refused.json["issues"]}
    assert {("birth_date", 2), ("acuity", 3), ("acuity", 4)} <= found
    assert any("X1" in issue["value"] + issue["message"] for issue in refused.json["issues"])
    assert clinic("status", "--json", *DAY).json == before


def test_an_empty_folder_and_a_missing_one_are_told_apart(panelwise: Panelwise, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    empty, missing = panelwise("import", "empty"), panelwise("import", "missing")
    assert (empty.code, missing.code) == (2, 2)
    assert empty.err != missing.err


@pytest.mark.parametrize("command", [["preview", "no-such-plan"], ["commit", "no-such-plan"]])
def test_a_plan_that_does_not_exist_is_not_found(clinic: Panelwise, command: list[str]):
    assert clinic(*command).code == 1


def test_a_saved_problem_is_solved_without_a_store(clinic: Panelwise, tmp_path: Path):
    assert clinic("propose", "--save-problem", "problem.npz", *DAY).code == 0
    solved = clinic("solve", "problem.npz", "--out", "result.npz", "--seconds", "20", "--json")
    assert solved.code == 0, solved.err
    assert solved.json["termination"] == "optimal"
    assert (tmp_path / "result.npz").exists()


def test_the_readers_tables_fit_a_terminal(clinic: Panelwise):
    shown = clinic("propose", "--preset", "fill_gaps", "--seconds", "20", *DAY)
    assert shown.out.strip().startswith("Plan  +")
    assert "preview – nothing has been changed" in shown.out
    assert "panelwise commit" in shown.out
