"""solve: a problem file in, a result file out, without a store."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.commands.options import Json
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
    workers: Annotated[int, typer.Option(min=1, help="threads")] = 1,
    json: Json = False,
) -> None:
    """Solve a saved problem and say what is held and what is proved. Anybody's instance will do."""
    from api.problem_file import load_problem, save_result
    from api.terminal.progress import SolveLine
    from solver.params import Params
    from solver.solve import solve as run

    instance = load_problem(problem)
    with SolveLine(json) as line:
        result = run(instance, Params(seconds, work, gap, seed, workers), on_progress=line)
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
