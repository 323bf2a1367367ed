"""What stands, or what a plan changes, as FHIR R4."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.commands.folders import require_empty
from api.commands.options import Database, Day, Json, day_of
from api.terminal.screen import emit


def fhir(
    folder: Annotated[Path, typer.Argument(help="folder to write; it must be empty or missing")],
    plan: Annotated[
        str | None, typer.Option(help="write this plan as ATR groups and transactions instead")
    ] = None,
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """Write FHIR R4: what stands as NDJSON with a manifest, or a plan as groups and transactions."""
    from api.clock import now
    from api.wiring import opened, settings_for
    from api.workflow.fhir import write_export, write_plan

    require_empty(folder)
    with opened(settings_for(database)) as store:
        if plan is None:
            written = write_export(store, day_of(as_of), now(), folder)
        else:
            written = write_plan(store, plan, now(), folder)

    def show(console: Console) -> None:
        console.print(f"{len(written)} files in [bold]{folder}[/].")

    emit(json, {"written": [str(path) for path in written]}, show)
