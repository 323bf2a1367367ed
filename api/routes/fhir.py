"""FHIR R4: what stands as a bulk export, a plan as attribution lists and as transactions."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, StreamingResponse

from api.routes.desk import AsOf, AtDesk, KnownAt
from api.workflow.fhir import groups_of, seen, transactions_of
from data.fhir.folder import MEDIA_TYPE, STREAMS, lines, manifest

router = APIRouter(tags=["FHIR"])

Kind = Literal[
    "Organization", "Location", "Practitioner", "PractitionerRole", "Patient", "Coverage", "CareTeam"
]
PlanId = Annotated[str, Path(description="plan id, or its beginning")]


@router.get("/fhir", response_class=JSONResponse)
def export(request: Request, desk: AtDesk, as_of: AsOf = None) -> dict[str, Any]:
    """The manifest of a bulk export: an address for each type, all as known at this moment."""
    moment, day = desk.now(), desk.day(as_of)
    asked = {"as_of": day.isoformat(), "known_at": moment.isoformat()}
    files = {
        kind: str(request.url_for("stream", kind=kind).include_query_params(**asked)) for kind in STREAMS
    }
    protected = "authorization" in request.headers
    return manifest(moment.isoformat(), str(request.url), files, protected)


@router.get("/fhir/{kind}", response_class=StreamingResponse, responses={200: {"content": {MEDIA_TYPE: {}}}})
def stream(desk: AtDesk, kind: Kind, as_of: AsOf = None, known_at: KnownAt = None) -> StreamingResponse:
    """Resources of one type, a line each."""
    snapshot = seen(desk.sight(as_of, known_at))
    desk.noted("export", f"FHIR {kind}")
    return StreamingResponse(lines(snapshot, kind), media_type=MEDIA_TYPE)


@router.get(
    "/plans/{plan_id}/fhir/{form}",
    response_class=StreamingResponse,
    responses={200: {"content": {MEDIA_TYPE: {}}}},
)
def plan_as_fhir(desk: AtDesk, plan_id: PlanId, form: Literal["groups", "transactions"]) -> StreamingResponse:
    """A plan, a line each: `groups` (attribution lists of practices) or `transactions` (updates to send)."""
    told = groups_of(desk.store, plan_id) if form == "groups" else transactions_of(desk.store, plan_id)
    desk.noted("export", f"plan {plan_id} FHIR {form}")
    return StreamingResponse(_lines(told), media_type=MEDIA_TYPE)


def _lines(resources: Iterator[str]) -> Iterator[bytes]:
    for each in resources:
        yield each.encode() + b"\n"
