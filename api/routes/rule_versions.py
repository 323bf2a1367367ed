"""Rules of every day, and what other rules would change."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.jobs.inquiry import RulesWish
from api.routes.answer import answer
from api.routes.desk import AtDesk, Desk
from api.routes.jobs import JobView, Key, queued
from api.workflow.decide import Rulebook
from api.workflow.rule_versions import FORMS, version_named
from rules.difference import Change, difference

router = APIRouter(prefix="/rules", tags=["rules"])

Version = Annotated[str, Query(description=FORMS, max_length=300)]


class VersionView(BaseModel):
    """One set of rules as it was used: from when, by whom, in force or only tried."""

    digest: str
    name: str
    version: int
    at: datetime
    actor: str
    in_force: bool


class Texts(BaseModel):
    """The documents of one version by file name."""

    digest: str
    documents: dict[str, str]


@router.get("/versions", response_model=list[VersionView])
def list_versions(
    desk: AtDesk, limit: Annotated[int, Query(ge=1, le=1000, description="how many")] = 50
) -> JSONResponse:
    """Every set of rules that was in force or tried, the newest first."""
    desk.principal.require("read")
    books = desk.office.rules.books(limit)
    return answer([{name: getattr(each, name) for name in VersionView.model_fields} for each in books])


@router.get("/versions/{name}")
def get_version(desk: AtDesk, name: Annotated[str, Path(description=FORMS, max_length=300)]) -> Texts:
    """The documents of one version."""
    desk.principal.require("read")
    desk.principal.require_everywhere()  # waivers name patients
    book = _named(desk, name)
    return Texts(digest=book.digest, documents=dict(book.texts))


@router.get("/diff", response_model=list[Change])
def list_changes(desk: AtDesk, old: Version, new: Version = "in-force") -> JSONResponse:
    """What differs from one version to another, document by document."""
    desk.principal.require("read")
    desk.principal.require_everywhere()  # waivers name patients
    return answer(difference(_named(desk, old).documents, _named(desk, new).documents))


@router.post("/comparisons", status_code=202, response_model=JobView)
def compare(desk: AtDesk, wish: RulesWish, idempotency_key: Key = "") -> JSONResponse:
    """Queue what other rules would change in all practices: who is affected, and what a plan would cost.

    Nothing is put in force. `documents` alone compares them, added to the rules in force, with those.
    """
    desk.principal.require("propose")
    desk.principal.require_everywhere()  # it counts everybody
    return queued(desk, wish, idempotency_key)


def _named(desk: Desk, name: str) -> Rulebook:
    return version_named(desk.office.rules, desk.store, desk.rulebook(), name)
