"""panel, why-current."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from api.commands.options import Database, Day, Json, Level, Role, day_of
from api.terminal.screen import emit, table
from data.slot import Slot


def panel(
    provider: Annotated[str, typer.Argument(help="provider id")],
    role: Role = "physician",
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """How many patients a provider has, by practice and level, those by a facility's default included."""
    from api.wiring import opened, settings_for
    from api.workflow.panel import panel as count

    with opened(settings_for(database)) as store:
        found = count(store.sight(day_of(as_of)), provider, role)

    def show(console: Console) -> None:
        levels = list(found.by_level)
        columns = ("Practice", "#patients", *(f"#{each}" for each in levels))
        rows = [
            (each.practice_id, each.total, *(each.by_level.get(level, 0) for level in levels))
            for each in found.practices
        ]
        console.print(table(f"{provider} has {found.total:,} patients as {role}", columns, rows, 10**9))

    emit(json, found, show)


def why_current(
    patient: Annotated[str, typer.Option(help="patient id")],
    level: Level = "primary",
    role: Role = "physician",
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """Why a patient has the provider that they have: every row that could decide, plans that wait, visits."""
    from api.wiring import opened, settings_for
    from api.workflow.trace import why_current as trace

    slot = Slot(level, role)
    with opened(settings_for(database)) as store:
        found = trace(store.sight(day_of(as_of)), store, slot, patient)

    def show(console: Console) -> None:
        held = found.holder
        acting = f"; {held.acting} stands in" if held.acting != held.owner else ""
        console.print(f"{patient} has {held.owner or 'nobody'} for {slot} on {found.as_of}{acting}")
        rows = [
            (each.verdict, each.kind, each.provider_id, each.level, each.starts_on, each.ends_on, each.why)
            for each in found.considered
        ]
        if rows:
            columns = ("", "Kind", "Provider", "Level", "From", "Until", "Why")
            console.print(table("What was looked at", columns, rows, 10**9))
        for plan in found.waiting:
            console.print(f"Waits: {plan.plan_id} would give {plan.provider_id or 'nobody'}; {plan.why}")
        for visit in found.visits:
            console.print(f"Visit {visit.visit_id} on {visit.on} is with {visit.provider_id}")
        for note in found.notes:
            console.print(f"[yellow]{escape(note)}[/]")

    emit(json, found, show)
