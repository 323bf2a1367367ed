"""rules waivers, waive, approve, revoke."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.commands.options import Database, Day, Json, day_of
from api.terminal.screen import emit, table

if TYPE_CHECKING:
    from api.settings import Settings

Name = Annotated[str, typer.Argument(help="name of the waiver, as `rules waivers` shows it")]


def waivers(database: Database = None, as_of: Day = None, json: Json = False) -> None:
    """Exceptions to rules: requested, in force, upcoming, expired, revoked."""
    from api.wiring import rulebook, settings_for
    from api.workflow.waivers import waivers as look

    found = look(rulebook(settings_for(database)), day_of(as_of))

    def show(console: Console) -> None:
        columns = ("Name", "State", "Rule", "Patient", "Provider", "From", "Until", "Why", "By")
        rows = [
            (
                each.name,
                each.state,
                each.rule,
                each.patient or "any",
                each.provider or "any",
                each.from_day,
                each.until,
                each.reason,
                each.approved_by or f"asked: {each.requested_by}",
            )
            for each in found
        ]
        console.print(table("", columns, rows, most=999) if rows else "No waivers.")

    emit(json, found, show)


def waive(
    rule: Annotated[str, typer.Argument(help="id of the rule")],
    reason: Annotated[str, typer.Option(help="why")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="first day no longer")],
    patient: Annotated[str, typer.Option(help="patient id; none: every patient of the provider")] = "",
    provider: Annotated[str, typer.Option(help="provider id; none: every provider for the patient")] = "",
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """Request an exception to a rule. It does nothing before somebody who may approves it."""
    from api.wiring import rulebook, settings_for
    from api.workflow.waivers import requested

    settings = settings_for(database)
    day = day_of(as_of)
    name, text = requested(
        rulebook(settings), rule, patient, provider, reason, day, until.date(), settings.actor
    )
    _write(settings, f"{name}.yaml", text)
    emit(
        json,
        {"name": name, "state": "requested"},
        lambda console: console.print(
            f"{name} is requested. To approve it: [bold]panelwise rules approve {name} --role manager[/]"
        ),
    )


def approve(
    name: Name,
    role: Annotated[str, typer.Option(help="role in which you approve, as the rule asks for it")],
    database: Database = None,
    json: Json = False,
) -> None:
    """Approve a requested exception; from then on the rule is waived on its days."""
    from api.wiring import rulebook, settings_for
    from api.workflow.waivers import approved

    settings = settings_for(database)
    file, text = approved(rulebook(settings), name, settings.actor, role)
    _write(settings, file, text)
    told = {"name": name, "approved_by": settings.actor, "role": role}
    emit(json, told, lambda console: console.print(f"{name} is approved by {settings.actor} ({role})."))


def revoke(name: Name, database: Database = None, as_of: Day = None, json: Json = False) -> None:
    """End an exception today."""
    from api.wiring import rulebook, settings_for
    from api.workflow.waivers import revoked

    settings, day = settings_for(database), day_of(as_of)
    file, text = revoked(rulebook(settings), name, day)
    _write(settings, file, text)
    told = {"name": name, "revoked_on": day}
    emit(json, told, lambda console: console.print(f"{name} does not count from {day} on."))


def _write(settings: "Settings", file: str, text: str) -> None:
    """Put a checked document in force, and keep the rules of before and after."""
    from api.rule_books import keep_used
    from api.wiring import rulebook, rules_folder

    keep_used(settings, rulebook(settings), tried=False)
    folder = rules_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / Path(file).name).write_text(text, encoding="utf-8")
    keep_used(settings, rulebook(settings), tried=False)
