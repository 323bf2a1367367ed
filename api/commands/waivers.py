"""rules waivers, waive, justify, approve, revoke."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.commands.options import Database, Day, Json, day_of
from api.terminal.screen import emit, table

if TYPE_CHECKING:
    from api.settings import Settings
    from api.workflow.waivers import WaiverState

Name = Annotated[str, typer.Argument(help="name of the waiver, as `rules waivers` shows it")]


RuleId = Annotated[str, typer.Argument(help="id of the rule")]
Why = Annotated[str, typer.Option("--reason", help="why")]
Until = Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="first day no longer")]
Patient = Annotated[str, typer.Option("--patient", help="patient id; none: all of the provider")]
Provider = Annotated[str, typer.Option("--provider", help="provider id; none: all for the patient")]
Code = Annotated[str, typer.Option("--code", help="the reason in one word, as FAMILY_REQUEST")]


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
                f"{each.code}: {each.reason}" if each.code else each.reason,
                _by(each),
            )
            for each in found
        ]
        console.print(table("", columns, rows, most=999) if rows else "No waivers.")

    emit(json, found, show)


def waive(
    rule: RuleId,
    reason: Why,
    until: Until,
    patient: Patient = "",
    provider: Provider = "",
    code: Code = "",
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """Request an exception to a rule. It does nothing before somebody who may approves it."""
    from api.wiring import rulebook, settings_for
    from api.workflow.waivers import Wish, requested

    settings = settings_for(database)
    day = day_of(as_of)
    wish = Wish(rule, patient, provider, reason, day, until.date(), code)
    name, text = requested(rulebook(settings), wish, settings.actor, day)
    put_in_force(settings, {f"{name}.yaml": text}, new=True)
    emit(
        json,
        {"name": name, "state": "requested"},
        lambda console: console.print(
            f"{name} is requested. To approve it: [bold]panelwise rules approve {name}[/]"
        ),
    )


def justify(
    rule: RuleId,
    reason: Why,
    code: Annotated[str, typer.Option(help="the reason in one word, as FAMILY_REQUEST")],
    until: Until,
    patient: Patient = "",
    provider: Provider = "",
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """Override a rule on your own word, where the rule lets your role do so; it is kept with the reason."""
    from api.access import local_principal
    from api.wiring import rulebook, settings_for
    from api.workflow.waivers import Wish, deciding_role, justified

    settings, day = settings_for(database), day_of(as_of)
    wish, book = Wish(rule, patient, provider, reason, day, until.date(), code), rulebook(settings)
    role = deciding_role(book, rule, local_principal(settings.actor), override=True)
    name, text = justified(book, wish, settings.actor, role, day)
    put_in_force(settings, {f"{name}.yaml": text}, new=True)
    told = {"name": name, "state": "in force", "by": settings.actor, "role": role}
    emit(json, told, lambda console: console.print(f"{name} is in force until {until.date()}."))


def approve(
    name: Name,
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """Approve a requested exception; from then on the rule is waived on its days."""
    from api.access import local_principal
    from api.wiring import rulebook, settings_for
    from api.workflow.waivers import approved, deciding_role, waiver_named

    settings = settings_for(database)
    book = rulebook(settings)
    asked = waiver_named(book, name, day_of(as_of))
    role = deciding_role(book, asked.rule, local_principal(settings.actor))
    file, text = approved(book, name, settings.actor, role)
    put_in_force(settings, {file: text})
    told = {"name": name, "approved_by": settings.actor, "role": role}
    emit(json, told, lambda console: console.print(f"{name} is approved by {settings.actor} ({role})."))


def revoke(name: Name, database: Database = None, as_of: Day = None, json: Json = False) -> None:
    """End an exception today."""
    from api.wiring import rulebook, settings_for
    from api.workflow.waivers import revoked

    settings, day = settings_for(database), day_of(as_of)
    file, text = revoked(rulebook(settings), name, day)
    put_in_force(settings, {file: text})
    told = {"name": name, "revoked_on": day}
    emit(json, told, lambda console: console.print(f"{name} does not count from {day} on."))


def put_in_force(settings: "Settings", texts: Mapping[str, str], new: bool = False) -> None:
    """Put checked documents in force (`new` ones in the place of none); rules before and after are kept."""
    from api.rule_books import keep_used
    from api.wiring import put_in_force as write
    from api.wiring import rulebook

    keep_used(settings, rulebook(settings), tried=False)
    write(settings, texts, new)
    keep_used(settings, rulebook(settings), tried=False)


def _by(waiver: "WaiverState") -> str:
    if not waiver.approved_by:
        return f"asked: {waiver.requested_by}"
    return f"{waiver.approved_by}, on their own word" if waiver.justified else waiver.approved_by
