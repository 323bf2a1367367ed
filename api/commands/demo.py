"""demo: the whole main job on generated data, in a folder of its own."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.terminal.screen import screen

PATIENTS = 2000
SEED = 7


def demo(
    folder: Annotated[
        Path, typer.Argument(help="folder to work in; the demo's own files there are renewed")
    ] = Path("demo"),
    undo: Annotated[bool, typer.Option("--undo", help="undo what the demo committed")] = False,
    patients: Annotated[int, typer.Option(min=50, help="number of patients")] = PATIENTS,
) -> None:
    """Generate a small health system, find what is wrong, propose, commit; `--undo` takes it back."""
    from api.cli import run

    console, database = screen(), folder / "panelwise.db"
    if undo:
        _undo(console, database)
        return
    for old in folder.glob("panelwise.db*"):
        old.unlink()
    own = ["--db", str(database)]
    steps = [
        (
            "A health system, as a folder of CSV files",
            ["generate", "--out", str(folder / "csv"), "--patients", str(patients), "--seed", str(SEED)],
        ),
        ("Checked and taken into a store", ["import", str(folder / "csv"), *own]),
        ("Who has nobody", ["gaps", *own]),
        (
            "A plan: fill the gaps and balance the load",
            ["propose", "--preset", "rebalance", "--seconds", "30", *own],
        ),
    ]
    for title, arguments in steps:
        _step(console, title, arguments)
        if run(arguments) not in (0, 3):
            raise typer.Exit(70)
    plan_id = _newest(database)
    _step(console, "Committed: one transaction, with an undo", ["commit", plan_id, *own])
    if run(["commit", plan_id, *own]):
        raise typer.Exit(70)
    _step(console, "The counts have changed", ["status", *own])
    run(["status", *own])
    _what_next(console, folder, plan_id)


def _step(console: Console, title: str, arguments: list[str]) -> None:
    console.print()
    console.rule(f"[bold]{title}", align="left")
    console.print(f"[dim]$ panelwise {' '.join(arguments)}[/]")


def _newest(database: Path) -> str:
    from api.wiring import opened, settings_for

    with opened(settings_for(database)) as store:
        return store.records(1)[0].header.plan_id


def _undo(console: Console, database: Path) -> None:
    from api.cli import run
    from api.wiring import opened, settings_for

    if not database.exists():
        console.print(f"{database} does not exist; run the demo first: make demo")
        raise typer.Exit(1)
    with opened(settings_for(database)) as store:
        committed = [each.header.plan_id for each in store.records() if each.state == "committed"]
    if not committed:
        console.print("Nothing is committed; there is nothing to undo.")
        return
    own = ["--db", str(database)]
    _step(console, "The plan that undoes it", ["revert", committed[0], *own])
    if run(["revert", committed[0], *own]):
        raise typer.Exit(70)
    undoing = _newest(database)
    _step(console, "Committed", ["commit", undoing, *own])
    raise typer.Exit(run(["commit", undoing, *own]))


def _what_next(console: Console, folder: Path, plan_id: str) -> None:
    own = f"--db {folder / 'panelwise.db'}"
    console.print()
    console.rule("[bold]What to try next", align="left")
    for command, meaning in (
        ("make undo", "take the plan back"),
        (f"panelwise preview {plan_id} --all {own}", "every move with its reason"),
        (f"panelwise propose --preset departure --leave P00001 {own}", "what if a provider leaves"),
        (f"panelwise why-not --patient A0000001 {own}", "who could take a patient, and why others cannot"),
        (f"panelwise audit {own}", "what stands today against the rules"),
        ("panelwise template my-data", "CSV templates for your own data"),
    ):
        console.print(
            f"  [bold].venv/bin/{command}[/]" if command.startswith("panelwise") else f"  [bold]{command}[/]",
            soft_wrap=True,
        )
        console.print(f"      {meaning}")
