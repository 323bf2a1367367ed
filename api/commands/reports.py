"""report."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import pyarrow as pa
import typer
from rich.console import Console

from api.commands.options import Database, Day, Json, Level, Role, RulesPath, ShowAll, day_of
from api.errors import RequestError
from api.terminal.screen import SHOWN, emit, margin, table
from data.slot import Slot

if TYPE_CHECKING:
    from api.workflow.reports import Asked

FileKind = Literal["csv", "xlsx", "parquet", "ics"]


def report(
    name: Annotated[
        Literal["assignments", "changes", "coverage", "capacity", "unassigned"],
        typer.Argument(help="which report"),
    ],
    out: Annotated[
        Path | None, typer.Option(help="write a file: its ending says which kind (csv, xlsx, parquet, ics)")
    ] = None,
    days: Annotated[
        int, typer.Option(min=0, max=3650, help="ahead for coverage and unassigned, back for changes")
    ] = 30,
    level: Level = "primary",
    role: Role = "physician",
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Who has whom, what changed and who did it, who stands in, how full everybody is, who has nobody."""
    from api.clock import now
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.reports import CATALOG, Asked, about
    from api.workflow.reports import report as make
    from api.workflow.view import View

    kind = _kind_of(out, name) if out else None
    settings, day = settings_for(database), day_of(as_of)
    with opened(settings) as store:
        sight = store.sight(day)
        view = View(sight.snapshot, rulebook(settings, rules or ()), Slot(level, role))
        asked = Asked(store, sight, view, now(), days)
        rows = make(name, asked)
        if out and kind:
            store.note(now(), settings.actor, "export", f"report {name}")
            out.write_bytes(_file(rows, kind, asked, about(name, asked, settings.actor)))
    if out:
        margin().print(f"{rows.num_rows:,} rows written to {out}")
        return
    said, most = CATALOG[name], 10**9 if show_all else SHOWN
    shown = [tuple(row.values()) for row in rows.select(said.shown).slice(0, most).to_pylist()]
    missing = rows.num_rows - len(shown)

    def show(console: Console) -> None:
        console.print(table(said.title, said.shown, shown, most))
        if missing:
            console.print(f"{missing:,} more; see them with --all, --json or --out FILE")

    emit(json, {"report": name, "as_of": day, "rows": rows}, show)


def _kind_of(path: Path, name: str) -> FileKind:
    """The kind of file that an ending stands for; RequestError for another one."""
    endings: tuple[FileKind, ...] = ("csv", "xlsx", "parquet", *(("ics",) if name == "coverage" else ()))
    for each in endings:
        if path.suffix.lower() == f".{each}":
            return each
    raise RequestError((f"{path}: the name must end with {', '.join(f'.{each}' for each in endings)}",))


def _file(rows: pa.Table, kind: FileKind, asked: "Asked", said: dict[str, str]) -> bytes:
    from api.icalendar import to_ical
    from api.sheets import to_file
    from api.workflow.reports import events_of

    if kind == "ics":
        return to_ical(said["report"], events_of(rows, asked), asked.now)
    return to_file(rows, kind, said)
