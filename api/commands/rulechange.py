"""rules versions, rules diff, rules shadow."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from api.commands.options import Database, Day, Json, Level, Role, ShowAll, day_of
from api.terminal.screen import SHOWN, emit, percent, table
from data.slot import Slot

if TYPE_CHECKING:
    import pyarrow as pa

    from api.settings import Settings
    from api.workflow.decide import Rulebook
    from api.workflow.shadow import LimitEffect, Shadow
    from data.plan import Plan
    from data.snapshot import Snapshot

Seconds = Annotated[
    float, typer.Option("--solve", min=0, help="also compute a proposal under each, for so many seconds")
]
Preset = Annotated[str, typer.Option(help="preset of the proposals")]


def versions(
    limit: Annotated[int, typer.Option(min=1, help="how many")] = 20,
    database: Database = None,
    json: Json = False,
) -> None:
    """Every set of rules that was in force or tried, the newest first."""
    from api.rule_books import opened_rules
    from api.wiring import settings_for

    with opened_rules(settings_for(database)) as rules:
        books = rules.books(limit)
    rows = [
        (each.digest[:12], f"{each.at:%Y-%m-%d %H:%M}", each.actor, "in force" if each.in_force else "tried")
        for each in books
    ]

    def show(console: Console) -> None:
        columns = ("Version", "From", "By", "Use")
        console.print(table("", columns, rows, limit) if rows else "No rules were kept yet.")

    emit(json, books, show)


def diff(
    old: Annotated[str, typer.Argument(help="in-force, a day, plan:ID, a version, or a file or folder")],
    new: Annotated[str, typer.Argument(help="the same; a file counts together with what is in force")],
    seconds: Seconds = 0,
    preset: Preset = "rebalance",
    level: Level = "primary",
    role: Role = "physician",
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """What changes from one set of rules to another, and what that does to your own data."""
    from api.rule_books import book_named
    from api.wiring import settings_for

    settings = settings_for(database)
    books = book_named(settings, old), book_named(settings, new)
    _compare(settings, *books, (), Slot(level, role), seconds, preset, as_of, json, show_all)


def shadow(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="YAML files or folders, not in force yet [default: what is in shadow mode]"),
    ] = None,
    seconds: Seconds = 10,
    preset: Preset = "rebalance",
    level: Level = "primary",
    role: Role = "physician",
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """What files would change if they were enforced: who is affected, what the next plan would cost.

    Their bindings in shadow mode count as enforced; without files, those of the rules in force do.
    """
    from api.errors import RequestError
    from api.wiring import rule_texts, rulebook, settings_for

    settings = settings_for(database)
    old = rulebook(settings)
    asked = rulebook(settings, files) if files else old
    new, enforced = asked.enforced({name for path in files for name in rule_texts(path)} if files else None)
    if not files and not enforced:
        raise RequestError(("nothing in force is in shadow mode; name a file to be looked at",))
    _compare(settings, old, new, enforced, Slot(level, role), seconds, preset, as_of, json, show_all)


def _compare(
    settings: "Settings",
    old: "Rulebook",
    new: "Rulebook",
    enforced: tuple[str, ...],
    slot: Slot,
    seconds: float,
    preset: str,
    as_of: Day,
    json: bool,
    show_all: bool,
) -> None:
    """Compare two books on the store's data and show it."""
    from api.wiring import opened
    from api.workflow.shadow import shadow as compare

    with opened(settings) as store:
        snapshot = store.snapshot(day_of(as_of))
    plan = _planner(settings, snapshot, slot, preset, seconds) if seconds else None
    said = compare(snapshot, old, new, slot, plan, enforced)
    emit(json, said, lambda console: _show(console, said, 10**9 if show_all else SHOWN))


