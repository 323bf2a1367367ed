"""Reports, panels and traces on the command line."""

import json

import openpyxl
import pytest

from api.cli import run
from tests.api.service import filled_store


@pytest.fixture
def asked(tmp_path, capsys):
    """Run a command on the two small practices; its exit code and what it printed as JSON, or as text."""
    filled_store(tmp_path / "panelwise.db").close()

    def ask(*words, as_json=True):
        options = ["--db", str(tmp_path / "panelwise.db"), "--as-of", "2026-12-01"]
        code = run([*words, *options, *(["--json"] if as_json else [])])
        printed = capsys.readouterr().out
        return code, json.loads(printed) if as_json else printed

    return ask


@pytest.mark.parametrize(
    ("name", "rows"),
    [("assignments", 4), ("changes", 4), ("coverage", 0), ("capacity", 6), ("unassigned", 4)],
)
def test_every_report_is_shown_and_printed(asked, name, rows):
    code, told = asked("report", name, "--days", "3650")
    assert (code, told["report"], len(told["rows"])) == (0, name, rows)
    assert asked("report", name, as_json=False)[0] == 0


def test_a_report_is_written_as_the_file_that_its_ending_says(asked, tmp_path):
    out = tmp_path / "capacity.xlsx"
    assert asked("report", "capacity", "--out", str(out), as_json=False)[0] == 0
    assert openpyxl.load_workbook(out)["Rows"].max_row == 7
    code, told = asked("report", "capacity", "--out", str(tmp_path / "capacity.ics"))
    assert (code, told["error"]["code"]) == (2, "REQUEST")
    calendar = tmp_path / "coverage.ics"
    assert asked("report", "coverage", "--out", str(calendar), as_json=False)[0] == 0
    assert calendar.read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_a_panel_and_a_trace_are_told(asked):
    assert asked("panel", "P1")[1]["by_level"] == {"primary": 2}
    assert asked("panel", "P9")[0] == 1
    code, told = asked("why-current", "--patient", "A1")
    assert (code, told["holder"]["owner"], told["considered"][0]["verdict"]) == (0, "P1", "decides")
    assert "A3 has nobody" in asked("why-current", "--patient", "A3", as_json=False)[1]
