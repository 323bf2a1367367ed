"""Providers who leave: what still rests on them, and the last step; visits with others than the owner."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.routes.answer import answer
from api.routes.desk import AsOf, AtDesk, AtSlot
from api.routes.paging import AsPage, Listed, page_of
from api.workflow.departure import Blocker, deactivate, departure_check
from api.workflow.visits import visits_with_others

router = APIRouter(tags=["departures"])

ProviderId = Annotated[str, Path(description="provider id")]


class Departing(BaseModel):
    """Why a provider leaves; `force` leaves behind what still rests on them."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    force: bool = False


class Check(BaseModel):
    """Everything that is to be settled first; with no blockers the provider can go."""

    provider_id: str
    blockers: list[Blocker]


@router.get("/providers/{provider_id}/departure-check", response_model=Check)
def check_departure(desk: AtDesk, provider_id: ProviderId, as_of: AsOf = None) -> JSONResponse:
    """What still rests on a provider: patients, defaults, coverage, visits, groups, open plans."""
    found = departure_check(desk.store, provider_id, desk.day(as_of))
    desk.noted("read", f"departure of {provider_id}")
    return answer({"provider_id": provider_id, "blockers": list(found)})


@router.post("/providers/{provider_id}/deactivate", response_model=Check)
def deactivate_provider(
    desk: AtDesk, provider_id: ProviderId, wish: Departing, as_of: AsOf = None
) -> JSONResponse:
    """Mark a provider as no longer active; 409 with the blockers while anything rests on them."""
    desk.principal.require("provision")
    day = desk.day(as_of)
    deactivate(desk.store, provider_id, day, desk.actor, desk.now(), wish.reason, wish.force)
    left = departure_check(desk.store, provider_id, day)
    return answer({"provider_id": provider_id, "blockers": list(left)})


@router.get("/visits/with-others")
def list_visits_with_others(desk: AtDesk, slot: AtSlot, asked: AsPage, as_of: AsOf = None) -> Listed:
    """Visits ahead with somebody else than the patient's provider, and what was ordered for each."""
    desk.noted("read", "visits with others")
    found = visits_with_others(desk.sight(as_of), slot, desk.store.visit_orders())
    return page_of(found, ("on", "visit_id"), asked)
