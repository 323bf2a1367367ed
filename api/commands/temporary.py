"""set-temporary."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from api.commands.options import Database, Day, Json, Level, Role, day_of
from api.commands.waivers import put_in_force
from api.terminal.screen import emit
from data.slot import Slot


def set_temporary(
    patient: Annotated[str, typer.Option(help="patient id")],
    provider: Annotated[str, typer.Option(help="provider id, also who has the patient already")],
    review_on: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="day by which somebody looks again")
    ],
    reason: Annotated[str, typer.Option(help="why")],
    code: Annotated[str, typer.Option(help="the reason in one word, as FAMILY_REQUEST")] = "",
    override: Annotated[
        bool, typer.Option("--override", help="override rules that let you; else approval is asked for")
    ] = False,
    level: Level = "primary",
    role: Role = "physician",
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """Give a patient to a provider for the time being, with a day of review; a plan, to be committed.

    Rules that object are overridden or asked to be waived until that day, only where they say they may be.
    """
    from api.access import local_principal
    from api.clock import now
    from api.terminal.preview import show_plan
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.temporary import Temporarily, keep_temporary, nobody, temporary

    settings = settings_for(database)
    deciding = local_principal(settings.actor).deciding_as if override else nobody
    wish = Temporarily(patient, provider, review_on.date(), reason, code, deciding, Slot(level, role))
    with opened(settings) as store:
        snapshot = store.snapshot(day_of(as_of))
        made = temporary(snapshot, rulebook(settings), wish, settings.actor, now())
        keep_temporary(store, made, snapshot, now())
    if made.waivers:
        put_in_force(settings, made.waivers, new=True)

    def show(console: Console) -> None:
        show_plan(console, made.plan, "ready")
        for name in made.pending:
            console.print(f"[yellow]{name} has to be approved first:[/] panelwise rules approve {name}")

    payload = {
        "header": made.plan.header,
        "waivers": sorted(name.removesuffix(".yaml") for name in made.waivers),
        "pending": made.pending,
        **made.plan.tables,
    }
    emit(json, payload, show)
