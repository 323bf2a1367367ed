"""db migrate, backup, restore: looking after the store itself."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.commands.options import Database, Json
from api.terminal.screen import emit

app = typer.Typer(help="Look after the store: migrate, back up, restore.", no_args_is_help=True)


@app.command()
def migrate(database: Database = None, json: Json = False) -> None:
    """Bring a store to this version's schema, and put its guards in place; services may go on meanwhile."""
    from api.clock import now
    from api.wiring import settings_for
    from data.sql.opening import bring_up_to_date

    settings = settings_for(database)
    done = bring_up_to_date(settings.database, now())

    def show(console: Console) -> None:
        if done.before != done.after:
            console.print(f"{settings.place}: schema {done.before or 'none'} is {done.after} now")
        else:
            console.print(f"{settings.place}: schema {done.after}, as this version has it")
        if done.mended:
            console.print(f"put in place: {', '.join(done.mended)}", soft_wrap=True)

    emit(json, done, show)


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="new folder for the backup")],
    database: Database = None,
    json: Json = False,
) -> None:
    """Copy a store and its rule documents into a new folder, while it is used."""
    from api.clock import now
    from api.wiring import rules_folder, settings_for
    from data.sql.backup import back_up

    settings = settings_for(database)
    done = back_up(settings.database, folder, now(), rules_folder(settings))

    def show(console: Console) -> None:
        console.print(f"{folder}: {settings.place} at revision {done.revision}, {len(done.files)} files")

    emit(json, done, show)


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="folder of the backup")],
    database: Database = None,
    json: Json = False,
) -> None:
    """Make a store from a backup: a file that is not there yet, or an empty database on a server."""
    from api.clock import now
    from api.wiring import rules_folder, settings_for
    from data.sql.backup import restore as put_back

    settings = settings_for(database)
    done = put_back(folder, settings.database, now(), rules_folder(settings))

    def show(console: Console) -> None:
        console.print(f"{settings.place}: as it was at revision {done.revision}, backed up {done.made_at}")

    emit(json, done, show)
