"""demo: the whole main job on generated data, in a folder of its own."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.terminal.screen import screen

PATIENTS = 2000
SEED = 7


def demo(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(help="folder to work in; the demo's own files there are renewed")
    ] = Path("demo"),
    undo: Annotated[bool, typer.Option("--undo", help="undo what the demo committed")] = False,
    patients: Annotated[int, typer.Option(min=50, help="number of patients")] = PATIENTS,
) -> None:
    """Generate a small health system, find what is wrong, propose, commit; `--undo` takes it back."""
    console, database = screen(), folder / "panelwise.db"
    if undo:
        _undo(context, console, database)
        return
    for old in (*folder.glob("panelwise.db*"), *folder.glob("csv/*.csv")):
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
        _step(context, console, title, arguments)
    plan_id = _newest(database)
    _step(context, console, "Committed: one transaction, with an undo", ["commit", plan_id, *own])
    _step(context, console, "The counts have changed", ["status", *own])
    _what_next(console, database)


def _step(context: typer.Context, console: Console, title: str, arguments: list[str]) -> None:
    """Show a command, and run it as if it had been typed; an error ends the demo."""
    console.print()
    console.rule(f"[bold]{title}", align="left")
    console.print(f"[dim]$ panelwise {' '.join(arguments)}[/]")
    context.find_root().command.main(arguments, prog_name="panelwise", standalone_mode=False)


def _newest(database: Path) -> str:
    from api.wiring import opened, settings_for

    with opened(settings_for(database)) as store:
        return store.records(1)[0].header.plan_id


def _undo(context: typer.Context, console: Console, database: Path) -> None:
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
    _step(context, console, "The plan that undoes it", ["revert", committed[0], *own])
    _step(context, console, "Committed", ["commit", _newest(database), *own])
    _step(context, console, "As before", ["gaps", *own])


def _what_next(console: Console, database: Path) -> None:
    from api.wiring import opened, settings_for

    with opened(settings_for(database)) as store:
        plan = store.plan(store.records(1)[0].header.plan_id)
    patient, provider = (plan["moves"][name][0].as_py() for name in ("patient_id", "to_provider_id"))
    own = f"--db {database}"
    console.print()
    console.rule("[bold]What to try next", align="left")
    for command, meaning in (
        ("make undo", "take the plan back"),
        (f".venv/bin/panelwise preview {plan.plan_id} --all {own}", "every move with its reason"),
        (
            f".venv/bin/panelwise why-not --patient {patient} {own}",
            "who could take a patient, and why others cannot",
        ),
        (
            f".venv/bin/panelwise propose --preset departure --leave {provider} {own}",
            "what if a provider leaves",
        ),
        (f".venv/bin/panelwise audit {own}", "what stands today against the rules"),
        (".venv/bin/panelwise template my-data", "CSV templates for your own data"),
    ):
        console.print(f"  [bold]{command}[/]\n      {meaning}", soft_wrap=True)
