#!/usr/bin/env bash
# Builds the wheel, installs it into an empty environment with the locked requirements' packages visible,
# and runs the end-to-end tests from a copy elsewhere, so that a file forgotten in the wheel is noticed.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT
bin="$root/${BIN:-.venv/bin}"

"$bin/python" -m hatchling build -t wheel -d "$elsewhere/dist" >/dev/null
"$bin/python" -m venv --without-pip "$elsewhere/venv"
site=$("$elsewhere/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
"$bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-index --target "$site" "$elsewhere"/dist/*.whl
# The requirements are taken from the environment at hand; the checkout's own editable install is not.
"$bin/python" - "$site" <<'PY'
import sys, sysconfig
from pathlib import Path

here = Path(sysconfig.get_paths()["purelib"])
there = Path(sys.argv[1])
for entry in here.iterdir():
    target = there / entry.name
    if "panelwise" in entry.name or target.exists() or entry.name.startswith(("pip", "__pycache__")):
        continue
    target.symlink_to(entry)
PY
mkdir "$elsewhere/run"
cp -r "$root/tests" "$elsewhere/run/tests"
cp "$root/pyproject.toml" "$elsewhere/run/"
cd "$elsewhere/run"
"$elsewhere/venv/bin/python" - <<'PY'
import api, data, rules, solver
from pathlib import Path

for package in (api, data, rules, solver):
    place = Path(package.__file__).resolve()
    assert "site-packages" in place.parts, f"{package.__name__} was not taken from the wheel: {place}"
PY
"$elsewhere/venv/bin/python" -m pytest -q -n auto tests/e2e/test_main_job.py
