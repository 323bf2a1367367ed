"""explain, resilience, compare: why a plan is as it is, what it would not survive, which one is better."""

from typing import TYPE_CHECKING, Annotated

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
from api.errors import RequestError
from api.terminal.screen import SHOWN, emit, percent, table, text
from data.slot import Slot
from solver.params import Params

if TYPE_CHECKING:
    from api.workflow.explain_plan import Group, PatientReasons, PlanReasons, ProviderReasons

PlanId = Annotated[str, typer.Argument(help="plan id, or its beginning")]
Seconds = Annotated[float, typer.Option(min=0.5, help="time for solving again")]
Seed = Annotated[int, typer.Option(help="seed of every random choice")]
WIDE = 110
"""Width of a terminal that has room for every column."""

KINDS = {"place": "more room", "hire": "hire", "license": "license"}


def explain(
    plan_id: PlanId,
    patient: Annotated[str, typer.Option(help="only this patient: why this provider, and what else")] = "",
    provider: Annotated[str, typer.Option(help="only this provider: loads, comers, goers, prices")] = "",
    top: Annotated[int, typer.Option(min=1, help="so many places, hires and licenses are tried")] = 3,
    seconds: Seconds = 20.0,
    seed: Seed = 0,
    database: Database = None,
    rules: RulesPath = None,
    json: Json = False,
) -> None:
    """Why a plan is as it is, and where one more place, license or hire would help most."""
    from api.wiring import opened, rulebook, settings_for
    from api.workflow import explain_plan as use

    if patient and provider:
        raise RequestError(("--patient and --provider exclude each other",))
    settings, params = settings_for(database), Params(seconds, gap=0.0001, seed=seed)
    book = rulebook(settings, rules or ())
    with opened(settings) as store:
        if patient:
            one = use.explain_patient(store, plan_id, book, params, patient)
            emit(json, one, lambda console: _show_patient(console, one))
        elif provider:
            whom = use.explain_provider(store, plan_id, book, params, provider)
            emit(json, whom, lambda console: _show_provider(console, whom))
        else:
            whole = use.explain_plan(store, plan_id, book, params, top)
            emit(json, whole, lambda console: _show_plan(console, whole))


def resilience(
    plan_id: Annotated[str, typer.Argument(help="plan to look at [default: what stands today]")] = "",
    preset: Annotated[str, typer.Option(help="objective by which patients are placed")] = "rebalance",
    level: Level = "primary",
    role: Role = "physician",
    seconds: Annotated[float, typer.Option(min=0.5, help="time for all providers together")] = 60.0,
    seed: Seed = 0,
    workers: Workers = None,
    executor: ExecutorName = "processes",
    database: Database = None,
    rules: RulesPath = None,
    as_of: Day = None,
    json: Json = False,
    show_all: ShowAll = False,
) -> None:
    """Lose every provider in turn: who lands with somebody else, who does not, at what price."""
    from api.executors import executor_of
    from api.wiring import opened, rulebook, settings_for
    from api.workflow.propose import Request
    from api.workflow.resilience import resilience as lose_each

    settings, day = settings_for(database), day_of(as_of)
    book = rulebook(settings, rules or ())
    with opened(settings) as store, executor_of(executor, workers) as (pool, count):
        params = Params(seconds, gap=0.001, seed=seed, workers=count)
        slot = Slot(level, role)
        request = Request(preset, day, day, settings.actor, slot, params=params, plan_id=plan_id)
        losses = lose_each(store, request, book, None if count == 1 else pool)

    def show(console: Console) -> None:
        wide = console.width >= WIDE
        more = ("#land", "#takers") if wide else ()
        counts = ("#patients", "#left", "#others move", *more)
        columns = ("Provider", *(("Name",) if wide else ()), *counts, "#price", "#at least", "#gap")
        rows = [
            (
                each.provider_id,
                *((each.name,) if wide else ()),
                *(each.patients, each.left, each.others),
                *((each.land, each.takers) if wide else ()),
                round(each.price),
                "" if each.at_least is None else round(each.at_least),
                "" if each.gap is None else percent(each.gap),
            )
            for each in losses
        ]
        title = f"If one provider leaves: {plan_id or 'what stands today'}"
        console.print(table(title, columns, rows, 10**9 if show_all else SHOWN))
        safe = sum(not each.left for each in losses)
        console.print(f"{safe:,} of {len(losses):,} could leave and everybody would land; price in points.")
        if any(each.at_least is None for each in losses):
            console.print("Strict tiers: no bound is computed, so nobody knows how much better it could be.")
        else:
            console.print("At least: whoever moves, also to mend what is amiss before anybody leaves.")

    emit(json, losses, show)


