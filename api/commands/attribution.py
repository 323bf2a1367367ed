"""attribute."""

from typing import Annotated

import pyarrow.compute as pc
import typer
from rich.console import Console

from api.commands.options import Database, Day, Json, Level, Role, RulesPath, ShowAll, day_of
from api.terminal.screen import SHOWN, emit, table
from data.slot import Slot


def attribute(
    method: Annotated[
        str,
        typer.Option(help="four-cut (everybody, by visits), ordered (who has nobody), or one of your own"),
    ] = "four-cut",
    level: Level = "primary",
    role: Role = "physician",
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Whose patient everybody is by their visits, or whom to give those who have nobody; nothing changes."""
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.attribution import attribution

    settings = settings_for(database)
    with opened(settings) as store:
        snapshot = store.snapshot(day_of(as_of))
    rows = attribution(snapshot, rulebook(settings, rules or ()), Slot(level, role), method)
    most = 10**9 if show_all else SHOWN

    def show(console: Console) -> None:
        found = rows.num_rows - rows["provider_id"].null_count
        same = pc.sum(pc.equal(rows["provider_id"], rows["present_provider_id"])).as_py() or 0
        console.print(
            f"{found:,} of {rows.num_rows:,} patients attributed; {same:,} to whom they have already."
        )
        counts = rows.group_by("by", use_threads=False).aggregate([("patient_id", "count")]).to_pylist()
        lines = [(row["by"] or "not attributed", row["patient_id_count"]) for row in counts]
        console.print(table("", ("By", "#patients"), lines, 99))
        shown = [tuple(row.values()) for row in rows.slice(0, most).to_pylist()]
        console.print(table("", ("Patient", "Provider", "By", "Has"), shown, most))

    emit(json, rows, show)
