"""The plan that people decided patient by patient: computed, checked and explained like any other."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from api.errors import RequestError
from api.workflow.decide import Decided, Rulebook
from api.workflow.propose import Request, completed, facts_of, gather
from data.objective import Objective
from data.plan import Plan
from data.snapshot import Snapshot
from rules.validate import PairVerdict, Validator
from solver.check import check
from solver.planning import make_decided_plan


def decided_plan(
    snapshot: Snapshot,
    request: Request,
    objective: Objective,
    rulebook: Rulebook,
    wanted: Mapping[str, str],
    at: datetime,
    notes: tuple[str, ...] = (),
) -> Plan:
    """The plan in which exactly the patients of `wanted` go to the providers named, and nobody else moves.

    RequestError with everything that stands against it: rules, limits, pins and bans, households, scope.
    """
    decided, planning = gather(snapshot, request, rulebook, objective)
    planned = decided.standing.owner.copy()
    for patient, provider in wanted.items():
        planned[decided.snapshot.position("patients", patient)] = decided.snapshot.position(
            "providers", provider
        )
    plan = make_decided_plan(planning, planned, facts_of(request, objective, at, notes))
    problems = refused(decided, rulebook, plan, wanted)
    if not problems:
        violations = check(
            decided.snapshot, decided.standing, decided.eligibility, objective, request.scope, plan
        )
        problems = tuple(map(str, violations))
    if problems:
        raise RequestError(problems)
    return completed(plan, decided, request)


def refused(decided: Decided, rulebook: Rulebook, plan: Plan, wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Patients who do not go where they should, each with what is in the way."""
    moves = plan["moves"]
    got = dict(zip(moves["patient_id"].to_pylist(), moves["to_provider_id"].to_pylist(), strict=True))
    missing = {who: whom for who, whom in wanted.items() if got.get(who) != whom}
    judge = Validator(rulebook.compiled, decided.snapshot, decided.standing.slot)
    return tuple(
        f"{who} cannot go to {whom}: {_why(judge.validate(who, whom))}" for who, whom in missing.items()
    )


def _why(verdict: PairVerdict) -> str:
    """What is in the way of a pair."""
    said = [f"{each.message or each.title} ({each.rule_id})" for each in verdict.objections if each.hard]
    return "; ".join(said) or (
        "the provider is not at work, over a limit or banned for the patient, the household would be "
        "parted, or the patient is outside the plan's scope"
    )


def bounded_by(plan: Plan, former: Plan, snapshot: Snapshot) -> Plan:
    """The plan with the former one's bound, which holds here too: the same data and rules, less choice."""
    own, known = plan.header.outcome, former.header.outcome
    same = former.header.base_revision == snapshot.revision and former.header.rules == plan.header.rules
    if (
        own is None
        or known is None
        or not same
        or len(former.header.objective.tiers if former.header.objective else ()) > 1
    ):
        return plan
    bound = min(max(own.bound, known.bound), own.value)
    gap = (own.value - bound) / max(abs(own.value), 1.0)
    return plan.renamed(outcome=replace(own, bound=bound, gap=gap))


def with_reasons(plan: Plan, table: str, code: str, reasons: Mapping[str, str]) -> Plan:
    """The plan with another reason for some patients of `moves`, `left` or `statements`."""
    rows = plan[table]
    if not reasons:
        return plan
    told = pc.index_in(rows["patient_id"], value_set=pa.array(list(reasons), pa.string()), skip_nulls=True)
    mine = pc.is_valid(told)
    text = pa.array(list(reasons.values()), pa.string()).take(told.combine_chunks())
    changes = {"reason": pc.if_else(mine, text, rows["reason"])}
    if "reason_code" in rows.column_names:
        changes["reason_code"] = pc.if_else(mine, code, rows["reason_code"])
    for name, column in changes.items():
        rows = rows.set_column(rows.column_names.index(name), name, column)
    return Plan(plan.header, {**plan.tables, table: rows})
