"""Who did what when."""

from fastapi import APIRouter

from api.routes.desk import AtDesk
from api.routes.paging import AsPage, Listed, page_of

router = APIRouter(tags=["audit"])

MANY = 100_000
"""Events looked at: the newest. Older ones stay in the store."""


@router.get("/audit")
def list_audit(desk: AtDesk, asked: AsPage) -> Listed:
    """Events of the audit log, the newest first."""
    return page_of(desk.store.audit(MANY), ("-event_id",), asked)
