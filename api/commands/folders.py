"""template, generate, import, export."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from api.commands.options import Database, Day, Json, day_of
from api.errors import RequestError
from api.terminal.screen import emit, table
from data.store import ImportReceipt


def template(
    directory: Annotated[Path, typer.Argument(help="folder to write; made where it is missing")],
    json: Json = False,
) -> None:
    """Write one CSV template per file, and COLUMNS.md that explains every column."""
    from data.intake import write_template

    written = write_template(directory)

    def show(console: Console) -> None:
        console.print(f"{len(written)} files in [bold]{directory}[/]; COLUMNS.md explains every column.")
        console.print(f"Fill in what you have, delete the rest, then: [bold]panelwise import {directory}[/]")

    emit(json, {"written": [str(path) for path in written]}, show)


def generate(
    out: Annotated[Path, typer.Option(help="folder to write")],
    patients: Annotated[int, typer.Option(min=1, help="number of patients")] = 2000,
    seed: Annotated[int, typer.Option(help="same seed, same data")] = 1,
    tightness: Annotated[
        Literal["typical", "tight"], typer.Option(help="how full the panels are")
    ] = "typical",
    format: Annotated[Literal["csv", "parquet"], typer.Option(help="kind of files")] = "csv",  # noqa: A002  the option's name
    as_of: Day = None,
    json: Json = False,
) -> None:
    """Make believable data in which a good assignment is known to exist."""
    from data.intake import write_folder
    from data.synthetic import generate as make

    made = make(patients, seed, day_of(as_of), tightness)
    require_empty(out)
    write_folder(made.snapshot, out, format)
    rows = {name: made.snapshot[name].num_rows for name in made.snapshot.tables}

    def show(console: Console) -> None:
        console.print(table(f"Generated into {out}", ("Table", "#rows"), rows.items(), most=99))

    emit(json, {"folder": str(out), "rows": rows}, show)


def import_(
    folder: Annotated[Path, typer.Argument(help="CSV, Parquet, FHIR R4 NDJSON or Synthea CSV files")],
    mode: Annotated[
        Literal["update", "replace"],
        typer.Option(help="update: add and change; replace: also remove what is not given"),
    ] = "update",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only check")] = False,
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """Check a folder and take it into the store: all of it, or nothing and every problem at once."""
    from api.clock import now
    from api.terminal.issues import show_issues
    from api.wiring import opened, settings_for
    from api.workflow.take_in import take_in

    settings = settings_for(database)
    with opened(settings, make=True) as store:
        done = take_in(store, folder, day_of(as_of), settings.actor, now(), mode, dry_run)

    def show(console: Console) -> None:
        show_issues(console, done.warnings)
        columns = ("Table", "#rows", "#added", "#changed", "#unchanged", "#removed")
        rows = [(name, count, *_outcome(done.receipt, name)) for name, count in done.rows.items()]
        console.print(table(f"{done.source} from {folder}", columns, rows, most=99))
        if done.receipt is None:
            console.print("Only checked; nothing was written.")
        else:
            console.print(f"Stored in [bold]{settings.place}[/]. Next: [bold]panelwise status[/]")

    emit(json, done, show)


def export(
    folder: Annotated[Path, typer.Argument(help="folder to write; it can be imported again")],
    format: Annotated[Literal["csv", "parquet"], typer.Option(help="kind of files")] = "csv",  # noqa: A002  the option's name
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """Write what the store believes now as a folder that reads back identical."""
    from api.wiring import opened, settings_for
    from data.intake import write_folder

    require_empty(folder)
    with opened(settings_for(database)) as store:
        snapshot = store.snapshot(day_of(as_of))
    written = write_folder(snapshot, folder, format)

    def show(console: Console) -> None:
        console.print(f"{len(written)} files in [bold]{folder}[/].")

    emit(json, {"written": [str(path) for path in written]}, show)


def _outcome(receipt: ImportReceipt | None, name: str) -> tuple[int | None, ...]:
    if receipt is None:
        return (None,) * 4
    parts = (receipt.added, receipt.changed, receipt.unchanged, receipt.removed)
    return tuple(part.get(name, 0) for part in parts)


def require_empty(folder: Path) -> None:
    """Files of an earlier export would be read with the new ones; so there may be none."""
    if folder.exists() and any(folder.iterdir()):
        raise RequestError((f"{folder} is not empty; name a new folder, or empty it first",))
