"""How full providers are, now and after a plan."""

from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from api.errors import RequestError
from api.routes.desk import AsOf, AtDesk, AtSlot, Desk
from api.routes.paging import AsPage, Listed, page_of
from api.workflow.capacity import with_after
from data.slot import Slot

router = APIRouter(tags=["what stands"])


class LimitUse(BaseModel):
    """Use of one limit; null where it is not set. `after` a plan, where one is named."""

    limit_id: str
    title: str
    unit: str
    used: float
    target: float | None
    maximum: float | None
    after: float | None = None


PlanShown = Annotated[str, Query(description="plan whose effect is shown as `after`", max_length=200)]


@router.get("/capacities")
def list_capacities(
    desk: AtDesk, slot: AtSlot, asked: AsPage, as_of: AsOf = None, plan: PlanShown = ""
) -> Listed:
    """Use of every limit by every provider; `after` a plan, where one is named."""
    return page_of(_seen(desk, slot, as_of, plan), ("provider_id", "limit_id"), asked)


@router.get("/providers/{provider_id}/capacity")
def get_capacity(
    desk: AtDesk,
    provider_id: Annotated[str, Path(description="id of the provider")],
    slot: AtSlot,
    as_of: AsOf = None,
    plan: PlanShown = "",
) -> list[LimitUse]:
    """Used, target and maximum of every limit."""
    desk.sight(as_of).require("providers", provider_id)
    rows = _seen(desk, slot, as_of, plan)
    mine = rows.filter(pc.equal(rows["provider_id"], provider_id)).drop_columns(["provider_id"])
    return [LimitUse(**each) for each in mine.to_pylist()]


def _seen(desk: Desk, slot: Slot, as_of: AsOf, plan_id: str) -> pa.Table:
    """Capacities in sight, now and after the plan. RequestError for a plan that fills another slot."""
    sight = desk.sight(as_of)
    rows = desk.office.view(sight.snapshot, slot).capacities
    if sight.limited:
        mine = sight.rows("providers")["provider_id"].combine_chunks()
        rows = rows.filter(pc.is_in(rows["provider_id"], value_set=mine))
    if not plan_id:
        return rows
    plan = desk.store.plan(plan_id)
    if plan.header.slot != slot:
        raise RequestError((f"plan {plan.plan_id} fills {plan.header.slot}, not {slot}",))
    return with_after(rows, plan)
