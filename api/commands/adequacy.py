"""adequacy."""

from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
import typer
from rich.console import Console

from api.commands.options import Database, Day, Json, ShowAll, day_of
from api.terminal.screen import SHOWN, emit, percent, table


def adequacy(
    insurance: Annotated[str, typer.Option(help="only providers who take part in this plan")] = "",
    state: Annotated[list[str] | None, typer.Option(help="only counties of this state; repeatable")] = None,
    failing: Annotated[bool, typer.Option("--failing", help="only what does not pass")] = False,
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Network adequacy by county and specialty, as 42 CFR 422.116 has it for Medicare Advantage."""
    from api.wiring import opened, settings_for
    from api.workflow.adequacy import adequacy as look

    with opened(settings_for(database)) as store:
        snapshot = store.snapshot(day_of(as_of))
    rows, unknown = look(snapshot, insurance)
    if state:
        rows = rows.filter(pc.is_in(rows["state"], value_set=pa.array(state)))
    shown = rows.filter(pc.invert(rows["passes"])) if failing else rows
    most = 10**9 if show_all else SHOWN

    def show(console: Console) -> None:
        passes = pc.sum(rows["passes"]).as_py() or 0
        counties = len(set(zip(rows["state"].to_pylist(), rows["county"].to_pylist(), strict=True)))
        console.print(
            f"{passes:,} of {rows.num_rows:,} specialties pass, in {counties:,} counties "
            "(reach and number of providers; hospitals and other facilities are not looked at)."
        )
        if unknown:
            console.print(f"[yellow]{unknown:,} patients have no ZIP code of a known county.[/]")
        lines = [
            (
                f"{row['county']}, {row['state']}",
                row["county_type"],
                row["specialty"],
                f"{row['max_minutes']:g} min, {row['max_miles']:g} mi",
                f"{percent(row['share'])} of {percent(row['share_required'])}",
                f"{row['providers']:,} of {row['providers_required']:,}",
                "pass" if row["passes"] else "fail",
            )
            for row in shown.to_pylist()
        ]
        columns = ("County", "Type", "Specialty", "Standard", "In reach", "Providers", "")
        if lines:
            console.print(table("", columns, lines, most))

    emit(json, {"adequacy": shown, "without_county": unknown}, show)
