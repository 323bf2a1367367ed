"""The planners' studies run from top to bottom."""

import json
from functools import cache
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


@cache
def run(notebook: Path) -> dict[str, object]:
    """Run the code cells in order, in one namespace, as a notebook does."""
    names: dict[str, object] = {}
    for number, cell in enumerate(json.loads(notebook.read_text(encoding="utf-8"))["cells"], start=1):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{notebook.name}:{number}", "exec"), names)
    return names


def test_there_are_studies():
    assert NOTEBOOKS


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_study_runs_from_top_to_bottom(notebook: Path):
    assert run(notebook)


def test_the_departure_study_accounts_for_every_patient_of_the_leavers():
    names = run(next(path for path in NOTEBOOKS if path.stem == "what_if_a_provider_leaves"))
    study = names["study"]
    assert (study["find somebody"] + study["left without"] == study["panel"]).all()  # type: ignore[index]