def _planner(
    settings: "Settings", snapshot: "Snapshot", slot: Slot, preset: str, seconds: float
) -> "Callable[[Rulebook], Plan]":
    from api.clock import now
    from api.workflow.propose import Request, computed
    from solver.params import Params
    from solver.solve import solve

    def plan(book: "Rulebook") -> "Plan":
        day = snapshot.as_of
        request = Request(preset, day, day, settings.actor, slot, params=Params(seconds, gap=0.001))
        return computed(
            snapshot,
            request,
            book,
            now(),
            lambda problem, params, start, report: solve(problem, params, start, on_progress=report),
            lambda _: None,
        )

    return plan


def _show(console: Console, said: "Shadow", most: int) -> None:
    if said.enforced:
        names = escape(", ".join(said.enforced))
        console.print(f"[yellow]As if enforced, though written in shadow mode:[/] {names}", soft_wrap=True)
    elif not said.changes:
        console.print("[green]The two say the same.[/]")
    for change in said.changes:
        console.print(f"[bold]{change.what} {escape(change.name)}[/] {change.kind}", soft_wrap=True)
        for field in change.fields:
            console.print(f"    {escape(str(field))}", soft_wrap=True)
    share = percent(said.pairs_lost / said.pairs_before) if said.pairs_before else "0 %"
    console.print(
        f"Of {said.pairs_before:,} allowed pairs of {said.patients:,} patients, {said.pairs_lost:,} "
        f"({share}) are lost, by {said.losing:,} patients; {said.pairs_gained:,} are gained.",
        soft_wrap=True,
    )
    for rows, title in (
        (said.stranded, "Would have no eligible provider left"),
        (said.freed, "Would have an eligible provider again"),
        (said.failing, "Standing assignments that would fail"),
        (said.mended, "Standing assignments that would no longer fail"),
    ):
        if rows.num_rows:
            shown = [tuple(row.values()) for row in rows.slice(0, most).to_pylist()]
            console.print(f"[bold]{title}: {rows.num_rows:,}[/]")
            console.print(table("", ("Patient", "Has", "Rules"), shown, most))
        else:
            console.print(f"{title}: none")
    counts = [
        (each.rule_id, each.passed, each.failed, each.error, each.not_applicable, each.lonely)
        for each in said.rules
    ]
    if counts:
        columns = ("Rule", "#pass", "#fail", "#error", "#not applicable", "#nobody")
        console.print(table("New and changed rules, over all pairs", columns, counts, 999))
    show_limits(console, said.limits, said.over, "New and changed limits, today")
    if said.before and said.after:
        columns = ("Proposal", "#assigned", "#moved", "#left without", "#value", "#proven at least")
        costs = [
            (name, each.counts.assign, each.counts.move, each.counts.left, each.value, each.bound)
            for name, each in (("before", said.before), ("after", said.after))
        ]
        console.print(table("What the next proposal would do", columns, costs, 9))
        if said.unplaced.num_rows:
            console.print(f"[bold]Could no longer be placed: {said.unplaced.num_rows:,}[/]")
            shown = [tuple(row.values()) for row in said.unplaced.slice(0, most).to_pylist()]
            console.print(table("", ("Patient", "Has", "Why"), shown, most))
    console.print(f"[dim]{said.seconds:.2f} s[/]")


def show_limits(console: Console, limits: "Sequence[LimitEffect]", over: "pa.Table", title: str) -> None:
    """What limits find today, and who is over one."""
    if not limits:
        return
    columns = ("Limit", "Unit", "#providers with it", "#at it", "#over it", "#too much")
    rows = [(each.limit_id, each.unit, each.limited, each.full, each.over, each.excess) for each in limits]
    console.print(table(title, columns, rows, 999))
    if over.num_rows:
        shown = [tuple(row.values()) for row in over.slice(0, SHOWN).to_pylist()]
        console.print(table("Over a limit today", ("Limit", "Provider", "#used", "#most"), shown))
        if over.num_rows > SHOWN:
            console.print(f"{over.num_rows - SHOWN:,} more; see them with --json")
