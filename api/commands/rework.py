"""rebase, tradeoff: plans made from plans, and several plans from one request."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.commands.options import Database, Day, Json, Level, Role, RulesPath, ShowAll, day_of
from api.terminal.screen import SHOWN, emit, margin, percent, table
from data.slot import Slot
from solver.params import Params

if TYPE_CHECKING:
    from api.workflow.rebase import Rebased

PlanId = Annotated[str, typer.Argument(help="plan id, or its beginning")]
Seed = Annotated[int, typer.Option(help="seed of every random choice")]
LEFT_WITHOUT = 3
"""Exit code: patients are left without a provider."""


def rebase(
    plan_id: PlanId,
    leave: Annotated[list[str] | None, typer.Option(help="provider who leaves besides; repeatable")] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="time limit of the solve")] = 20.0,
    seed: Seed = 0,
    workers: Annotated[int, typer.Option(min=1, help="threads")] = 1,
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Propose a stale plan again from today's data, keeping of its moves what still can be kept."""
    from api.clock import now
    from api.terminal.preview import show_plan
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.rebase import rebase as again

    settings = settings_for(database)
    params = Params(seconds, gap=0.001, seed=seed, workers=workers)
    book = rulebook(settings, rules or ())
    with opened(settings) as store:
        done = again(store, plan_id, book, settings.actor, now(), day_of(as_of), params, tuple(leave or ()))

    def show(console: Console) -> None:
        show_plan(console, done.plan, "ready", 10**9 if show_all else SHOWN)
        console.print(_of_its_moves(done))

    emit(json, _as_json(done), show)
    if done.plan.header.counts.left:
        raise typer.Exit(LEFT_WITHOUT)


def tradeoff(
    preset: Annotated[str, typer.Option(help="objective to begin with")] = "rebalance",
    x: Annotated[str, typer.Option("--x", help="first aim: moves, or a term of the objective")] = "moves",
    y: Annotated[str, typer.Option("--y", help="second aim: a term of the objective")] = "balance",
    points: Annotated[int, typer.Option(min=2, max=25, help="how many are solved")] = 7,
    level: Level = "primary",
    role: Role = "physician",
    seconds: Annotated[float, typer.Option(min=0.5, help="time for all points together")] = 60.0,
    seed: Seed = 0,
    workers: Annotated[int, typer.Option(min=1, help="threads")] = 1,
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """What one aim costs another: several plans from no moves to many, each kept for review."""
    from api.clock import now
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.propose import Request
    from api.workflow.tradeoff import tradeoff as curve_of

    settings, day = settings_for(database), day_of(as_of)
    params = Params(seconds, gap=0.0005, seed=seed, workers=workers)
    request = Request(preset, day, day, settings.actor, Slot(level, role), params=params)
    book, screen = rulebook(settings, rules or ()), margin()

    def begun(number: int, label: str) -> None:
        if not json:
            screen.print(f"[dim]point {number}: {label}[/]")

    with opened(settings) as store:
        curve = curve_of(store, request, book, now(), x, y, points, begun)

    def show(console: Console) -> None:
        columns = ("Point", f"#{x}", f"#{y}", "#patients moved", "#left", "#total points", "#gap", "Plan")
        rows = [
            (
                each.label,
                each.x,
                each.y,
                each.moves,
                each.counts.left if each.counts else None,
                round(each.total),
                percent(each.gap),
                each.plan_id or "another point is better",
            )
            for each in curve.points
        ]
        console.print(table(f"{x} against {y}", columns, rows, most=10**9))
        if curve.slopes:
            steps = ", ".join(f"{slope:,.1f}" for slope in curve.slopes)
            console.print(f"One more of {x} gains in {y}, from plan to plan: {steps}")
        console.print("Look at one: panelwise preview PLAN; two: panelwise compare PLAN PLAN")

    emit(json, curve, show)


def _of_its_moves(done: "Rebased") -> str:
    return (
        f"Of the changes in {done.former}: {done.kept:,} kept, {done.changed:,} to somebody else, "
        f"{done.dropped:,} dropped; {done.added:,} new."
    )


def _as_json(done: "Rebased") -> dict[str, object]:
    moves = {name: getattr(done, name) for name in ("kept", "changed", "dropped", "added")}
    return {
        "former": done.former,
        "moves_of_former": moves,
        "state": "ready",
        "header": done.plan.header,
        **done.plan.tables,
    }
