"""why, why-not, audit."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from api.commands.options import Database, Day, Json, Level, Role, RulesPath, ShowAll, day_of
from api.terminal.screen import SHOWN, emit, table
from data.slot import Slot

Patient = Annotated[str, typer.Option(help="patient id")]
MARKS = {
    "pass": "[green]✓ pass[/]",
    "fail": "[red]✗ fail[/]",
    "error": "[red]! error[/]",
    "not_applicable": "[dim]– not applicable[/]",
    "not_effective": "[dim]– not in force[/]",
    "waived": "[cyan]~ waived[/]",
}


def why(
    patient: Patient,
    provider: Annotated[str, typer.Option(help="provider id")],
    level: Level = "primary",
    role: Role = "physician",
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    then: Annotated[
        bool, typer.Option("--then", help="with the rules in force, and the assignments known, on that day")
    ] = False,
    json: Json = False,
) -> None:
    """Every rule's verdict on one pair, with the clause that fails and the values it read."""
    from api.rule_books import book_named
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.explain import why as ask
    from api.workflow.rule_versions import end_of

    settings, slot, day = settings_for(database), Slot(level, role), day_of(as_of)
    with opened(settings) as store:
        snapshot = store.snapshot(day, end_of(day) if then else None)
    book = book_named(settings, day.isoformat()) if then else rulebook(settings, rules or ())
    said = ask(snapshot, book, slot, patient, provider)

    def show(console: Console) -> None:
        word = "[green]may[/]" if said.allowed else "[red]may not[/]"
        standing = " (the pair stands today)" if said.standing else ""
        penalty = f", at {said.penalty:,} points of soft rules" if said.penalty else ""
        console.print(f"{patient} {word} go to {provider}{standing}{penalty}")
        for rule in said.rules:
            shadow = " [dim](shadow: tried, not enforced)[/]" if rule.mode == "shadow" else ""
            console.print(f"  {MARKS[rule.verdict]}  {escape(rule.title)}{shadow}")
            if rule.verdict in ("fail", "error", "waived"):
                console.print(f"       {escape(rule.message)}", soft_wrap=True)
                for reading in rule.readings:
                    values = ", ".join(f"{name} = {value}" for name, value in reading.values)
                    console.print(
                        f"       [dim]{escape(reading.clause)}   with {escape(values)}[/]", soft_wrap=True
                    )
                if rule.remedy:
                    console.print(f"       → {escape(rule.remedy)}", soft_wrap=True)

    emit(json, said, show)


def why_not(
    patient: Patient,
    level: Level = "primary",
    role: Role = "physician",
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """All providers for one patient, grouped by the rule that removes them, and who is left."""
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.explain import why_not as ask

    settings, day = settings_for(database), day_of(as_of)
    with opened(settings) as store:
        snapshot = store.snapshot(day)
    said = ask(snapshot, rulebook(settings, rules or ()), Slot(level, role), patient, day)

    def show(console: Console) -> None:
        held = said.holder
        owner = f"{held.owner} ({held.origin})" if held.owner else "nobody"
        console.print(f"[bold]{patient}[/]: has {owner}; {said.considered:,} providers considered")
        left, rows = said.considered, []
        for removal, sample in zip(said.removals, said.samples, strict=True):
            left -= removal.first
            rows.append((removal.title, removal.removed, removal.first, left, ", ".join(sample)))
        columns = ("Rule", "#fail", "#of those left", "#remaining", "for example")
        console.print(table("What removes them", columns, rows, most=99))
        listed = [
            (each.provider_id, each.name, each.penalty, "; ".join(each.full) or "has room")
            for each in said.candidates
        ]
        if listed:
            most = 10**9 if show_all else SHOWN
            console.print(table("Eligible", ("Provider", "Name", "#soft points", "Room"), listed, most))
        else:
            console.print("[red]No provider is eligible.[/]")

    emit(json, said, show)


def audit(
    level: Level = "primary",
    role: Role = "physician",
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Every assignment that stands today against every rule; nothing is capped in --json."""
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.audit import audit as look

    settings = settings_for(database)
    with opened(settings) as store:
        snapshot = store.snapshot(day_of(as_of))
    found = look(snapshot, rulebook(settings, rules or ()), Slot(level, role))

    def show(console: Console) -> None:
        console.print(f"{found.checked:,} standing assignments checked, {found.rows.num_rows:,} findings")
        counts = found.rows.group_by(["severity", "reason", "rule_id"]).aggregate([("patient_id", "count")])
        lines = [
            tuple(row.values()) for row in counts.sort_by([("patient_id_count", "descending")]).to_pylist()
        ]
        if lines:
            console.print(table("By rule", ("Severity", "Reason", "Rule", "#assignments"), lines, most=99))
            most = 10**9 if show_all else SHOWN
            shown = found.rows.select(["patient_id", "provider_id", "rule_id", "message"]).to_pylist()
            rows = [tuple(row.values()) for row in (shown if show_all else shown[: most + 1])]
            console.print(table("Findings", ("Patient", "Provider", "Rule", "What"), rows, most))

    emit(json, {"checked": found.checked, "findings": found.rows}, show)
