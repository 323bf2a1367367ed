"""How full providers are, now and after a plan."""

from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from api.routes.desk import AsOf, AtDesk, AtSlot, Desk
from api.routes.paging import AsPage, Page, page_of
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


@router.get("/capacities")
def list_capacities(desk: AtDesk, slot: AtSlot, asked: AsPage, as_of: AsOf = None) -> Page:
    """Use of every limit by every provider."""
    return page_of(_seen(desk, slot, as_of), ("provider_id", "limit_id"), asked)


@router.get("/providers/{provider_id}/capacity")
def get_capacity(
    desk: AtDesk,
    provider_id: Annotated[str, Path(description="id of the provider")],
    slot: AtSlot,
    as_of: AsOf = None,
    plan: Annotated[str, Query(description="plan whose effect is shown as `after`")] = "",
) -> list[LimitUse]:
    """Used, target and maximum of every limit."""
    desk.sight(as_of).require("providers", provider_id)
    rows = _seen(desk, slot, as_of)
    after = _after(desk, plan, provider_id) if plan else {}
    mine = rows.filter(pc.equal(rows["provider_id"], provider_id)).drop_columns(["provider_id"])
    return [LimitUse(**each, after=after.get(each["limit_id"])) for each in mine.to_pylist()]


def _seen(desk: Desk, slot: Slot, as_of: AsOf) -> pa.Table:
    sight = desk.sight(as_of)
    rows = desk.office.view(sight.snapshot, slot).capacities
    if not sight.limited:
        return rows
    mine = sight.rows("providers")["provider_id"].combine_chunks()
    return rows.filter(pc.is_in(rows["provider_id"], value_set=mine))


def _after(desk: Desk, plan_id: str, provider_id: str) -> dict[str, float]:
    loads = desk.store.plan(plan_id)["loads"]
    mine = loads.filter(pc.equal(loads["provider_id"], provider_id))
    return dict(zip(mine["limit_id"].to_pylist(), mine["after"].to_pylist(), strict=True))
