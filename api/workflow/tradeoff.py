"""The trade-off curve of a request: every point that is worth looking at is kept as a plan."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from api.errors import RequestError
from api.workflow.decide import Rulebook
from api.workflow.propose import Request, checked, completed, facts_of, gather, objective_of
from api.workflow.remembered import remembered
from data.plan import Counts
from data.store import Store
from solver.params import Params
from solver.tradeoff import Point, slopes
from solver.tradeoff import tradeoff as solve_points

RECENT = 1000
"""Plans among which those are that an attempt before kept."""


@dataclass(frozen=True)
class CurvePoint:
    """One point: the two aims, what else it means, and its plan (empty where another point is better).

    `x`, `y` and `total` are in moves or in points at the preset's own weights; `gap` is the proof of the
    point itself.
    """

    label: str
    x: float
    y: float
    moves: int
    total: float
    gap: float
    dominated: bool
    plan_id: str
    counts: Counts | None


@dataclass(frozen=True)
class Curve:
    """The points by ascending `x`; `x_aim` and `y_aim` name the aims.

    `slopes`: what one more of `x` gains in `y`, between neighboring points that are kept.
    """

    x_aim: str
    y_aim: str
    points: tuple[CurvePoint, ...]
    slopes: tuple[float, ...]


def tradeoff(
    store: Store,
    request: Request,
    rulebook: Rulebook,
    at: datetime,
    x: str,
    y: str,
    points: int,
    on_point: Callable[[int, str], None],
) -> Curve:
    """Solve the points one after another inside `request.params`, and keep those that are not dominated.

    The ids of their plans begin with `request.plan_id`, where one is given: each is kept once.
    """
    snapshot = remembered(store, request.as_of, request.slot)
    objective = objective_of(rulebook, request)
    decided, planning = gather(snapshot, request, rulebook, objective)
    params: Params = request.params
    try:
        solved = solve_points(planning, x, y, points, params, on_point)  # type: ignore[arg-type]
    except ValueError as error:
        raise RequestError(tuple(str(error).split("; "))) from None
    found = []
    kept = {each.header.plan_id for each in store.records(RECENT)} if request.plan_id else set()
    for number, point in enumerate(solved, start=1):
        plan_id, counts = "", None
        if not point.dominated:
            own = point.planning.subjects.objective
            notes = (f"one of {len(solved)} points of {x} against {y}: {point.label}",)
            own_id = f"{request.plan_id}-{number}" if request.plan_id else ""
            facts = facts_of(replace(request, plan_id=own_id), own, at, notes)
            plan = completed(checked(decided, point.planning, point.result, facts), decided, request)
            if plan.plan_id not in kept:
                store.save_plan(plan, "ready", at, source=snapshot)
            plan_id, counts = plan.plan_id, plan.header.counts
        found.append(_told(point, plan_id, counts))
    return Curve(x, y, tuple(found), slopes(solved))


def _told(point: Point, plan_id: str, counts: Counts | None) -> CurvePoint:
    return CurvePoint(
        point.label,
        point.x,
        point.y,
        point.moves,
        point.total,
        point.result.gap,
        point.dominated,
        plan_id,
        counts,
    )
