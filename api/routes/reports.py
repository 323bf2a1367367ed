"""Reports, as pages or as files."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.errors import RequestError
from api.icalendar import MEDIA_TYPE, to_ical
from api.routes.answer import answer
from api.routes.desk import AsOf, AtDesk, AtSlot
from api.routes.files import attached, file_of
from api.routes.paging import AsRows, Page, all_of, page_of
from api.workflow.reports import CATALOG, Asked, ReportName, about, events_of, report

router = APIRouter(prefix="/reports", tags=["reports"])

Name = Annotated[
    ReportName,
    Path(
        description="assignments (who has whom), changes (of late, and who made them), coverage (calendar), "
        "capacity (workload and room), unassigned (patients and facilities)"
    ),
]
Kind = Annotated[
    Literal["json", "csv", "xlsx", "parquet", "ics"],
    Query(description="json: a page; else all rows as a file; ics only for coverage"),
]
CALENDAR: dict[int | str, dict[str, Any]] = {200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}}

FRESH = ("capacity", "changes")
"""Reports that are made for every page: they have another key than data and day, or are there already."""


@router.get("/{name}", response_model=Page, responses=CALENDAR)
def get_report(
    desk: AtDesk,
    name: Name,
    slot: AtSlot,
    asked: AsRows,
    format: Kind = "json",  # noqa: A002  the parameter's name
    days: Annotated[
        int, Query(ge=0, le=3650, description="ahead for coverage and unassigned, back for changes")
    ] = 30,
    as_of: AsOf = None,
) -> Response:
    """Rows of a report, filtered and sorted like every list; as a file all of them."""
    sight = desk.sight(as_of)
    made = Asked(desk.store, sight, desk.office.view(sight.snapshot, slot), desk.now(), days)
    kept = (desk.principal, sight.snapshot.revision, sight.snapshot.as_of, slot, days, name)
    rows = report(name, made) if name in FRESH else desk.office.report(kept, lambda: report(name, made))
    if CATALOG[name].about_patients:
        desk.noted("read" if format == "json" else "export", f"report {name}")
    key = CATALOG[name].key
    if format == "json":
        return answer(page_of(rows, key, asked))
    chosen = all_of(rows, key, asked)
    if format == "ics":
        if name != "coverage":
            raise RequestError(("format: only coverage can be written as ics",))
        calendar = to_ical(CATALOG[name].title, events_of(chosen, made), desk.now())
        return attached(calendar, MEDIA_TYPE, f"{name}.ics")
    return file_of(chosen, format, about(name, made, desk.actor, asked.filters), name)
