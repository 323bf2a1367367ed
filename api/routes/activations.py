"""Plans for a later day: looked at again when it has come."""

from datetime import date
from typing import Annotated

import pyarrow as pa
from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.routes.answer import answer
from api.routes.desk import AsOf, AtDesk
from api.routes.paging import AsPage, Listed, page_of
from api.workflow.activate import activate_due

router = APIRouter(prefix="/activations", tags=["plans"])

LISTED = pa.schema(
    [
        *((name, pa.string()) for name in ("plan_id", "actor", "hold_plan_id")),
        ("at", pa.timestamp("us", "UTC")),
        *((name, pa.int64()) for name in ("held", "broken")),
    ]
)


class ActivatedView(BaseModel):
    """What was found of one plan: patients who have the provider it gave them, held ones, broken ones."""

    plan_id: str
    effective_on: date
    patients: int
    held: list[str]
    broken: list[str]
    due: bool
    hold_plan_id: str
    waits: list[str]


@router.get("")
def list_activations(desk: AtDesk, asked: AsPage) -> Listed:
    """Plans whose day has come and that were looked at again, the newest first."""
    rows = [{name: getattr(each, name) for name in LISTED.names} for each in desk.store.activations()]
    table = pa.Table.from_pylist(rows, schema=LISTED)
    return page_of(table.sort_by([("at", "descending"), ("plan_id", "ascending")]), ("-at", "plan_id"), asked)


@router.post("", response_model=list[ActivatedView])
def activate_plans(
    desk: AtDesk,
    as_of: AsOf = None,
    ahead_days: Annotated[int, Query(ge=0, le=3660, description="also look at plans of these days")] = 0,
) -> JSONResponse:
    """Look at every committed plan whose day has come; hold what no longer may take effect."""
    desk.principal.require("commit")
    done = activate_due(desk.store, desk.rulebook(), desk.actor, desk.now(), desk.day(as_of), ahead_days)
    return answer(list(done))
