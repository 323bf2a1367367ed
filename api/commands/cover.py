"""cover: somebody stands in for some days."""

from datetime import datetime
from typing import Annotated

import typer

from api.commands.options import Database, Day, Json, Level, Role, day_of
from api.terminal.screen import emit
from data.slot import Slot


def cover(
    provider: Annotated[str, typer.Argument(help="provider who is away")],
    by: Annotated[str, typer.Option(help="provider who stands in")],
    on: Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="first day")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="first day without")],
    reason: Annotated[str, typer.Option(help="why")],
    facility: Annotated[str, typer.Option(help="only patients there")] = "",
    patient: Annotated[str, typer.Option(help="only this patient")] = "",
    level: Level = "primary",
    role: Role = "physician",
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """Have somebody stand in for a provider for some days; a plan, to be committed. Owners stay."""
    from api.clock import now
    from api.terminal.preview import show_plan
    from api.wiring import opened, settings_for
    from api.workflow.cover import Cover
    from api.workflow.cover import cover as make

    settings = settings_for(database)
    wish = Cover(provider, by, on.date(), until.date(), reason, facility, patient, Slot(level, role))
    with opened(settings) as store:
        plan = make(store, wish, settings.actor, now(), day_of(as_of))
    payload = {"state": "ready", "header": plan.header, **plan.tables}
    emit(json, payload, lambda console: show_plan(console, plan, "ready"))
