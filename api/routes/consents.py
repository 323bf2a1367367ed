"""What waits for somebody's word: approvals, and patients of others who come to providers of one's own."""

from typing import Annotated

import pyarrow as pa
from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.routes.answer import answer
from api.routes.desk import AtDesk, Desk
from api.routes.paging import AsPage, Listed, numbered, page_of
from api.routes.reviews import ConsentView, consent_view
from api.workflow.consent import decide
from data.review import ConsentState

router = APIRouter(prefix="/consents", tags=["review"])

LISTED = pa.schema(
    [
        *((name, pa.string()) for name in ("plan_id", "kind", "agency_id", "practice_id", "state")),
        ("patients", pa.int64()),
        ("why", pa.string()),
        *((name, pa.string()) for name in ("asked_by", "decided_by", "reason")),
        *((name, pa.timestamp("us", "UTC")) for name in ("asked_at", "decided_at")),
    ]
)

WholeId = Annotated[str, Path(description="whole plan id, as in the list")]
Agency = Annotated[str, Query(description="agency of the receiver, as in the list")]
Practice = Annotated[str, Query(description="practice of the receiver, as in the list")]


class Answered(BaseModel):
    """Why patients are accepted or declined; of several receivers, which one answers."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=2000)] = ""
    agency_id: str | None = None
    practice_id: str | None = None


@router.get("")
def list_consents(desk: AtDesk, asked: AsPage) -> Listed:
    """Every consent that was asked for, the newest first; `filter=state:eq:asked` is what still waits."""
    rows = [
        {name: getattr(each, name) for name in LISTED.names if name != "why"} | {"why": "; ".join(each.why)}
        for each in desk.store.consents()
    ]
    table = pa.Table.from_pylist(rows, schema=LISTED)
    order = ("-asked_at", "plan_id", "kind", "agency_id", "practice_id")
    directions = [(each.removeprefix("-"), "descending" if each[0] == "-" else "ascending") for each in order]
    return page_of(table.sort_by(directions), order, asked)


@router.get("/{plan_id}/moves")
def list_handed_over(
    desk: AtDesk, plan_id: WholeId, asked: AsPage, agency: Agency = "", practice: Practice = ""
) -> Listed:
    """The patients whom a receiver is asked to accept; nothing else of the plan."""
    found = desk.store.consent((plan_id, "acceptance", agency, practice))
    desk.noted("read", f"plan {found.plan_id} handed over")
    return page_of(numbered(found.moves), ("row",), asked)


@router.post("/{plan_id}/accept", response_model=list[ConsentView])
def accept_patients(desk: AtDesk, plan_id: WholeId, word: Answered | None = None) -> JSONResponse:
    """Take the patients of a plan of others for providers of one's own."""
    return _decided(desk, plan_id, "given", word)


@router.post("/{plan_id}/decline", response_model=list[ConsentView])
def decline_patients(desk: AtDesk, plan_id: WholeId, word: Answered | None = None) -> JSONResponse:
    """Decline them: the plan is not committed with them; the others can reject these moves and go on."""
    return _decided(desk, plan_id, "refused", word)


def _decided(desk: Desk, plan_id: str, state: ConsentState, word: Answered | None) -> JSONResponse:
    desk.principal.require("accept")
    told = word or Answered()
    named = told.agency_id is not None or told.practice_id is not None
    party = (told.agency_id or "", told.practice_id or "") if named else None
    done = decide(desk.store, plan_id, "acceptance", state, desk.actor, desk.now(), told.reason, party)
    return answer([consent_view(each).model_dump(mode="json") for each in done])
