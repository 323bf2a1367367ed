"""Jobs: submit a proposal, watch, cancel."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

import pyarrow as pa
from fastapi import APIRouter, Header, Path, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.access_jobs import GuardedJobs
from api.jobs.submit import submit
from api.jobs.wish import ProposalWish, Wish
from api.routes.answer import answer
from api.routes.desk import AtDesk, Desk
from api.routes.paging import AsPage, Listed, page_of
from api.terminal.screen import plain
from data.job import Job, JobState

router = APIRouter(tags=["jobs"])

Key = Annotated[
    str, Header(alias="Idempotency-Key", max_length=200, description="the same key again is one job")
]
JobId = Annotated[str, Path(description="id of the job")]

LISTED = pa.schema(
    [
        *((name, pa.string()) for name in ("job_id", "kind", "state", "actor", "phase", "plan_id")),
        *((name, pa.timestamp("us", "UTC")) for name in ("created_at", "changed_at")),
        *((name, pa.float64()) for name in ("percent", "value", "bound", "gap")),
        ("attempt", pa.int64()),
    ]
)

WATCH_SECONDS = 0.5
"""How often the row of a watched job is read."""

SILENCE_BEATS = 30
"""Looks without news after which a comment keeps the connection open."""


class ProgressView(BaseModel):
    """Phase, share of the time used, incumbent, proven bound and gap, in points."""

    phase: str
    percent: float
    value: float | None
    bound: float | None
    gap: float | None


class JobView(BaseModel):
    """One job. `plan_id` is what it made, `error` why it failed; null where there is none.

    `wish` depends on its kind; `result` is what it found besides a plan, once it has ended.
    """

    job_id: str
    kind: str
    state: JobState
    actor: str
    created_at: datetime
    changed_at: datetime
    attempt: int
    cancel: bool
    progress: ProgressView
    wish: dict[str, Any]
    plan_id: str | None
    error: dict[str, Any] | None
    result: Any = None


@router.post("/proposals", status_code=202, response_model=JobView)
def submit_proposal(
    desk: AtDesk,
    wish: ProposalWish,
    idempotency_key: Key = "",
) -> JSONResponse:
    """Queue a search for a plan; watch the job, whose `plan_id` is then ready to be looked at."""
    return queued(desk, wish, idempotency_key)


def queued(desk: Desk, wish: Wish, idempotency_key: str) -> JSONResponse:
    """Queue a job of the wish's kind; the answer is the job."""
    desk.principal.require("propose")
    jobs = _jobs(desk)
    today = desk.day(wish.as_of)
    job = submit(jobs, desk.store, wish, desk.rulebook(), desk.now(), today, idempotency_key)
    desk.noted(job.kind, job.job_id)
    desk.office.woken()
    return _view(jobs, job, 202, {"Location": f"/jobs/{job.job_id}"})


@router.get("/jobs")
def list_jobs(desk: AtDesk, asked: AsPage) -> Listed:
    """Jobs, the newest first."""
    rows = [_listed(each) for each in _jobs(desk).jobs()]
    table = pa.Table.from_pylist(rows, schema=LISTED)
    return page_of(table, ("-created_at", "job_id"), asked)


@router.get("/jobs/{job_id}", response_model=JobView)
def get_job(desk: AtDesk, job_id: JobId) -> JSONResponse:
    """Where a job stands."""
    jobs = _jobs(desk)
    return _view(jobs, jobs.job(job_id))


@router.post("/jobs/{job_id}/cancel", status_code=202, response_model=JobView)
def cancel_job(desk: AtDesk, job_id: JobId) -> JSONResponse:
    """Stop a job; the best plan that it holds is checked and kept. A job that ended stays as it is."""
    jobs = _jobs(desk)
    job = jobs.ask_cancel(job_id, desk.now())
    desk.noted("cancel", job.job_id)
    return _view(jobs, job, 202)


@router.get(
    "/jobs/{job_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
def watch_job(desk: AtDesk, job_id: JobId, request: Request) -> StreamingResponse:
    """Server-sent events: `progress` at every change, then `end`; each has the job as its data."""
    jobs = _jobs(desk)
    jobs.job(job_id)
    return StreamingResponse(_events(jobs, job_id, request), media_type="text/event-stream")


async def _events(jobs: GuardedJobs, job_id: str, request: Request) -> AsyncIterator[str]:
    version, silent = -1, 0
    while not await request.is_disconnected():
        job = await run_in_threadpool(jobs.job, job_id)
        if job.version != version:
            version, silent = job.version, 0
            name = "end" if job.final else "progress"
            yield f"event: {name}\nid: {version}\ndata: {json.dumps(_told(jobs, job))}\n\n"
            if job.final:
                return
        elif (silent := silent + 1) >= SILENCE_BEATS:
            silent = 0
            yield ": still there\n\n"
        await asyncio.sleep(WATCH_SECONDS)


def _jobs(desk: Desk) -> GuardedJobs:
    return GuardedJobs(desk.office.jobs, desk.sight(None))


def _view(
    jobs: GuardedJobs, job: Job, status: int = 200, headers: dict[str, str] | None = None
) -> JSONResponse:
    return answer(_told(jobs, job), status, headers)


def _told(jobs: GuardedJobs, job: Job) -> dict[str, Any]:
    shown = {name: plain(getattr(job, name)) for name in JobView.model_fields if hasattr(job, name)}
    shown["wish"] = json.loads(job.request)["wish"]
    shown["plan_id"] = job.plan_id or None
    shown["error"] = json.loads(job.error) if job.error else None
    found = jobs.result(job)
    shown["result"] = json.loads(found) if found else None
    return shown


def _listed(job: Job) -> dict[str, Any]:
    row = {name: getattr(job, name) for name in LISTED.names if hasattr(job, name)}
    row |= {name: getattr(job.progress, name) for name in ("phase", "percent", "value", "bound", "gap")}
    return row | {"plan_id": job.plan_id or None}
