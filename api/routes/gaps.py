"""Patients without somebody at work."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.jobs.routine import FixGapsWish
from api.routes.desk import AsOf, AtDesk, AtSlot, Desk
from api.routes.jobs import JobView, Key, queued
from api.routes.paging import AsPage, Page, page_of
from api.workflow.gaps import MEANING, Gaps, gaps_in_sight
from data.slot import Slot

router = APIRouter(prefix="/gaps", tags=["what stands"])

Horizon = Annotated[int, Query(ge=0, le=36500, description="days to look ahead for departures")]
Practices = Annotated[list[str] | None, Query(description="only these practices; repeatable")]


class PracticeGaps(BaseModel):
    """One practice's patients by code."""

    practice_id: str
    total: int
    by_code: dict[str, int]


class GapCounts(BaseModel):
    """How many patients have nobody, or soon will; `meaning` says what the codes are."""

    slot: str
    total: int
    by_code: dict[str, int]
    by_practice: list[PracticeGaps]
    meaning: dict[str, str]


@router.get("")
def count_gaps(
    desk: AtDesk, slot: AtSlot, practice: Practices = None, horizon: Horizon = 90, as_of: AsOf = None
) -> GapCounts:
    """Counts by code and by practice, most first; only practices that have any."""
    found = _found(desk, slot, practice, horizon, as_of)
    counted = found.by_practice() if len(found.rows) else None
    practices = (
        []
        if counted is None
        else [
            PracticeGaps(
                practice_id=str(name),
                total=int(row.pop("total")),
                by_code={str(code): int(number) for code, number in row.items()},
            )
            for name, row in counted.to_dict(orient="index").items()
        ]
    )
    return GapCounts(
        slot=str(slot),
        total=len(found.rows),
        by_code={str(code): int(number) for code, number in found.rows["code"].value_counts().items()},
        by_practice=practices,
        meaning=MEANING,
    )


@router.post("/fix", status_code=202, response_model=JobView)
def fix_gaps(desk: AtDesk, wish: FixGapsWish, idempotency_key: Key = "") -> JSONResponse:
    """Queue gaps to be closed as a policy allows; the job's result says what was committed and what waits."""
    desk.principal.require("commit")
    return queued(desk, wish, idempotency_key)


@router.get("/patients")
def list_gaps(
    desk: AtDesk,
    slot: AtSlot,
    asked: AsPage,
    practice: Practices = None,
    horizon: Horizon = 90,
    as_of: AsOf = None,
) -> Page:
    """The patients, one row each."""
    found = _found(desk, slot, practice, horizon, as_of)
    desk.noted("read", "gaps")
    return page_of(found.table, ("patient_id",), asked)


def _found(desk: Desk, slot: Slot, practices: Practices, horizon: int, as_of: AsOf) -> Gaps:
    sight = desk.sight(as_of)
    known = desk.office.gaps(sight.snapshot, slot, horizon)
    return gaps_in_sight(sight, slot, horizon, practices or (), known)
