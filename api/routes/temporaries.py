"""A patient with a provider for the time being, with a day of review."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.errors import RequestError
from api.routes.answer import answer
from api.routes.desk import AsOf, AtDesk, Desk
from api.routes.plans import PlanView
from api.workflow.temporary import Temporarily, keep_temporary, nobody, temporary
from data.scope import Scope
from data.slot import Slot

router = APIRouter(prefix="/temporaries", tags=["plans"])


class ForNow(BaseModel):
    """Who has whom until somebody looks again on `review_on`, and why; `code` is the reason in one word."""

    model_config = ConfigDict(extra="forbid")

    patient: Annotated[str, Field(min_length=1, max_length=2000)]
    provider: Annotated[
        str, Field(min_length=1, max_length=2000, description="also who has the patient already")
    ]
    review_on: date
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    code: Annotated[str, Field(max_length=2000)] = ""
    override: Annotated[
        bool, Field(description="override rules that let one of your roles; else approval is asked for")
    ] = False
    level: str = "primary"
    role: str = "physician"

    def wish(self, desk: Desk, scope: Scope) -> Temporarily:
        """The same; RequestError where the level is none."""
        deciding = desk.principal.deciding_as if self.override else nobody
        try:
            slot = Slot(self.level, self.role)
        except ValueError as error:
            raise RequestError((str(error),)) from None
        return Temporarily(
            self.patient,
            self.provider,
            self.review_on,
            self.reason,
            self.code,
            deciding,
            slot,
            scope.practices,
        )


class TemporaryView(BaseModel):
    """The plan, the exceptions that it rests on, and those that somebody else has to approve first."""

    plan: PlanView
    waivers: list[str]
    pending: list[str]


@router.post("", status_code=201, response_model=TemporaryView)
def make_temporary(desk: AtDesk, asked: ForNow, as_of: AsOf = None) -> JSONResponse:
    """Make the plan that gives a patient to a provider for the time being; previewed and committed like any.

    Rules that object are overridden or asked to be waived until that day, only where they say they may be.
    """
    desk.principal.require("propose")
    sight = desk.sight(as_of)
    sight.require("patients", asked.patient)
    sight.require("providers", asked.provider)
    wish = asked.wish(desk, sight.confine(Scope(patients=(asked.patient,))))
    with desk.office.ruling:
        made = temporary(sight.snapshot, desk.rulebook(), wish, desk.actor, desk.now())
        keep_temporary(desk.store, made, sight.snapshot, desk.now())
        if made.waivers:
            desk.put_in_force(made.waivers, f"temporary {made.plan.plan_id}", asked.reason, new=True)
    told = {
        "plan": desk.store.record(made.plan.plan_id),
        "waivers": sorted(name.removesuffix(".yaml") for name in made.waivers),
        "pending": made.pending,
    }
    return answer(told, 201, {"Location": f"/plans/{made.plan.plan_id}"})
