"""Folders of CSV files for the tests of intake."""

from datetime import date
from pathlib import Path

import pytest

from data.intake import IntakeError, Issue, read_folder

AS_OF = date(2026, 11, 21)

SMALL = {
    "practices": "practice_id,name\nPR1,Elm Street\n",
    "facilities": "facility_id,name,type,practice_id,region,zip\nF1,Oak Hill,snf,PR1,MA-C,01609\n",
    "providers": "provider_id,name,roles,max_panel\nP1,Ada Reyes,physician,400\nP2,Ben Ito,physician,300\n",
    "patients": "patient_id,facility_id,zip\nA1,F1,02108\nA2,,02108\nA3,F1,\n",
}
"""Two providers and three patients without any problem."""


def write(directory: Path, **tables: str) -> Path:
    """One CSV file for each table, as text."""
    for name, text in tables.items():
        (directory / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return directory


def problems(directory: Path) -> tuple[Issue, ...]:
    """Everything wrong with the folder; fails when it is accepted."""
    with pytest.raises(IntakeError) as caught:
        read_folder(directory, AS_OF)
    return caught.value.issues


def only(directory: Path, code: str) -> Issue:
    """The single issue of that code."""
    found = [issue for issue in problems(directory) if issue.code == code]
    assert len(found) == 1, problems(directory)
    return found[0]
