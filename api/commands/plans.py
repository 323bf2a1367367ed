"""propose, preview, commit, revert, plans."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from api.commands.options import (
    Database,
    Day,
    ExecutorName,
    Json,
    Level,
    Role,
    RulesPath,
    ShowAll,
    Workers,
    day_of,
)
from api.engine import engine_on
from api.errors import RequestError
from api.terminal.screen import SHOWN, emit, margin, table
from data.plan import Plan
from data.scenario import Capacity, Closure, Departure, Merger, Scenario
from data.scope import Scope
from data.slot import Slot
from data.visit import ExistingVisits
from solver.params import Params
from solver.problem import Problem

LEFT_WITHOUT = 3
"""Exit code: patients are left without a provider, or the limit was hit before the gap asked for."""

PlanId = Annotated[str, typer.Argument(help="plan id, or its beginning")]
On = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="first day on which the plan holds [default: as-of day]"),
]
Names = list[str] | None


def propose(
    preset: Annotated[
        str,
        typer.Option(
            help="rebalance, fill_gaps, departure, geo_optimize, onboard_facility, closure_merge, or your own"
        ),
    ] = "rebalance",
    leave: Annotated[Names, typer.Option(help="provider who leaves on the day --on; repeatable")] = None,
    close: Annotated[Names, typer.Option(help="facility that closes: ID, or ID:INTO; repeatable")] = None,
    merge: Annotated[Names, typer.Option(help="practice that is absorbed: ID:INTO; repeatable")] = None,
    capacity: Annotated[Names, typer.Option(help="what if: PROVIDER:max_panel=300; repeatable")] = None,
    on: On = None,
    practice: Annotated[Names, typer.Option(help="only patients of this practice; repeatable")] = None,
    facility: Annotated[Names, typer.Option(help="only patients of this facility; repeatable")] = None,
    region: Annotated[Names, typer.Option(help="only patients of this region; repeatable")] = None,
    state: Annotated[Names, typer.Option(help="only patients of this state; repeatable")] = None,
    provider: Annotated[Names, typer.Option(help="only patients of this provider; repeatable")] = None,
    patient: Annotated[Names, typer.Option(help="only this patient; repeatable")] = None,
    level: Level = "primary",
    role: Role = "physician",
    review_on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="what it assigns is temporary, to be reviewed by this day"),
    ] = None,
    existing_visits: Annotated[
        str, typer.Option(help="visits with the former provider: keep, move, or a first day that moves")
    ] = "keep",
    max_moves: Annotated[int | None, typer.Option(min=0, help="at most so many moves")] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="time limit of the solve")] = 60.0,
    work: Annotated[float | None, typer.Option(min=0.1, help="deterministic limit instead of time")] = None,
    gap: Annotated[float, typer.Option(min=0.0, help="stop when proven this close to the best")] = 0.001,
    seed: Annotated[int, typer.Option(help="seed of every random choice")] = 0,
    workers: Workers = None,
    executor: ExecutorName = "threads",
    save_problem: Annotated[
        Path | None, typer.Option(help="write the problem to this file (.npz) and stop")
    ] = None,
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Find a plan and keep it for review. Nothing changes before `commit`."""
    from api.clock import now
    from api.executors import executor_of
    from api.rule_books import keep_used
    from api.terminal.preview import show_plan
    from api.terminal.progress import SolveLine
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.propose import Request, problem_of
    from api.workflow.propose import propose as make

    settings, day = settings_for(database), day_of(as_of)
    effective_on = on.date() if on else day
    book = rulebook(settings, rules or ())
    keep_used(settings, book, tried=bool(rules))
    with (
        opened(settings) as store,
        executor_of(executor, workers) as (pool, count),
        SolveLine(json) as line,
        _cancel_on_interrupt(lambda: line.heard) as cancelled,
    ):
        request = Request(
            preset=preset,
            as_of=day,
            effective_on=effective_on,
            actor=settings.actor,
            slot=Slot(level, role),
            scope=Scope(
                *(tuple(each or ()) for each in (practice, facility, region, state, provider, patient))
            ),
            scenario=_scenario(leave, close, merge, capacity, effective_on),
            params=Params(seconds, work, gap, seed, count, cancelled),
            max_moves=max_moves,
            existing_visits=_existing(existing_visits),
            review_on=review_on.date() if review_on else None,
        )
        if save_problem:
            _save(problem_of(store, request, book), save_problem)
            return
        plan = make(store, request, book, now(), engine_on(pool), line)
    emit(json, _plan_json(plan, "ready"), lambda console: show_plan(console, plan, "ready", _most(show_all)))
    if _unfinished(plan):
        raise typer.Exit(LEFT_WITHOUT)


def preview(
    plan_id: PlanId, database: Database = None, json: Json = False, show_all: ShowAll = False
) -> None:
    """Show a plan: summary, limits and terms before and after, moves and refusals with their reasons."""
    from api.terminal.preview import show_plan
    from api.wiring import opened, settings_for

    with opened(settings_for(database)) as store:
        record = store.record(plan_id)
        plan = store.plan(record.header.plan_id)
    emit(
        json,
        _plan_json(plan, record.state),
        lambda console: show_plan(console, plan, record.state, _most(show_all)),
    )


