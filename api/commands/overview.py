"""status, gaps, history."""

from typing import Annotated

import pandas as pd
import typer
from rich.console import Console

from api.commands.options import Database, Day, Json, Level, Role, ShowAll, day_of
from api.errors import RequestError
from api.terminal.screen import SHOWN, emit, table
from data.slot import Slot

Practices = Annotated[list[str] | None, typer.Option("--practice", help="only these practices; repeatable")]


def status(database: Database = None, as_of: Day = None, json: Json = False) -> None:
    """What the store holds, who is without a provider, and the last plans."""
    from api.wiring import opened, settings_for
    from api.workflow.status import status as look

    settings = settings_for(database)
    with opened(settings) as store:
        seen = look(store, day_of(as_of))

    def show(console: Console) -> None:
        console.print(f"Store [bold]{settings.place}[/], revision {seen.revision}, as of {seen.as_of}")
        console.print(table("", ("Table", "#rows"), seen.rows.items(), most=99))
        if seen.without:
            console.print(
                f"[yellow]{seen.without:,} patients have nobody at work[/] ([bold]panelwise gaps[/])"
            )
        else:
            console.print("[green]Every patient has somebody at work.[/]")
        columns = ("Slot", "#patients", "#held", "#without", "#leaving soon")
        rows = [(str(each.slot), each.population, each.held, each.without, each.soon) for each in seen.slots]
        console.print(table("By slot", columns, rows))
        recent = [(each.header.plan_id, each.state, each.header.title) for each in seen.plans]
        if recent:
            console.print(table("Last plans", ("Plan", "State", "What"), recent))

    emit(json, seen, show)


def gaps(
    practice: Practices = None,
    level: Level = "primary",
    role: Role = "physician",
    horizon: Annotated[int, typer.Option(min=0, help="days to look ahead for departures")] = 90,
    rows: Annotated[bool, typer.Option("--list", help="list the patients, not only counts")] = False,
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Patients without a provider: nobody, departed, away without coverage, leaving soon."""
    from api.wiring import opened, settings_for
    from api.workflow.gaps import MEANING
    from api.workflow.gaps import gaps as find

    with opened(settings_for(database)) as store:
        found = find(store.snapshot(day_of(as_of)), Slot(level, role), horizon, practice or ())
    most = 10**9 if show_all else SHOWN

    def show(console: Console) -> None:
        if found.rows.empty:
            console.print("[green]No gaps.[/]")
            return
        counts = found.rows["code"].value_counts()
        lines = [(code, MEANING[code], int(counts[code])) for code in MEANING if code in counts]
        console.print(table(f"Gaps in {found.slot}", ("Code", "Meaning", "#patients"), lines))
        grouped = found.by_practice()
        by_practice = [
            (name, *(int(value) for value in row))
            for name, row in zip(grouped.index, grouped.to_numpy(), strict=True)
        ]
        console.print(
            table("By practice", ("Practice", *(f"#{name}" for name in grouped.columns)), by_practice, most)
        )
        if rows:
            console.print(table("Patients", tuple(found.rows.columns), found.rows.to_numpy(), most))
        console.print("To fill them: [bold]panelwise propose --preset fill_gaps[/]")

    emit(json, {"slot": str(found.slot), "as_of": found.as_of, "gaps": found.rows}, show)


def history(
    patient: Annotated[list[str] | None, typer.Option(help="patient id; repeatable")] = None,
    facility: Annotated[list[str] | None, typer.Option(help="facility id; repeatable")] = None,
    provider: Annotated[str, typer.Option(help="only rows that name this provider")] = "",
    limit: Annotated[
        int, typer.Option(min=1, help="events of the audit log, without a patient or facility")
    ] = 50,
    database: Database = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Every row of a patient or facility, believed or not; without one, the audit log."""
    from api.wiring import opened, settings_for

    most = 10**9 if show_all else limit
    with opened(settings_for(database)) as store:
        if not (patient or facility):
            events = store.audit(limit).to_pandas()
            emit(json, events, lambda console: console.print(_drawn("Audit log", events, most)))
            return
        rows = store.history(patient or (), facility or ()).to_pandas()
    if provider:
        rows = rows[rows["provider_id"] == provider]
    if rows.empty:
        raise RequestError(("no rows: nothing was ever recorded for these ids",))
    shown = rows.drop(columns=[name for name in rows.columns if rows[name].isna().all()])
    emit(json, rows, lambda console: console.print(_drawn("Assignments", shown, most)))


def _drawn(title: str, frame: pd.DataFrame, most: int) -> object:
    cells = frame.copy()
    for name in cells.columns:
        if isinstance(cells[name].dtype, pd.DatetimeTZDtype):
            cells[name] = cells[name].dt.strftime("%Y-%m-%d %H:%M:%S")
    return table(title, tuple(cells.columns), cells.to_numpy(), most)
