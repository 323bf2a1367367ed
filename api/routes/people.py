"""One provider's panel, one patient's provider: whom somebody has, and why."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from api.routes.answer import answer, tag_of
from api.routes.desk import AsOf, AtDesk, AtSlot
from api.workflow.panel import Panel, panel
from api.workflow.trace import Trace, why_current

router = APIRouter(tags=["what stands"])


@router.get("/providers/{provider_id}/panel", response_model=Panel)
def get_panel(
    desk: AtDesk,
    provider_id: Annotated[str, Path(description="id of the provider")],
    role: Annotated[str, Query(description="physician, care_manager, ...")] = "physician",
    group_by: Annotated[Literal["practice"], Query(description="what is counted apart")] = "practice",  # noqa: ARG001  said in the address
    as_of: AsOf = None,
) -> JSONResponse:
    """How many patients a provider has, by practice and level, those by a facility's default included."""
    return answer(panel(desk.sight(as_of), provider_id, role))


@router.get("/patients/{patient_id}/provider", response_model=Trace)
def get_provider(
    desk: AtDesk,
    patient_id: Annotated[str, Path(description="id of the patient")],
    slot: AtSlot,
    as_of: AsOf = None,
) -> JSONResponse:
    """Who has a patient, and every assignment, waiting plan and visit that was looked at to say so.

    The ETag changes with the answer: a screen that shows another one is out of date.
    """
    said = why_current(desk.sight(as_of), desk.store, slot, patient_id)
    desk.noted("read", f"provider of {patient_id}")
    return answer(said, headers={"ETag": tag_of(said)})
