"""findings."""

from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
import typer
from rich.console import Console

from api.commands.options import Database, Day, Json, Level, Role, RulesPath, ShowAll, day_of
from api.terminal.screen import SHOWN, emit, table
from data.slot import Slot


def findings(
    code: Annotated[list[str] | None, typer.Option(help="only these codes; repeatable")] = None,
    new: Annotated[bool, typer.Option("--new", help="only what the last run did not have")] = False,
    record: Annotated[bool, typer.Option(help="keep the run, to be compared with the next one")] = True,
    level: Level = "primary",
    role: Role = "physician",
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """What somebody should look at, most urgent first, with what is new since the last run."""
    from api.clock import now
    from api.rule_books import opened_rules
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.findings import compared
    from api.workflow.findings import findings as look

    settings, slot = settings_for(database), Slot(level, role)
    book = rulebook(settings, rules or ())
    with opened(settings) as store:
        snapshot = store.snapshot(day_of(as_of))
    run = look(snapshot, book, slot, settings.actor, now())
    with opened_rules(settings) as kept:
        previous = kept.last_run(slot)
        run = kept.keep_run(run) if record else run
    said = compared(run, previous)
    rows = said.new if new else run.rows
    if code:
        rows = rows.filter(pc.is_in(rows["code"], value_set=pa.array(code)))
    most = 10**9 if show_all else SHOWN

    def show(console: Console) -> None:
        since = f" since run {said.previous.run_id}" if said.previous else ""
        console.print(
            f"{run.checked:,} subjects looked at as of {run.as_of}: {run.rows.num_rows:,} findings, "
            f"{said.new.num_rows:,} new, {said.gone.num_rows:,} gone{since}."
        )
        counts = rows.group_by(["severity", "code"], use_threads=False).aggregate([("subject", "count")])
        lines = [(row["severity"], row["code"], row["subject_count"]) for row in counts.to_pylist()]
        if lines:
            console.print(table("By code", ("Severity", "Code", "#findings"), lines, most=99))
            names = ["code", "subject", "message", "since"]
            shown = [tuple(row.values()) for row in rows.select(names).slice(0, most).to_pylist()]
            console.print(table("", ("Code", "Subject", "What", "Since"), shown, most))
            if rows.num_rows > len(shown):
                console.print(f"{rows.num_rows - len(shown):,} more; see them with --all, --code or --json")

    payload = {
        "run": run.run_id,
        "as_of": run.as_of,
        "slot": str(slot),
        "checked": run.checked,
        "findings": rows,
        "gone": said.gone,
    }
    emit(json, payload, show)
