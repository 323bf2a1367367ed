"""What somebody should look at: runs of the findings, and what is new or gone since the run before."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.jobs.inquiry import FindingsWish
from api.routes.answer import answer
from api.routes.desk import AtDesk, AtSlot, Desk
from api.routes.jobs import JobView, Key, queued
from api.routes.paging import AsPage, Listed, numbered, page_of
from api.workflow.findings_in_sight import Part, in_sight, last_run, rows_of
from data.finding import FindingsRun

router = APIRouter(prefix="/findings", tags=["findings"])

AsPart = Annotated[
    Part, Query(description="all; new: what the run before did not have; gone: what it had and this has not")
]


class RunView(BaseModel):
    """One run without its rows: when, by whom, of what; `checked` is how many subjects were looked at."""

    run_id: int
    at: datetime
    actor: str
    as_of: date
    slot: str
    revision: int
    digest: str
    checked: int


@router.get("")
def list_findings(desk: AtDesk, slot: AtSlot, asked: AsPage, part: AsPart = "all") -> Listed:
    """Rows of the slot's last run, the most urgent first."""
    return _page(desk, last_run(desk.office.rules, slot), part, asked)


@router.post("/runs", status_code=202, response_model=JobView)
def run_findings(desk: AtDesk, wish: FindingsWish | None = None, idempotency_key: Key = "") -> JSONResponse:
    """Queue a run over everything; its number is the job's result."""
    return queued(desk, wish or FindingsWish(), idempotency_key)


@router.get("/runs", response_model=list[RunView])
def list_runs(
    desk: AtDesk, limit: Annotated[int, Query(ge=1, le=1000, description="how many")] = 50
) -> JSONResponse:
    """Runs, the newest first."""
    desk.principal.require("read")
    return answer([_head(each) for each in desk.office.rules.runs(limit)])


@router.get("/runs/{run_id}")
def get_run(
    desk: AtDesk,
    run_id: Annotated[int, Path(ge=1, lt=2**63, description="number of the run")],
    asked: AsPage,
    part: AsPart = "all",
) -> Listed:
    """Rows of one run."""
    desk.principal.require("read")
    return _page(desk, desk.office.rules.run(run_id), part, asked)


def _page(desk: Desk, run: FindingsRun, part: Part, asked: AsPage) -> Listed:
    rows = in_sight(desk.sight(run.as_of), rows_of(desk.office.rules, run, part))
    desk.noted("read", f"findings run {run.run_id}")
    return page_of(numbered(rows), ("row",), asked)


def _head(run: FindingsRun) -> dict[str, object]:
    shown = {name: getattr(run, name) for name in RunView.model_fields if name != "slot"}
    return shown | {"slot": str(run.slot)}
