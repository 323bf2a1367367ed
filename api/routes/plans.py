"""Plans: look, export, commit, revert."""

from datetime import date
from typing import Annotated, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.errors import RequestError
from api.routes.answer import answer
from api.routes.desk import AsOf, AtDesk, Desk
from api.routes.paging import AsPage, Listed, numbered, page_of
from api.routes.problems import HttpError
from api.sheets import MEDIA_TYPES, MOST_XLSX, to_archive
from api.workflow.changes import changes_since
from api.workflow.commit import commit
from api.workflow.revert import revert
from api.workflow.rule_versions import keep
from data.plan import PLAN_TABLES, Plan, PlanHeader, PlanRecord, PlanState
from data.store import Receipt

router = APIRouter(prefix="/plans", tags=["plans"])

PlanId = Annotated[str, Path(description="plan id, or its beginning")]
Part = Literal["statements", "moves", "left", "review", "loads", "decisions", "visits"]
IfMatch = Annotated[str | None, Header(description="ETag of the plan as it was previewed")]

LISTED = pa.schema(
    [
        *(
            (name, pa.string())
            for name in ("plan_id", "kind", "title", "state", "slot", "actor", "changed_by")
        ),
        *((name, pa.timestamp("us", "UTC")) for name in ("created_at", "changed_at")),
        *((name, pa.date32()) for name in ("as_of", "effective_on")),
        *((name, pa.int64()) for name in ("assign", "move", "keep", "left", "review", "committed_revision")),
        ("reverts", pa.string()),
        ("revises", pa.string()),
    ]
)
"""Columns of the list of plans."""

MANY = 2**31 - 1


class PlanView(BaseModel):
    """A plan without its rows: where it stands, who moved it there, and everything about how it was made."""

    state: PlanState
    changed_at: str
    changed_by: str
    committed_revision: int
    header: dict[str, Any]


class CommitWish(BaseModel):
    """Why a plan is carried out, for the audit log."""

    reason: str = ""


@router.get("")
def list_plans(desk: AtDesk, asked: AsPage) -> Listed:
    """Plans, the newest first."""
    rows = [_listed(each) for each in desk.store.records(MANY)]
    table = pa.Table.from_pylist(rows, schema=LISTED)
    newest = [("created_at", "descending"), ("plan_id", "ascending")]
    return page_of(table.sort_by(newest), ("-created_at", "plan_id"), asked)


@router.get("/{plan_id}", response_model=PlanView)
def get_plan(desk: AtDesk, plan_id: PlanId) -> JSONResponse:
    """Summary, terms and outcome of a plan, with the ETag that its commit may ask for."""
    return view(desk.store.record(plan_id))


@router.get("/{plan_id}/export", response_class=Response)
def export_plan(
    desk: AtDesk,
    plan_id: PlanId,
    format: Annotated[  # noqa: A002  the parameter's name
        Literal["csv", "json", "xlsx", "parquet"], Query(description="kind of file")
    ] = "csv",
) -> Response:
    """The whole plan: a zip archive of CSV or Parquet files, a workbook, or one JSON document."""
    record = desk.store.record(plan_id)
    plan = desk.store.plan(record.header.plan_id)
    plan = Plan(plan.header, {name: _in_sight(desk, plan, name) for name in PLAN_TABLES})
    desk.noted("export", f"plan {plan.plan_id}")
    if format == "json":
        return answer({"state": record.state, "header": plan.header, **plan.tables})
    rows = sum(each.num_rows for each in plan.tables.values())
    if format == "xlsx" and rows > MOST_XLSX:
        raise RequestError((f"{rows:,} rows are too many for a workbook; take csv or parquet",))
    about = {"plan": plan.plan_id, "state": record.state, "written for": desk.actor}
    content, ending = to_archive(plan.tables, format, about)
    name = {"Content-Disposition": f'attachment; filename="{plan.plan_id}.{ending}"'}
    kind = MEDIA_TYPES["xlsx"] if ending == "xlsx" else "application/zip"
    return Response(content, media_type=kind, headers=name)


