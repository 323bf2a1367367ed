"""The state of the store at a glance."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.routes.answer import answer
from api.routes.desk import AsOf, AtDesk
from api.workflow.status import Status, status

router = APIRouter(tags=["what stands"])


@router.get("/status", response_model=Status)
def look(desk: AtDesk, as_of: AsOf = None) -> JSONResponse:
    """Rows by table, slots with patients held and without, and the last plans."""
    return answer(status(desk.store, desk.day(as_of), desk.office.gaps))
