"""Rules in force: what they are, what they say about a pair or a patient, and checks of new documents."""

from dataclasses import asdict
from typing import Annotated

import pyarrow.compute as pc
from fastapi import APIRouter, Body, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.errors import RequestError
from api.routes.answer import answer
from api.routes.desk import AsOf, AtDesk, AtSlot, Desk
from api.routes.paging import AsPage, Listed, numbered, page_of
from api.workflow.audit import audit
from api.workflow.decide import Rulebook, overlaid
from api.workflow.explain import WhyNotReport, why_in, why_not_in
from rules.examples import run_examples
from rules.validate import PairVerdict

router = APIRouter(tags=["rules"])

PatientId = Annotated[str, Query(description="patient id")]
Documents = Annotated[
    dict[str, str],
    Body(description="rule documents (YAML text) by file name", embed=True, max_length=200),
]


class RuleShape(BaseModel):
    """One rule in force. `hard` rules exclude; others cost `penalty` points, or are only reported."""

    rule_id: str
    title: str
    category: str
    hard: bool
    penalty: int


class LimitShape(BaseModel):
    """One limit in force."""

    limit_id: str
    title: str
    unit: str


class PresetShape(BaseModel):
    """One objective preset; `movable` says who may be moved."""

    name: str
    title: str
    movable: str


class RulesInForce(BaseModel):
    """All that is in force, and the SHA-256 of its documents."""

    digest: str
    rules: list[RuleShape]
    limits: list[LimitShape]
    presets: list[PresetShape]


class Checked(BaseModel):
    """Documents that can be used, with the numbers of what would then be in force."""

    rules: int
    limits: int
    presets: int


class Tested(BaseModel):
    """Examples run; `failures` came out otherwise, `uncovered` clauses were not seen both true and false."""

    cases: int
    clauses: int
    failures: list[dict[str, str | None]]
    uncovered: list[dict[str, str | bool]]


@router.get("/rules")
def in_force(desk: AtDesk) -> RulesInForce:
    """Rules, limits and objective presets in force."""
    desk.principal.require("read")
    book = desk.rulebook()
    return RulesInForce(
        digest=book.digest,
        rules=[
            RuleShape(
                rule_id=rule.id,
                title=rule.title,
                category=rule.category,
                hard=rule.hard,
                penalty=rule.penalty,
            )
            for rule in (each.rule for each in book.compiled.rules)
        ],
        limits=[
            LimitShape(limit_id=limit.id, title=limit.title, unit=limit.unit)
            for limit in (each.limit for each in book.compiled.limits)
        ],
        presets=[
            PresetShape(name=each.name, title=each.title, movable=each.movable)
            for each in book.objectives.values()
        ],
    )


@router.post("/rules/check")
def check(desk: AtDesk, documents: Documents) -> Checked:
    """Type-check documents together with those in force; every problem at once, with its place."""
    desk.principal.require("read")
    book = _with(desk, documents)
    return Checked(
        rules=len(book.compiled.rules), limits=len(book.compiled.limits), presets=len(book.objectives)
    )


@router.post("/rules/test")
def test(desk: AtDesk, documents: Documents) -> Tested:
    """Run the examples in documents and in those in force."""
    desk.principal.require("read")
    report = run_examples(_with(desk, documents).documents)
    return Tested(
        cases=len(report.results),
        clauses=len(report.coverage),
        failures=[asdict(each) for each in report.failures],
        uncovered=[asdict(each) for each in report.uncovered],
    )


@router.get("/rules/why", response_model=PairVerdict)
def why_pair(
    desk: AtDesk,
    slot: AtSlot,
    patient: PatientId,
    provider: Annotated[str, Query(description="provider id")],
    as_of: AsOf = None,
) -> JSONResponse:
    """Every rule's verdict on one pair, with the clause that fails and the values it read."""
    sight = desk.sight(as_of)
    sight.require("patients", patient)
    sight.require("providers", provider)
    desk.noted("read", f"why {patient} {provider}")
    view = desk.office.view(sight.snapshot, slot)
    with desk.office.working:  # the validator remembers records, for one question at a time
        return answer(why_in(view, patient, provider))


@router.get("/candidates", response_model=WhyNotReport)
def candidates(
    desk: AtDesk,
    slot: AtSlot,
    patient: PatientId,
    as_of: AsOf = None,
    limit: Annotated[int, Query(ge=0, le=10_000, description="candidates listed")] = 100,
) -> JSONResponse:
    """Providers for one patient, ranked, those with room first; and how many each rule removes, in order."""
    sight = desk.sight(as_of)
    sight.require("patients", patient)
    desk.noted("read", f"candidates {patient}")
    view = desk.office.view(sight.snapshot, slot)
    seen = sight.mask("providers") if sight.limited else None
    return answer(why_not_in(view, patient, limit, seen))


@router.get("/rules/audit")
def audit_standing(desk: AtDesk, slot: AtSlot, asked: AsPage, as_of: AsOf = None) -> Listed:
    """Everything that stands against the rules, one finding a row."""
    sight = desk.sight(as_of)
    desk.noted("read", "rules audit")
    rows = audit(sight.snapshot, desk.rulebook(), slot).rows
    if sight.limited:
        seen = sight.rows("patients")["patient_id"].combine_chunks()
        rows = rows.filter(pc.is_in(rows["patient_id"], value_set=seen))
    return page_of(numbered(rows), ("row",), asked)


def _with(desk: Desk, documents: dict[str, str]) -> Rulebook:
    """The documents in force and these; a file of the same name takes the place of the one in force."""
    if not documents:
        raise RequestError(("there are no documents",))
    return Rulebook.of(overlaid(desk.office.rule_texts(), documents))
