"""solve: a problem file in, a result file out, without a store; compile: the engine, for this machine."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.commands.options import ExecutorName, Json, Workers
from api.terminal.screen import emit, percent, table


def solve(
    problem: Annotated[
        Path, typer.Argument(help="problem file (.npz), as `propose --save-problem` writes it")
    ],
    out: Annotated[Path | None, typer.Option(help="file to write the result to (.npz)")] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="time limit")] = 60.0,
    work: Annotated[float | None, typer.Option(min=0.1, help="deterministic limit instead of time")] = None,
    gap: Annotated[float, typer.Option(min=0.0, help="stop when proven this close to the best")] = 0.0,
    seed: Annotated[int, typer.Option(help="seed of every random choice")] = 0,
    workers: Workers = None,
    executor: ExecutorName = "threads",
    json: Json = False,
) -> None:
    """Solve a saved problem and say what is held and what is proved. Anybody's instance will do."""
    from api.executors import executor_of
    from api.problem_file import load_problem, save_result
    from api.terminal.progress import SolveLine
    from solver.params import Params
    from solver.solve import solve as run

    instance = load_problem(problem)
    with executor_of(executor, workers) as (pool, count), SolveLine(json) as line:
        result = run(instance, Params(seconds, work, gap, seed, count), executor=pool, on_progress=line)
    if out:
        save_result(result, out)
    left = None if result.flow is None else instance.members - int(result.flow.sum())

    def show(console: Console) -> None:
        console.print(
            f"{instance.members:,} members in {instance.classes:,} classes, {instance.arcs:,} arcs, "
            f"{instance.providers:,} providers: {result.termination.replace('_', ' ')} "
            f"after {result.seconds:.1f} s, {left:,} left out"
        )
        rows = [(tier.name, tier.value, tier.bound, percent(tier.gap)) for tier in result.tiers]
        console.print(table("", ("Tier", "#value", "#proven bound", "#gap"), rows))

    payload = {
        "termination": result.termination,
        "tiers": [
            {"name": tier.name, "value": tier.value, "bound": tier.bound, "gap": tier.gap}
            for tier in result.tiers
        ],
        "seconds": result.seconds,
        "left_out": left,
        "out": str(out) if out else None,
    }
    emit(json, payload, show)


def compile_(json: Json = False) -> None:
    """Compile the engine for this machine, once. Otherwise the first run does, before its clock starts."""
    from api.terminal.progress import SolveLine
    from data.compiled import is_compiled, place
    from solver.params import Params
    from solver.warm_up import PACKAGE, ready

    before, begin = is_compiled(PACKAGE), time.monotonic()
    with SolveLine(json) as line:
        ready(Params(), line)
    seconds = time.monotonic() - begin
    told = f"Compiled in {seconds:.0f} s" if not before else "Compiled before"
    emit(
        json,
        {"compiled": not before, "seconds": seconds, "folder": str(place())},
        lambda console: console.print(f"{told}; kept in {place()}", soft_wrap=True),
    )
