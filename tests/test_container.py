"""The container file: not built here, but everything that it names is there."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTAINERFILE = ROOT / "Containerfile"
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*(?:\[[a-z,]+\])?==[^ ]+)", re.MULTILINE)

pytestmark = pytest.mark.skipif(
    not CONTAINERFILE.exists(), reason="the container file is part of the checkout, not of the wheel"
)


def instructions():
    """Every instruction with its words; lines that go on are one."""
    text = CONTAINERFILE.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [tuple(line.split(maxsplit=1)) for line in lines]


def of(name):
    return [words for kind, words in instructions() if kind == name]


def test_everything_that_is_copied_is_kept_in_the_repository():
    copied = [words.split()[:-1] for words in of("COPY") if not words.startswith("--from")]
    names = {name for words in copied for name in words}
    assert {"api", "data", "rules", "solver", "pyproject.toml", "requirements-service.lock"} <= names
    assert not [name for name in names if not (ROOT / name).exists()]


def test_what_a_service_needs_is_pinned_as_it_was_tested():
    tested, served = (
        set(PIN.findall((ROOT / name).read_text(encoding="utf-8")))
        for name in ("requirements.lock", "requirements-service.lock")
    )
    assert served < tested
    names = {pin.split("=")[0].split("[")[0] for pin in served}
    assert {"fastapi", "ortools", "psycopg", "procrastinate", "opentelemetry-sdk"} <= names
    assert not {"pytest", "mypy", "schemathesis"} & names


def test_nothing_runs_as_root_and_nothing_is_installed_without_its_hash():
    kinds = [kind for kind, _ in instructions()]
    assert kinds.index("CMD") > kinds.index("USER") > len(kinds) - 1 - kinds[::-1].index("FROM")
    assert of("USER") == ["panelwise"]
    installs = [part for words in of("RUN") for part in words.split("&&") if "pip install" in part]
    assert len(installs) == 3
    assert all("--require-hashes" in each or "/wheels/*.whl" in each for each in installs)


def test_its_command_is_one_and_refuses_to_listen_without_authentication(tmp_path):
    command = json.loads(of("CMD")[0])
    assert command[0] == "panelwise"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PANELWISE_")}
    environment |= {"PANELWISE_DB": str(tmp_path / "panelwise.db"), "PYTHONPATH": str(ROOT)}
    refused = subprocess.run(
        [sys.executable, "-m", "api", *command[1:]],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )
    assert refused.returncode == 2, refused.stderr
    assert "without authentication" in refused.stderr


def test_its_health_check_is_a_program():
    check = of("HEALTHCHECK")[0]
    command = json.loads(check[check.index("[") :])
    compile(command[-1], "HEALTHCHECK", "exec")
    assert shlex.split(check.split("CMD")[0]) == ["--start-period=30s"]
