"""What to make of plans, and of what stands: re-base, explain, lose each, trade off, compare."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.errors import RequestError
from api.jobs.inquiry import ExplanationWish, RebaseWish, ResilienceWish, TradeoffWish
from api.routes.answer import answer
from api.routes.desk import AtDesk
from api.routes.jobs import JobView, Key, queued
from api.routes.plans import PlanId
from solver.compare import Comparison, compare

router = APIRouter(tags=["plans"])

MOST_COMPARED = 20
"""Plans side by side: more are no longer read side by side."""


@router.get("/comparisons", response_model=Comparison)
def compare_plans(
    desk: AtDesk, plan: Annotated[list[str], Query(description="two plans or more", max_length=MOST_COMPARED)]
) -> JSONResponse:
    """Plans side by side: the same rows for all, the best value of each row marked."""
    if len(plan) < 2:
        raise RequestError(("name two plans or more",))
    return answer(compare([desk.store.plan(each) for each in plan]))


@router.post("/plans/{plan_id}/rebase", status_code=202, response_model=JobView)
def rebase_plan(
    desk: AtDesk, plan_id: PlanId, wish: RebaseWish | None = None, idempotency_key: Key = ""
) -> JSONResponse:
    """Queue a stale plan to be proposed again from today's data, keeping what still can be kept."""
    return queued(desk, (wish or RebaseWish()).about(plan_id), idempotency_key)


@router.post("/plans/{plan_id}/explanations", status_code=202, response_model=JobView)
def explain_plan(
    desk: AtDesk, plan_id: PlanId, wish: ExplanationWish | None = None, idempotency_key: Key = ""
) -> JSONResponse:
    """Queue reasons of a plan: moves and refusals, one patient, one provider, where help would help most."""
    return queued(desk, (wish or ExplanationWish()).about(plan_id), idempotency_key)


@router.post("/resilience", status_code=202, response_model=JobView)
def lose_each(desk: AtDesk, wish: ResilienceWish, idempotency_key: Key = "") -> JSONResponse:
    """Queue the loss of every provider in turn: who lands with somebody else, who does not, at what price."""
    return queued(desk, wish, idempotency_key)


@router.post("/tradeoffs", status_code=202, response_model=JobView)
def trade_off(desk: AtDesk, wish: TradeoffWish, idempotency_key: Key = "") -> JSONResponse:
    """Queue several plans between two aims; each is kept, and the job's result is the curve."""
    return queued(desk, wish, idempotency_key)
