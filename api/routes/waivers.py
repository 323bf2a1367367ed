"""Exceptions to rules: request, approve, revoke. Who decides does so in a role of their own."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.access_sight import Sight
from api.routes.answer import answer
from api.routes.desk import AsOf, AtDesk, Desk
from api.workflow.waivers import (
    WaiverState,
    Wish,
    approved,
    deciding_role,
    justified,
    requested,
    revoked,
    waiver_named,
    waivers,
)
from data.errors import NotFoundError

router = APIRouter(prefix="/waivers", tags=["rules"])

Name = Annotated[str, Path(description="name of the waiver")]
Text = Annotated[str, Field(max_length=2000)]


class WaiverWish(BaseModel):
    """One rule, for a patient, a provider or a pair, from a day until (and without) another, and why."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    rule: Text
    patient: Text = ""
    provider: Text = ""
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    code: Annotated[Text, Field(description="the reason in one word, as FAMILY_REQUEST")] = ""
    from_day: Annotated[date | None, Field(alias="from", description="today where missing")] = None
    until: Annotated[date, Field(description="first day on which it is over")]
    justify: Annotated[
        bool, Field(description="override at once, on your own word, where the rule lets your role")
    ] = False


@router.get("", response_model=list[WaiverState])
def list_waivers(desk: AtDesk, as_of: AsOf = None) -> JSONResponse:
    """Waivers about patients and providers in sight, requests first."""
    sight = desk.sight(as_of)
    desk.noted("read", "waivers")
    return answer([each for each in waivers(desk.rulebook(), desk.day(as_of)) if _sees(sight, each)])


@router.post("", status_code=201, response_model=WaiverState)
def request_waiver(desk: AtDesk, wish: WaiverWish, as_of: AsOf = None) -> JSONResponse:
    """Request an exception; it does nothing before somebody else approves it, unless it is justified."""
    desk.principal.require("propose")
    day = desk.day(as_of)
    sight = desk.sight(as_of)
    sight.require("patients", *filter(None, [wish.patient]))
    sight.require("providers", *filter(None, [wish.provider]))
    given = Wish(
        wish.rule, wish.patient, wish.provider, wish.reason, wish.from_day or day, wish.until, wish.code
    )
    with desk.office.ruling:
        book = desk.rulebook()
        if wish.justify:
            role = deciding_role(book, wish.rule, desk.principal, override=True)
            name, text = justified(book, given, desk.actor, role, day)
        else:
            name, text = requested(book, given, desk.actor, day)
        desk.put_in_force({f"{name}.yaml": text}, f"waiver {name}", wish.reason, new=True)
    return _one(desk, name, day, 201)


@router.post("/{name}/approve", response_model=WaiverState)
def approve_waiver(desk: AtDesk, name: Name, as_of: AsOf = None) -> JSONResponse:
    """Approve a request in the role that the rule asks for, if you have it; nobody approves their own."""
    day = desk.day(as_of)
    with desk.office.ruling:
        book = desk.rulebook()
        asked = _found(desk, name, as_of)
        role = deciding_role(book, asked.rule, desk.principal)
        file, text = approved(book, name, desk.actor, role)
        desk.put_in_force({file: text}, f"waiver {name}", f"approved as {role}")
    return _one(desk, name, day)


@router.post("/{name}/revoke", response_model=WaiverState)
def revoke_waiver(desk: AtDesk, name: Name, as_of: AsOf = None) -> JSONResponse:
    """End an exception today: who asked for it may, and whoever may approve it."""
    day = desk.day(as_of)
    with desk.office.ruling:
        book = desk.rulebook()
        asked = _found(desk, name, as_of)
        if asked.requested_by != desk.actor:
            deciding_role(book, asked.rule, desk.principal)
        file, text = revoked(book, name, day)
        desk.put_in_force({file: text}, f"waiver {name}", "revoked")
    return _one(desk, name, day)


def _found(desk: Desk, name: str, as_of: AsOf) -> WaiverState:
    """The waiver; NotFoundError where it is about somebody out of sight."""
    found = waiver_named(desk.rulebook(), name, desk.day(as_of))
    if not _sees(desk.sight(as_of), found):
        raise NotFoundError(f"there is no waiver {name!r}")
    return found


def _sees(sight: Sight, waiver: WaiverState) -> bool:
    if not sight.limited:
        return True
    if waiver.patient:
        return sight.sees("patients", waiver.patient)
    return sight.sees("providers", waiver.provider)


def _one(desk: Desk, name: str, day: date, status: int = 200) -> JSONResponse:
    return answer(waiver_named(desk.rulebook(), name, day), status, {"Location": f"/waivers/{name}"})
