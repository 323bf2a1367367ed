"""adequacy."""

from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
import typer
from rich.console import Console

from api.commands.options import Database, Day, Json, RulesPath, ShowAll, day_of
from api.terminal.screen import SHOWN, emit, percent, table

VERDICTS = {True: "pass", False: "fail", None: "reach only"}


def adequacy(
    insurance: Annotated[str, typer.Option(help="only providers who take part in this plan")] = "",
    state: Annotated[list[str] | None, typer.Option(help="only counties of this state; repeatable")] = None,
    standard: Annotated[str, typer.Option(help="standard in force")] = "cms-ma-network-adequacy",
    failing: Annotated[bool, typer.Option("--failing", help="only what does not pass")] = False,
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Network adequacy by county and specialty, as 42 CFR 422.116 has it for Medicare Advantage."""
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.adequacy import adequacy as look

    settings = settings_for(database)
    with opened(settings) as store:
        snapshot = store.snapshot(day_of(as_of))
    rows, unknown = look(snapshot, rulebook(settings, rules or ()), insurance, standard)
    if state:
        rows = rows.filter(pc.is_in(rows["state"], value_set=pa.array(state)))
    shown = rows.filter(pc.invert(pc.fill_null(rows["passes"], False))) if failing else rows
    most = 10**9 if show_all else SHOWN

    def show(console: Console) -> None:
        passes = pc.sum(rows["passes"]).as_py() or 0
        counties = len(set(zip(rows["state"].to_pylist(), rows["county"].to_pylist(), strict=True)))
        console.print(
            f"{passes:,} of {rows.num_rows:,} specialties pass, in {counties:,} counties "
            f"({rows['passes'].null_count:,} cannot be told: the number needed is one of beds)."
        )
        if unknown:
            console.print(f"[yellow]{unknown:,} patients have no ZIP code of a known county.[/]")
        lines = [
            (
                f"{row['county']}, {row['state']}",
                row["county_type"],
                row["specialty"],
                f"{row['max_minutes']:g} min, {row['max_miles']:g} mi",
                percent(row["share"]) + (f" + {percent(row['credit'])}" if row["credit"] else ""),
                percent(row["share_required"]),
                row["providers"],
                "beds" if row["providers_required"] is None else row["providers_required"],
                VERDICTS[row["passes"]],
            )
            for row in shown.to_pylist()
        ]
        columns = ("County", "Type", "Specialty", "Standard", "In reach", "#of", "#there", "#of", "")
        if lines:
            console.print(table("", columns, lines, most))

    emit(json, {"adequacy": shown, "without_county": unknown}, show)
