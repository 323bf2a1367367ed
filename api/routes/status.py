"""The state of the store at a glance."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.routes.answer import answer
from api.routes.desk import AsOf, AtDesk, AtSlot
from api.workflow.overview import Overview, overview
from api.workflow.status import Status, status

router = APIRouter(tags=["what stands"])


@router.get("/status", response_model=Status)
def look(desk: AtDesk, as_of: AsOf = None) -> JSONResponse:
    """Rows by table, slots with patients held and without, and the last plans."""
    return answer(status(desk.store, desk.day(as_of), desk.office.gaps))


@router.get("/overview", response_model=Overview)
def look_over(desk: AtDesk, slot: AtSlot, as_of: AsOf = None) -> JSONResponse:
    """One slot: patients without somebody by practice, workload by limit, plans that wait, findings."""
    snapshot = desk.sight(as_of).snapshot
    view, known = desk.office.view(snapshot, slot), desk.office.gaps(snapshot, slot)
    return answer(overview(desk.store, desk.office.rules, view, known))
