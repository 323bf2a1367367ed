"""Patients without somebody at work."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.jobs.routine import FixGapsWish
from api.routes.desk import AsOf, AtDesk, AtSlot, Desk
from api.routes.jobs import JobView, Key, queued
from api.routes.paging import AsPage, Listed, page_of
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
    sight = desk.sight(as_of)
    sight.require("practices", *(practice or ()))
    known = desk.office.gaps(sight.snapshot, slot, horizon)
    tally = gaps_in_sight(sight, slot, horizon, known=known).tally
    counted = tally if not practice else {each: tally[each] for each in practice if each in tally}
    every = Counter[str]()
    for row in counted.values():
        every.update(row)
    codes = dict(every.most_common())
    practices = [
        PracticeGaps(
            practice_id=name, total=sum(row.values()), by_code={code: row.get(code, 0) for code in codes}
        )
        for name, row in sorted(counted.items())
    ]
    return GapCounts(
        slot=str(slot),
        total=sum(codes.values()),
        by_code=codes,
        by_practice=sorted(practices, key=lambda each: each.total, reverse=True),
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
) -> Listed:
    """The patients, one row each."""
    found = _found(desk, slot, practice, horizon, as_of)
    desk.noted("read", "gaps")
    return page_of(found.table, ("patient_id",), asked)


def _found(desk: Desk, slot: Slot, practices: Practices, horizon: int, as_of: AsOf) -> Gaps:
    sight = desk.sight(as_of)
    known = desk.office.gaps(sight.snapshot, slot, horizon)
    return gaps_in_sight(sight, slot, horizon, practices or (), known)
