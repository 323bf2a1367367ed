"""The network as a whole: adequacy by county, and whose patient everybody is by their visits."""

from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
from fastapi import APIRouter, Query

from api.routes.desk import AsOf, AtDesk, AtSlot
from api.routes.paging import AsPage, Listed, numbered, page_of
from api.workflow.adequacy import STANDARD, adequacy
from api.workflow.attribution import attribution

router = APIRouter(tags=["reports"])


@router.get("/adequacy")
def list_adequacy(
    desk: AtDesk,
    asked: AsPage,
    insurance: Annotated[str, Query(description="only providers who take part in this plan")] = "",
    standard: Annotated[str, Query(description="name of a standard in force")] = STANDARD,
    as_of: AsOf = None,
) -> Listed:
    """Network adequacy by county and specialty (42 CFR 422.116), over all practices."""
    snapshot = desk.sight(as_of).snapshot
    desk.principal.require_everywhere()
    with desk.office.working:  # a few seconds of work, for one question at a time
        rows, _ = adequacy(snapshot, desk.rulebook(), insurance, standard)
    return page_of(numbered(rows), ("row",), asked)


@router.get("/attribution")
def list_attribution(
    desk: AtDesk,
    slot: AtSlot,
    asked: AsPage,
    method: Annotated[
        str, Query(description="method in force: four-cut (by visits), ordered (who has nobody), your own")
    ] = "four-cut",
    as_of: AsOf = None,
) -> Listed:
    """Whose patient everybody in sight is by their visits, or whom to give those who have nobody."""
    sight = desk.sight(as_of)
    desk.noted("read", "attribution")
    with desk.office.working:
        rows = attribution(sight.snapshot, desk.rulebook(), slot, method)
    if sight.limited:
        patients, providers = sight.rows("patients"), sight.rows("providers")
        rows = rows.filter(pc.is_in(rows["patient_id"], value_set=patients["patient_id"].combine_chunks()))
        known = pc.is_in(rows["provider_id"], value_set=providers["provider_id"].combine_chunks())
        hidden = pc.if_else(known, rows["provider_id"], pa.scalar(None, pa.string()))
        rows = rows.set_column(rows.schema.get_field_index("provider_id"), "provider_id", hidden)
    return page_of(rows.sort_by("patient_id"), ("patient_id",), asked)
