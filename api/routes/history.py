"""Every assignment that was ever recorded for somebody or some place."""

from typing import Annotated

import pyarrow.compute as pc
from fastapi import APIRouter, Query

from api.errors import RequestError
from api.routes.desk import AtDesk
from api.routes.paging import AsPage, Listed, page_of

router = APIRouter(tags=["what stands"])

Ids = Annotated[list[str] | None, Query(description="repeatable")]


@router.get("/history")
def list_history(
    desk: AtDesk,
    asked: AsPage,
    patient: Ids = None,
    facility: Ids = None,
    provider: Annotated[str, Query(description="only rows that name this provider")] = "",
) -> Listed:
    """Rows of patients and facilities, believed or not, oldest first, with both times."""
    if not (patient or facility):
        raise RequestError(("name a patient or a facility",))
    sight = desk.sight(None)
    sight.require("patients", *(patient or ()))
    sight.require("facilities", *(facility or ()))
    desk.noted("read", f"history {' '.join([*(patient or ()), *(facility or ())])}"[:1000])
    rows = desk.store.history(patient or (), facility or ())
    if provider:
        rows = rows.filter(pc.equal(rows["provider_id"], provider))
    return page_of(rows, ("row_id",), asked)
