"""The generated parts of the README. `python -m tests.readme` renews them; a test checks that they are true.

`python -m tests.readme --tour` also runs the tour's commands and puts in what they print.
"""

import re
import shlex
import sys
import tempfile
from pathlib import Path

from api.app import build_app
from api.cli import FAMILIES
from api.commands.db import app as db_app
from api.commands.review import app as review_app
from api.commands.ruledocs import app as rules_app
from api.commands.webhooks import app as webhooks_app
from api.jobs.children import launcher
from api.settings import Settings
from api.wiring import jobs_of
from data.intake.template import columns_guide
from data.memory import MemoryStore
from tests.e2e.conftest import run_panelwise

README = Path(__file__).parent.parent / "README.md"

TOUR: tuple[tuple[str, str, int], ...] = (
    (
        "A folder of CSV files; this one is generated. Templates for your own: `panelwise template my-data`.",
        "panelwise generate --out clinic --patients 2000 --seed 7",
        40,
    ),
    ("Check it and take it in.", "panelwise import clinic", 40),
    ("Who has nobody?", "panelwise gaps", 40),
    (
        "Could somebody take this patient, and why can the others not?",
        "panelwise why-not --patient {unassigned}",
        40,
    ),
    ("What stands today, against every rule.", "panelwise audit", 26),
    ("A plan. Nothing changes yet.", "panelwise propose --preset rebalance", 60),
    ("Carry it out.", "panelwise commit {plan}", 10),
    ("The counts have changed.", "panelwise gaps", 12),
    (
        "What if a provider leaves next month? (A plan like any other; leave it uncommitted.)",
        "panelwise propose --preset departure --leave {leaver} --on 2026-12-01",
        30,
    ),
    ("Undo: a plan too, so it can be looked at first.", "panelwise revert {plan}", 16),
    ("", "panelwise commit {undo}", 10),
    ("Who did what.", "panelwise history", 16),
)
"""Sentence, command, and how many lines of its output are shown."""


def columns() -> str:
    """Every table and column, folded."""
    guide = columns_guide().split("\n", 2)[2].replace("\n## ", "\n#### ")
    return f"<details><summary>All tables and columns</summary>\n\n{guide.strip()}\n\n</details>"


def commands() -> str:
    """Every command with the first sentence of its help."""
    rows = ["| command | what it does |", "|---|---|"]
    for family in FAMILIES.values():
        for command in family:
            name = command.__name__.rstrip("_").replace("_", "-")
            rows.append(f"| `{name}` | {_first_line(command.__doc__)} |")
    for family, app in (
        ("db", db_app),
        ("review", review_app),
        ("rules", rules_app),
        ("webhooks", webhooks_app),
    ):
        for each in app.registered_commands:
            assert each.callback is not None
            name = each.name or each.callback.__name__
            rows.append(f"| `{family} {name}` | {_first_line(each.callback.__doc__)} |")
    return "\n".join(rows)


def routes() -> str:
    """Every route with the first sentence of what it does, folded."""
    settings = Settings(Path("nowhere.db"), "nobody")
    app = build_app(settings, MemoryStore, dict, jobs_of, launcher(settings), workers=0)
    rows = ["| route | what it does |", "|---|---|"]
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            rows.append(f"| `{method.upper()} {path}` | {_first_line(operation['description'])} |")
    listed = "\n".join(rows)
    return f"<details><summary>All routes</summary>\n\n{listed}\n\n</details>"


def section(text: str, name: str) -> str:
    """What stands between the marks of a section."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", text, re.DOTALL)
    assert found, f"the README has no section {name}"
    return found.group(1)


def renewed(text: str, name: str, body: str) -> str:
    """The text with a section exchanged."""
    old = f"<!-- {name} -->\n{section(text, name)}<!-- /{name} -->"
    return text.replace(old, f"<!-- {name} -->\n{body}\n<!-- /{name} -->")


def tour() -> str:
    """The tour with what its commands print."""
    parts = ["## Ten minutes\n"]
    with tempfile.TemporaryDirectory() as name:
        folder, names = Path(name), dict[str, str]()
        for sentence, template, most in TOUR:
            command = template.format(**names)
            done = run_panelwise(folder, *shlex.split(command)[1:])
            assert done.code in (0, 3), done.err
            shown = [line.rstrip() for line in done.out.splitlines()]
            lines = shown[:most] + (["..."] if len(shown) > most else [])
            parts.append(f"{sentence}\n\n```\n$ {command}\n" + "\n".join(lines).strip("\n") + "\n```\n")
            names |= _learned(folder, command)
    return "\n".join(parts)


def _learned(folder: Path, command: str) -> dict[str, str]:
    """Ids that later commands need."""
    if " import " in f"{command} ":
        gap = run_panelwise(folder, "gaps", "--json").json["gaps"][0]
        return {"unassigned": gap["patient_id"]}
    if " --preset rebalance" in command:
        plan = run_panelwise(folder, "plans", "--json").json[0]["header"]["plan_id"]
        loads = run_panelwise(folder, "preview", plan, "--json").json["loads"]
        panels = [row for row in loads if row["limit_id"] == "panel" and row["after"]]
        return {"plan": plan, "leaver": min(panels, key=lambda row: row["after"])["provider_id"]}
    if command.startswith("panelwise revert"):
        return {"undo": run_panelwise(folder, "plans", "--json").json[0]["header"]["plan_id"]}
    return {}


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n")[0].replace("|", r"\|")


def main() -> None:
    """Renew the README."""
    text = README.read_text(encoding="utf-8")
    text = renewed(text, "columns", columns())
    text = renewed(text, "commands", commands())
    text = renewed(text, "routes", routes())
    if "--tour" in sys.argv[1:]:
        text = renewed(text, "tour", tour())
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
