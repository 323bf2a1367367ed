"""Reports, as pages or as files."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.errors import RequestError
from api.icalendar import MEDIA_TYPE, to_ical
from api.routes.answer import answer
from api.routes.desk import AsOf, AtDesk, AtSlot
from api.routes.paging import AsPage, Page, all_of, page_of
from api.sheets import MEDIA_TYPES, MOST_XLSX, to_file
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
FRESH = ("capacity", "changes")
"""Reports that are made for every page: they have another key than data and day, or are there already."""

FILES = {
    200: {
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Page"}},
            **{kind: {"schema": {"type": "string"}} for kind in (*MEDIA_TYPES.values(), MEDIA_TYPE)},
        }
    }
}


@router.get("/{name}", response_model=Page, responses=FILES)  # type: ignore[arg-type]
def get_report(
    desk: AtDesk,
    name: Name,
    slot: AtSlot,
    asked: AsPage,
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
        return _file(
            to_ical(CATALOG[name].title, events_of(chosen, made), desk.now()), MEDIA_TYPE, f"{name}.ics"
        )
    if format == "xlsx" and chosen.num_rows > MOST_XLSX:
        raise RequestError((f"{chosen.num_rows:,} rows are too many for a workbook; take csv or parquet",))
    return _file(
        to_file(chosen, format, about(name, made, desk.actor, asked.filters)),
        MEDIA_TYPES[format],
        f"{name}.{format}",
    )


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