def compare(
    plan_ids: Annotated[list[str], typer.Argument(help="two plans or more")],
    database: Database = None,
    json: Json = False,
) -> None:
    """Plans side by side: the same rows, the best value of each row marked."""
    from api.wiring import opened, settings_for
    from solver.compare import compare as side_by_side

    if len(plan_ids) < 2:
        raise RequestError(("name two plans or more",))
    with opened(settings_for(database)) as store:
        compared = side_by_side([store.plan(each) for each in plan_ids])

    def show(console: Console) -> None:
        columns = ("", *(f"#{each}" for each in compared.plan_ids))
        group = ""
        rows: list[tuple[object, ...]] = []
        for row in compared.rows:
            if row.group != group:
                group = row.group
                rows.append((group.upper(), *([""] * len(row.values))))
            cells = [
                f"{text(value)} *" if n in row.best else text(value) for n, value in enumerate(row.values)
            ]
            rows.append((f"  {row.name}", *cells))
        console.print(table("Plans side by side (* best)", columns, rows, most=10**9))
        for note in compared.notes:
            console.print(f"[yellow]{escape(note)}[/]")

    emit(json, compared, show)


def _show_plan(console: Console, said: "PlanReasons") -> None:
    _show_groups(console, "Changes by reason", said.moves)
    _show_groups(console, "Left without a provider", said.left)
    rows = [
        (
            KINDS[each.kind],
            each.provider_id,
            each.name,
            each.what,
            each.patients,
            each.points,
            round(each.estimate),
            "yes" if each.proven else "found",
        )
        for each in said.helps
    ]
    columns = ("Help", "Provider", "Name", "What", "#patients", "#points", "#by price", "Proven")
    if rows:
        console.print(table("Where help would help most", columns, rows, most=10**9))
    else:
        console.print("No limit is in the way: one more place is worth nothing.")
    _show_notes(console, said.notes)


def _show_patient(console: Console, said: "PatientReasons") -> None:
    whom = f" {said.provider_id}" if said.provider_id else ""
    console.print(f"[bold]{said.patient_id}[/] {said.outcome}{whom}: {escape(said.reason)}", soft_wrap=True)
    if said.ways_out:
        console.print(f"  → {escape(said.ways_out)}", soft_wrap=True)
    rows = [
        (
            f"{each.provider_id}{' *' if each.chosen else ''}",
            each.name,
            ", ".join(f"{name} {points:,.0f}" for name, points in each.terms) or "nothing",
            round(each.room),
            round(each.total),
        )
        for each in said.options
    ]
    if rows:
        columns = ("Provider", "Name", "Costs", "#room", "#points")
        console.print(table("Whom the rules allow (* chosen)", columns, rows, most=SHOWN))
    _show_notes(console, said.notes)


def _show_provider(console: Console, said: "ProviderReasons") -> None:
    rows = [
        (each.title, each.before, each.after, each.maximum, each.unit, round(each.price, 1))
        for each in said.loads
    ]
    columns = ("Limit", "#before", "#after", "#maximum", "Unit", "#one more is worth")
    console.print(table(f"Limits of {said.provider_id} (worth in points)", columns, rows, most=10**9))
    _show_groups(console, "Who comes", said.comes)
    _show_groups(console, "Who goes", said.goes)
    _show_notes(console, said.notes)


def _show_groups(console: Console, title: str, found: "tuple[Group, ...]") -> None:
    if found:
        rows = [(each.code, each.patients, each.example) for each in found]
        console.print(table(title, ("Reason", "#patients", "For example"), rows, most=10**9))


def _show_notes(console: Console, notes: tuple[str, ...]) -> None:
    for note in notes:
        console.print(f"[yellow]{escape(note)}[/]")