@router.get("/{plan_id}/{part}")
def list_part(desk: AtDesk, plan_id: PlanId, part: Part, asked: AsPage) -> Listed:
    """Rows of a plan: statements (what is written), moves, patients left, patients to review, loads,
    decisions of reviewers, visits that it touches.
    """
    plan = desk.store.plan(plan_id)
    if part != "loads":
        desk.noted("read", f"plan {plan.plan_id} {part}")
    return page_of(numbered(_in_sight(desk, plan, part)), ("row",), asked)


@router.post("/{plan_id}/commit", response_model=Receipt)
def commit_plan(
    desk: AtDesk,
    plan_id: PlanId,
    wish: CommitWish | None = None,
    as_of: AsOf = None,
    if_match: IfMatch = None,
    idempotency_key: Annotated[
        str, Header(max_length=200, description="the same key again commits nothing")
    ] = "",
) -> JSONResponse:
    """Carry out a plan in one transaction, exactly as previewed; 409 says what has drifted."""
    desk.principal.require("commit")
    check_match(desk, plan_id, if_match, idempotency_key)
    reason = wish.reason if wish else ""
    done = commit(
        desk.store,
        plan_id,
        desk.rulebook(),
        desk.actor,
        desk.now(),
        desk.day(as_of),
        reason,
        idempotency_key,
        lambda: changes_since(desk.office.rules, desk.store.record(plan_id).header.rules, desk.rulebook()),
    )
    keep(desk.office.rules, desk.rulebook(), desk.actor, desk.now(), in_force=True)
    return answer(done, headers={"ETag": _tag(desk.store.record(done.plan_id))})


@router.post("/{plan_id}/revert", status_code=201, response_model=PlanView)
def revert_plan(desk: AtDesk, plan_id: PlanId, as_of: AsOf = None, if_match: IfMatch = None) -> JSONResponse:
    """Make the plan that undoes a committed one; it is previewed and committed like any other."""
    desk.principal.require("commit")
    check_match(desk, plan_id, if_match)
    made = revert(desk.store, plan_id, desk.actor, desk.now(), desk.day(as_of))
    return view(desk.store.record(made.plan_id), 201, {"Location": f"/plans/{made.plan_id}"})


def view(record: PlanRecord, status: int = 200, headers: dict[str, str] | None = None) -> JSONResponse:
    """A plan as it is told, with its ETag."""
    return answer(record, status, {"ETag": _tag(record)} | (headers or {}))


def _tag(record: PlanRecord) -> str:
    """A plan never changes but for its state."""
    moment = int(record.changed_at.timestamp() * 1_000_000)
    return f'"{record.header.plan_id}.{record.state}.{moment}"'


def check_match(desk: Desk, plan_id: str, expected: str | None, idempotency_key: str = "") -> None:
    """HttpError 412 where the plan moved on; a repetition under its idempotency key is let through."""
    if expected in (None, "*"):
        return
    record = desk.store.record(plan_id)
    repeated = bool(idempotency_key) and record.state == "committed"
    if expected != _tag(record) and not repeated:
        raise HttpError(412, f"the plan is {record.state} by now; look at it again")


def _listed(record: PlanRecord) -> dict[str, object]:
    header: PlanHeader = record.header
    shown: dict[str, str | date | int | object] = {
        name: getattr(header, name)
        for name in (
            "plan_id",
            "kind",
            "title",
            "actor",
            "created_at",
            "as_of",
            "effective_on",
            "reverts",
            "revises",
        )
    }
    shown |= {name: getattr(header.counts, name) for name in ("assign", "move", "keep", "left", "review")}
    shown |= {
        name: getattr(record, name) for name in ("state", "changed_at", "changed_by", "committed_revision")
    }
    return shown | {"slot": str(header.slot)}


def _in_sight(desk: Desk, plan: Plan, part: str) -> pa.Table:
    """A part of a plan; the loads of providers out of sight are nobody else's business."""
    rows = plan[part]
    sight = desk.sight(plan.header.as_of)
    if part != "loads" or not sight.limited:
        return rows
    seen = sight.rows("providers")["provider_id"].combine_chunks()
    return rows.filter(pc.is_in(rows["provider_id"], value_set=seen))