def commit(
    plan_id: PlanId,
    reason: Annotated[str, typer.Option(help="for the audit log")] = "",
    idempotency_key: Annotated[str, typer.Option(help="the same key again commits nothing")] = "",
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
) -> None:
    """Carry out a plan in one transaction, exactly as previewed, or refuse it and say what has drifted."""
    from api.clock import now
    from api.rule_books import changed_since
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.commit import commit as carry_out

    settings = settings_for(database)
    book = rulebook(settings, rules or ())
    changes = changed_since(settings, plan_id, book)
    with opened(settings) as store:
        receipt = carry_out(
            store,
            plan_id,
            book,
            settings.actor,
            now(),
            day_of(as_of),
            reason,
            idempotency_key,
            changes=lambda: changes,
        )
        header = store.record(receipt.plan_id).header
    for change in changes:
        margin().print(f"since the plan was made: {escape(str(change))}", soft_wrap=True)

    def show(console: Console) -> None:
        if receipt.repeated:
            console.print(f"[cyan]{receipt.plan_id}[/] was committed before; nothing was written again.")
            return
        what = (
            f"{header.reverts} is undone"
            if header.reverts
            else f"{header.counts.assign:,} assigned, {header.counts.move:,} moved"
        )
        console.print(
            f"[green]Committed[/] [cyan]{receipt.plan_id}[/]: {what}, "
            f"effective {header.effective_on} (revision {receipt.revision})."
        )
        console.print(f"To undo it: [bold]panelwise revert {receipt.plan_id}[/]")

    emit(json, receipt, show)


def revert(
    plan_id: PlanId,
    database: Database = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Make the plan that undoes a committed plan. It is previewed and committed like any other."""
    from api.clock import now
    from api.terminal.preview import show_plan
    from api.wiring import opened, settings_for
    from api.workflow.revert import revert as make

    settings = settings_for(database)
    with opened(settings) as store:
        plan = make(store, plan_id, settings.actor, now(), day_of(as_of))
    emit(json, _plan_json(plan, "ready"), lambda console: show_plan(console, plan, "ready", _most(show_all)))


def plans(
    limit: Annotated[int, typer.Option(min=1, help="how many")] = 20,
    database: Database = None,
    json: Json = False,
) -> None:
    """List plans, the newest first."""
    from api.wiring import opened, settings_for

    with opened(settings_for(database)) as store:
        records = store.records(limit)

    def show(console: Console) -> None:
        columns = ("Plan", "State", "Made", "By", "Effective", "#assign", "#move", "#left")
        rows = [
            (
                record.header.plan_id,
                record.state,
                f"{record.header.created_at:%Y-%m-%d %H:%M}",
                record.header.actor,
                record.header.effective_on,
                record.header.counts.assign,
                record.header.counts.move,
                record.header.counts.left,
            )
            for record in records
        ]
        console.print(table("", columns, rows, most=limit) if rows else "No plans yet.")

    emit(json, records, show)


def _scenario(leave: Names, close: Names, merge: Names, capacity: Names, on: date) -> Scenario:
    changes = [_split(each, "=", "--capacity PROVIDER:COLUMN=NUMBER") for each in capacity or ()]
    return Scenario(
        departures=tuple(Departure(each, on) for each in leave or ()),
        closures=tuple(
            Closure(*each.partition(":")[::2][:1], on, each.partition(":")[2]) for each in close or ()
        ),
        mergers=tuple(Merger(*_split(each, ":", "--merge ID:INTO")) for each in merge or ()),
        capacities=tuple(
            Capacity(*_split(what, ":", "--capacity PROVIDER:COLUMN=NUMBER"), _number(value))
            for what, value in changes
        ),
    )


def _split(given: str, separator: str, form: str) -> tuple[str, str]:
    left, found, right = given.rpartition(separator)
    if not (found and left and right):
        raise RequestError((f"{given!r} does not have the form {form}",))
    return left, right


def _existing(given: str) -> ExistingVisits:
    """`keep`, `move`, or a day from which on visits move."""
    if given in ("keep", "move"):
        return ExistingVisits("move" if given == "move" else "keep")
    try:
        return ExistingVisits("move_after", date.fromisoformat(given))
    except ValueError:
        raise RequestError(
            (f"--existing-visits {given!r}: give keep, move, or a day as 2027-01-31",)
        ) from None


def _number(given: str) -> float:
    try:
        return float(given)
    except ValueError:
        raise RequestError((f"{given!r} is not a number",)) from None


@contextmanager
def _cancel_on_interrupt(searching: Callable[[], bool]) -> Iterator[Callable[[], bool]]:
    """Control-C stops the search and keeps the best plan; a second one, or one before it, ends it all."""
    asked = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set() or not searching():
            raise KeyboardInterrupt
        asked.set()
        margin().print("stopping; the best plan so far is kept (Control-C again to abandon it)")

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def _save(problem: Problem, path: Path) -> None:
    from api.problem_file import save_problem

    save_problem(problem, path)
    margin().print(
        f"{problem.members:,} patients in {problem.classes:,} classes, {problem.arcs:,} arcs: {path}"
    )


def _plan_json(plan: Plan, state: str) -> dict[str, object]:
    return {"state": state, "header": plan.header, **plan.tables}


def _most(show_all: bool) -> int:
    return 10**9 if show_all else SHOWN


def _unfinished(plan: Plan) -> bool:
    outcome = plan.header.outcome
    return bool(plan.header.counts.left or (outcome and outcome.termination in ("time_limit", "cancelled")))
