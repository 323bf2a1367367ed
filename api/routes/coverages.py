"""Coverage: somebody stands in for a provider for some days."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.errors import RequestError
from api.routes.desk import AsOf, AtDesk
from api.routes.plans import PlanView, view
from api.workflow.cover import Cover, cover
from data.slot import Slot

router = APIRouter(prefix="/coverages", tags=["plans"])


class Covering(BaseModel):
    """Who stands in for whom; `ends_on` is the first day on which nobody does. All patients, or only some."""

    model_config = ConfigDict(extra="forbid")

    covers: Annotated[str, Field(min_length=1, description="provider who is away")]
    by: Annotated[str, Field(min_length=1, description="provider who stands in")]
    starts_on: date
    ends_on: date
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    facility: Annotated[str, Field(description="only there")] = ""
    patient: Annotated[str, Field(description="only this one")] = ""
    level: str = "primary"
    role: str = "physician"

    def wish(self) -> Cover:
        """The same; RequestError where the level is none."""
        given = self.model_dump(exclude={"level", "role"})
        try:
            return Cover(**given, slot=Slot(self.level, self.role))
        except ValueError as error:
            raise RequestError((str(error),)) from None


@router.post("", status_code=201, response_model=PlanView)
def make_coverage(desk: AtDesk, wish: Covering, as_of: AsOf = None) -> JSONResponse:
    """Make the plan by which somebody stands in; it is previewed, committed and undone like any other."""
    desk.principal.require("propose")
    made = cover(desk.store, wish.wish(), desk.actor, desk.now(), desk.day(as_of))
    return view(desk.store.record(made.plan_id), 201, {"Location": f"/plans/{made.plan_id}"})
