"""Rules of every day, others put in force, and what others would change."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.enforce import Trail, enforce
from api.jobs.inquiry import RulesWish
from api.routes.answer import answer
from api.routes.desk import AtDesk, Desk
from api.routes.jobs import JobView, Key, queued
from api.routes.problems import HttpError
from api.wiring import parted_texts
from api.workflow.decide import Rulebook
from api.workflow.rule_change import RuleChange, RuleTexts, change_besides_waivers, restored
from api.workflow.rule_versions import FORMS, version_named
from data.rule_store import RuleBook
from rules.difference import Change, difference

router = APIRouter(prefix="/rules", tags=["rules"])

IfMatch = Annotated[str | None, Header(description="digest of the version for which the change was written")]
Version = Annotated[str, Query(description=FORMS, max_length=300)]


class VersionView(BaseModel):
    """One set of rules as it was used: from when, by whom, in force or only tried."""

    digest: str
    name: str
    version: int
    at: datetime
    actor: str
    in_force: bool


class NewVersion(BaseModel):
    """Documents to be put in force (YAML text by file name), and names of own documents to be taken out."""

    model_config = ConfigDict(extra="forbid")

    documents: Annotated[dict[str, str], Field(max_length=200)] = Field(default_factory=dict)
    remove: Annotated[list[str], Field(max_length=200)] = Field(default_factory=list)
    reason: Annotated[str, Field(min_length=1, max_length=2000, description="why, for the audit log")]


class Restoring(BaseModel):
    """Why an earlier version is to be in force again."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=2000, description="why, for the audit log")]


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
    return answer([_view(each) for each in desk.office.rules.books(limit)])


@router.post("/versions", status_code=201, response_model=VersionView)
def add_version(desk: AtDesk, wanted: NewVersion, if_match: IfMatch = None) -> JSONResponse:
    """Put documents in force from now on, once all compile and every example holds; else every problem.

    A document takes the place of the one of its name. `If-Match` with the digest of a version refuses (412)
    where another one is in force by now.
    """
    _administrator(desk)
    with desk.office.ruling:
        texts = parted_texts(desk.office.settings)
        _matched(texts, if_match)
        made = change_besides_waivers(texts, wanted.documents, wanted.remove)
        return _enforced(desk, texts, made, wanted.reason)


@router.post("/versions/{name}/restore", status_code=201, response_model=VersionView)
def restore_version(
    desk: AtDesk,
    name: Annotated[str, Path(description=FORMS, max_length=300)],
    wanted: Restoring,
    if_match: IfMatch = None,
) -> JSONResponse:
    """Bring back an earlier version, checked and tested anew; exceptions (waivers) stay as they are today."""
    _administrator(desk)
    with desk.office.ruling:
        texts = parted_texts(desk.office.settings)
        _matched(texts, if_match)
        made = restored(texts, _named(desk, name).texts)
        return _enforced(desk, texts, made, wanted.reason)


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


def _administrator(desk: Desk) -> None:
    """Only who administers everything changes what holds for everybody."""
    desk.principal.require("provision")
    desk.principal.require_everywhere()


def _matched(texts: RuleTexts, if_match: str | None) -> None:
    if if_match is None:
        return
    digest = texts.book.digest
    if if_match.strip('"') != digest:
        words = f"other rules are in force by now (version {digest[:12]}); read them and try again"
        raise HttpError(412, words)


def _enforced(desk: Desk, texts: RuleTexts, made: RuleChange, reason: str) -> JSONResponse:
    office, trail = desk.office, Trail(desk.actor, desk.now(), reason)
    book = enforce(office.settings, desk.store, office.rules, texts, made, trail)
    return answer(
        _view(book), 201, {"ETag": f'"{book.digest}"', "Location": f"/rules/versions/{book.digest}"}
    )


def _view(book: RuleBook) -> dict[str, object]:
    return {name: getattr(book, name) for name in VersionView.model_fields}


def _named(desk: Desk, name: str) -> Rulebook:
    return version_named(desk.office.rules, desk.store, desk.rulebook(), name)
