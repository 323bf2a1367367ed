"""departure-check, deactivate, visits, activate: who leaves, and what a later day brings."""

from typing import Annotated

import typer
from rich.console import Console

from api.commands.options import Database, Day, Json, Level, Role, RulesPath, ShowAll, day_of
from api.terminal.screen import SHOWN, emit, table
from data.slot import Slot

BLOCKED = 3
"""Exit code: something is to be settled first."""

ProviderId = Annotated[str, typer.Argument(help="provider id")]


def departure_check(
    provider_id: ProviderId, database: Database = None, as_of: Day = None, json: Json = False
) -> None:
    """List what still rests on a provider who is to leave: patients, defaults, coverage, visits, plans."""
    from api.wiring import opened, settings_for
    from api.workflow.departure import departure_check as check

    with opened(settings_for(database)) as store:
        found = check(store, provider_id, day_of(as_of))

    def show(console: Console) -> None:
        rows = [(each.code, each.count, each.message, each.remedy) for each in found]
        columns = ("Code", "#count", "What", "To settle it")
        console.print(table("", columns, rows) if rows else f"Nothing rests on {provider_id}.")

    emit(json, list(found), show)
    if found:
        raise typer.Exit(BLOCKED)


def deactivate(
    provider_id: ProviderId,
    reason: Annotated[str, typer.Option(help="why, for the audit log")],
    force: Annotated[bool, typer.Option("--force", help="leave behind what still rests on them")] = False,
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """Mark a provider as no longer active, the last step; refused while anything rests on them."""
    from api.clock import now
    from api.wiring import opened, settings_for
    from api.workflow.departure import deactivate as leave

    settings = settings_for(database)
    with opened(settings) as store:
        receipt = leave(store, provider_id, day_of(as_of), settings.actor, now(), reason, force)
    emit(json, receipt, lambda console: console.print(f"{provider_id} is no longer active."))


def visits(
    level: Level = "primary",
    role: Role = "physician",
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Visits with somebody else than the patient's provider, and what was ordered for each."""
    from api.wiring import opened, settings_for
    from api.workflow.visits import visits_with_others

    with opened(settings_for(database)) as store:
        found = visits_with_others(store.sight(day_of(as_of)), Slot(level, role), store.visit_orders())

    def show(console: Console) -> None:
        columns = ("Visit", "On", "Patient", "With", "Patient of", "Order", "To", "Plan")
        names = (
            "visit_id",
            "on",
            "patient_id",
            "provider_id",
            "owner_id",
            "order",
            "to_provider_id",
            "plan_id",
        )
        rows = [[row[name] for name in names] for row in found.to_pylist()]
        most = 10**9 if show_all else SHOWN
        console.print(
            table("", columns, rows, most) if rows else "Every visit is with the patient's provider."
        )

    emit(json, found, show)


def activate(
    ahead: Annotated[
        int, typer.Option(min=0, help="also look, without doing anything, so many days ahead")
    ] = 0,
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """Look again at committed plans whose day has come; hold what no longer may take effect."""
    from api.clock import now
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.activate import activate_due

    settings = settings_for(database)
    book = rulebook(settings, rules or ())
    with opened(settings) as store:
        found = activate_due(store, book, settings.actor, now(), day_of(as_of), ahead)

    def show(console: Console) -> None:
        columns = ("Plan", "Effective", "#patients", "#held", "#against the rules", "Hold", "Done")
        rows = [
            (
                each.plan_id,
                each.effective_on,
                each.patients,
                len(each.held),
                len(each.broken),
                each.hold_plan_id,
                each.due,
            )
            for each in found
        ]
        console.print(table("", columns, rows, most=999) if rows else "No plan is due.")

    emit(json, list(found), show)
    if any(each.broken or each.waits for each in found):
        raise typer.Exit(BLOCKED)
