"""rules versions, rules diff, rules shadow."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from api.commands.options import Database, Day, Json, Level, Role, ShowAll, day_of
from api.terminal.screen import SHOWN, emit, percent, table
from data.slot import Slot

if TYPE_CHECKING:
    from api.settings import Settings
    from api.workflow.decide import Rulebook
    from api.workflow.shadow import Shadow
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
    from api.wiring import opened, settings_for
    from api.workflow.shadow import shadow as compare

    settings, slot = settings_for(database), Slot(level, role)
    books = [book_named(settings, name) for name in (old, new)]
    with opened(settings) as store:
        snapshot = store.snapshot(day_of(as_of))
    plan = _planner(settings, snapshot, slot, preset, seconds) if seconds else None
    said = compare(snapshot, books[0], books[1], slot, plan)
    emit(json, said, lambda console: _show(console, said, 10**9 if show_all else SHOWN))


def shadow(
    file: Annotated[str, typer.Argument(help="YAML file or folder, not in force yet")],
    seconds: Seconds = 0,
    preset: Preset = "rebalance",
    level: Level = "primary",
    role: Role = "physician",
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """What a file would change if it were in force: who is affected, and what a plan would cost."""
    diff("in-force", file, seconds, preset, level, role, database, as_of, json, show_all)


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
    if not said.changes:
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
        columns = ("Rule", "#pass", "#fail", "#error", "#not applicable", "#patients without any pass")
        console.print(table("New and changed rules, over all pairs", columns, counts, 999))
    if said.before and said.after:
        columns = ("Proposal", "#assigned", "#moved", "#left without", "#value", "#proven at least")
        costs = [
            (name, each.counts.assign, each.counts.move, each.counts.left, each.value, each.bound)
            for name, each in (("before", said.before), ("after", said.after))
        ]
        console.print(table("What the next proposal would do", columns, costs, 9))
    console.print(f"[dim]{said.seconds:.2f} s[/]")
