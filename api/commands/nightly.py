"""fix-gaps: the batch job of the night."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.commands.options import Database, Day, Json, RulesPath, day_of
from api.terminal.screen import emit, table

WAITS = 3
"""Exit code: something waits for a person."""


def fix_gaps(
    policy: Annotated[Path, typer.Option(help="YAML file: what may be done without a person")],
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """Close gaps as a policy allows; what it does not allow is kept as a plan that waits for approval."""
    from api.clock import now
    from api.engine import engine
    from api.terminal.progress import SolveLine
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.fix_gaps import fix_gaps as fix
    from api.workflow.policy import read_policy

    settings, allowed = settings_for(database), read_policy(policy)
    with opened(settings) as store, SolveLine(json) as line:
        book, local = rulebook(settings, rules or ()), lambda: now().astimezone()
        done = fix(store, allowed, book, day_of(as_of), local, engine, line)

    def show(console: Console) -> None:
        columns = ("Slot", "#gaps", "Plan", "#assigned", "#moved", "#left", "Committed")
        rows = [
            (str(each.slot), each.gaps, each.plan_id, each.assigned, each.moved, each.left, each.committed)
            for each in done
        ]
        console.print(table("Gaps", columns, rows))
        for each in done:
            for why in each.waits:
                console.print(f"[yellow]{each.plan_id} waits:[/] {why}", soft_wrap=True)

    emit(json, list(done), show)
    if any(each.waits or each.left for each in done):
        raise typer.Exit(WAITS)
