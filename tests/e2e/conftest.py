"""A command line as a user has it: every command is a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Done:
    """What one command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output read as JSON."""
        return json.loads(self.out)


Panelwise = Callable[..., Done]


def run_panelwise(folder: Path, *arguments: str) -> Done:
    """Run `panelwise ARGUMENTS` in a folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PANELWISE")}
    done = subprocess.run(
        [sys.executable, "-m", "api", *arguments],
        cwd=folder,
        env=environment | {"COLUMNS": "120", "NO_COLOR": "1", "PANELWISE_ACTOR": "ada"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def panelwise(tmp_path: Path) -> Panelwise:
    """`panelwise(...)` in an empty folder."""
    return lambda *arguments: run_panelwise(tmp_path, *arguments)


@pytest.fixture(scope="session")
def health_system(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 400 generated patients as CSV in `csv/` and imported in `panelwise.db`."""
    folder = tmp_path_factory.mktemp("health_system")
    day = ("--as-of", "2026-11-02")
    made = run_panelwise(folder, "generate", "--out", "csv", "--patients", "400", "--seed", "3", *day)
    assert made.code == 0, made.err
    taken = run_panelwise(folder, "import", "csv", *day)
    assert taken.code == 0, taken.err + taken.out
    return folder


@pytest.fixture
def clinic(health_system: Path, tmp_path: Path) -> Panelwise:
    """`panelwise(...)` beside a copy of that store, so that a test may change it."""
    for file in health_system.glob("panelwise.db*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return lambda *arguments: run_panelwise(tmp_path, *arguments)
