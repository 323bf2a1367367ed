"""Review of plans: single moves rejected or sent to somebody else, whole plans approved or rejected."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.routes.answer import answer
from api.routes.desk import AsOf, AtDesk, Desk
from api.routes.plans import IfMatch, PlanId, PlanView, check_match, view
from api.workflow.consent import decide, reject, submit
from api.workflow.review import Verdict, review
from data.review import Consent, ConsentKind, ConsentState

router = APIRouter(prefix="/plans", tags=["review"])

Reason = Annotated[str, Field(min_length=1, max_length=2000, description="why, for the audit log")]
Patients = Annotated[tuple[str, ...], Field(min_length=1, max_length=100_000, description="patient ids")]


class Rejected(BaseModel):
    """Patients who stay as they are; the proposed pairs are remembered and not proposed again."""

    model_config = ConfigDict(extra="forbid")

    patients: Patients
    reason: Reason


class Retargeted(BaseModel):
    """Patients who go to somebody else than proposed, or (those left) than nobody."""

    model_config = ConfigDict(extra="forbid")

    patients: Patients
    to_provider_id: str
    reason: Reason


class Word(BaseModel):
    """Why a plan as a whole is approved, rejected, accepted or declined."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=2000)] = ""


class Rejecting(BaseModel):
    """Why a whole plan is refused."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class ConsentView(BaseModel):
    """A consent that a plan waits for, or got; the agency and practice whose acceptance it is."""

    plan_id: str
    kind: ConsentKind
    agency_id: str
    practice_id: str
    patients: int
    why: tuple[str, ...]
    state: ConsentState
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str


@router.post("/{plan_id}/moves/reject", status_code=201, response_model=PlanView)
def reject_moves(
    desk: AtDesk, plan_id: PlanId, verdict: Rejected, as_of: AsOf = None, if_match: IfMatch = None
) -> JSONResponse:
    """Reject moves: a plan without them takes the place of this one, checked and with its own numbers."""
    return _revised(desk, plan_id, [Verdict(verdict.patients, verdict.reason)], as_of, if_match)


@router.post("/{plan_id}/moves/retarget", status_code=201, response_model=PlanView)
def retarget_moves(
    desk: AtDesk, plan_id: PlanId, verdict: Retargeted, as_of: AsOf = None, if_match: IfMatch = None
) -> JSONResponse:
    """Send patients to another provider; where a rule objects, they wait for the exception requested."""
    wanted = Verdict(verdict.patients, verdict.reason, verdict.to_provider_id)
    return _revised(desk, plan_id, [wanted], as_of, if_match)


@router.post("/{plan_id}/moves/settle", status_code=201, response_model=PlanView)
def settle_moves(desk: AtDesk, plan_id: PlanId, as_of: AsOf = None, if_match: IfMatch = None) -> JSONResponse:
    """Take in patients whose exceptions are approved by now; of a committed plan in a plan of their own."""
    return _revised(desk, plan_id, [], as_of, if_match)


@router.get("/{plan_id}/consents", response_model=list[ConsentView])
def list_consents_of(desk: AtDesk, plan_id: PlanId) -> JSONResponse:
    """Whose word the plan waits for, and who has given or refused it."""
    return _told(desk.store.consents(desk.store.record(plan_id).header.plan_id))


@router.post("/{plan_id}/submit", response_model=list[ConsentView])
def submit_plan(desk: AtDesk, plan_id: PlanId, if_match: IfMatch = None) -> JSONResponse:
    """Ask for every consent that the plan needs, without committing it; an empty list: it needs none."""
    desk.principal.require("propose")
    check_match(desk, plan_id, if_match)
    return _told(submit(desk.store, plan_id, desk.rulebook(), desk.actor, desk.now()))


@router.post("/{plan_id}/approve", response_model=list[ConsentView])
def approve_plan(
    desk: AtDesk, plan_id: PlanId, word: Word | None = None, if_match: IfMatch = None
) -> JSONResponse:
    """Approve a plan that waits for it; somebody else than who made it or handed it in."""
    desk.principal.require("approve")
    check_match(desk, plan_id, if_match)
    full = desk.store.record(plan_id).header.plan_id
    said = word.reason if word else ""
    return _told(decide(desk.store, full, "approval", "given", desk.actor, desk.now(), said))


@router.post("/{plan_id}/reject", response_model=PlanView)
def reject_plan(desk: AtDesk, plan_id: PlanId, word: Rejecting, if_match: IfMatch = None) -> JSONResponse:
    """Refuse a whole plan. It is not committed any more; nothing of it is remembered as a rejected pair."""
    desk.principal.require("reject")
    check_match(desk, plan_id, if_match)
    record = desk.store.record(plan_id)
    reject(desk.store, record.header.plan_id, desk.actor, desk.now(), word.reason)
    return view(desk.store.record(record.header.plan_id))


def _revised(
    desk: Desk, plan_id: str, verdicts: list[Verdict], as_of: AsOf, if_match: str | None
) -> JSONResponse:
    desk.principal.require("propose")
    check_match(desk, plan_id, if_match)
    made = review(desk.store, plan_id, verdicts, desk.rulebook(), desk.actor, desk.now(), desk.day(as_of))
    return view(desk.store.record(made.plan_id), 201, {"Location": f"/plans/{made.plan_id}"})


def consent_view(consent: Consent) -> ConsentView:
    """A consent as it is told."""
    return ConsentView.model_validate(consent, from_attributes=True)


def _told(consents: list[Consent]) -> JSONResponse:
    return answer([consent_view(each).model_dump(mode="json") for each in consents])
