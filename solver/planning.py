"""From the solver's flow back to people: a plan that says what changes, for whom and why."""

from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.ledger import apply_entries, entries
from data.plan import LOADS, MOVES, REVIEW, Counts, Outcome, Plan, PlanHeader
from data.scenario import Scenario
from data.standing import population, standing
from solver.build import Planning
from solver.carry import arcs_of_decided, arcs_of_units
from solver.check import CheckFailedError, Violation
from solver.costs import COST_UNIT
from solver.giving_back import giving_back
from solver.left import Left
from solver.measure import limit_loads, terms
from solver.names import Names
from solver.reasons import Reason, Reasons
from solver.result import Result, relative_gap
from solver.statements import Statements, statement_table, statements
from solver.subjects import BAN, NOTHING, PIN, RULE, Subjects
from solver.unsearched import unsearched
from solver.verify import evaluate

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

REVIEWED = {
    RULE: ("RULE_NOT_MET", "The rules no longer allow {owner}; nobody else could take the patient."),
    BAN: ("BANNED_PAIR", "A person has decided against {owner}; nobody else could take the patient."),
    PIN: ("PIN_WITHOUT_ROOM", "A person has decided for {pin}, where no room was found; stays with {owner}."),
}
"""Codes and sentences of the table `review` for those who stay."""


@dataclass(frozen=True)
class Facts:
    """What a plan's header says that does not follow from the problem; see `data.plan.PlanHeader`."""

    plan_id: str
    kind: str
    title: str
    as_of: date
    created_at: datetime
    actor: str
    seed: int = 0
    scenario: Scenario = field(default=Scenario())
    snapshot_digest: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Changes:
    """`arc[i]` is the problem's arc that patient i takes (-1: none); `planned[i]` the provider afterwards."""

    arc: Int64
    planned: Int32
    changed: Bool
    left: Bool


def make_plan(planning: Planning, result: Result, facts: Facts) -> Plan:
    """The plan that carries out the result's flow; doing nothing where the result holds none.

    Raises CheckFailedError where the statements would not give exactly the planned providers.
    """
    flow = planning.standing_flow if result.flow is None else giving_back(planning, result.flow)
    return _plan(planning, result, flow, _changes(planning, arcs_of_patients(planning, flow)), facts)


def make_decided_plan(planning: Planning, provider: Int32, facts: Facts) -> Plan:
    """The plan that gives patient i exactly `provider[i]`, as people decided (their present one: no change).

    Who cannot go where they should (no arc, a household torn apart) stays: compare its moves with the wish.
    Limits are not looked at, `solver.check` does. The bound is the weak one that needs no search.
    """
    arc = arcs_of_decided(planning, provider)
    flow = np.bincount(arcs_of_units(planning, provider) + 1, minlength=planning.problem.arcs + 1)[1:].astype(
        np.int32
    )
    return _plan(
        planning, unsearched(planning.problem, flow, "decided"), flow, _changes(planning, arc), facts
    )


def _plan(planning: Planning, result: Result, flow: Int32, changes: _Changes, facts: Facts) -> Plan:
    subjects = planning.subjects
    everybody = population(subjects.snapshot, subjects.standing.slot)
    chosen = statements(
        subjects.snapshot,
        subjects.standing,
        everybody,
        subjects.inside,
        subjects.working,
        changes.planned,
    )
    who = np.flatnonzero(changes.changed).astype(np.int32)
    reasons = Reasons(planning, flow)
    why = [
        reasons.of(patient, arc) for patient, arc in zip(who.tolist(), changes.arc[who].tolist(), strict=True)
    ]
    written = _statements(subjects, chosen, changes, who, why)
    prove(subjects, written, everybody, changes.planned)
    tables = {
        "statements": written,
        "moves": _moves(subjects, chosen, changes, who, why),
        "left": Left(planning, flow).table(np.flatnonzero(changes.left).astype(np.int32)),
        "review": _review(subjects, changes),
        "loads": _loads(planning, flow),
    }
    return Plan(_header(planning, result, flow, facts, changes, tables), tables)


def _changes(planning: Planning, arc: Int64) -> _Changes:
    subjects = planning.subjects
    goes = arc >= 0
    planned = subjects.standing.owner.copy()
    planned[goes] = planning.arcs.provider[arc[goes]]
    changed = subjects.population & (planned != subjects.standing.owner)
    left = subjects.population & ~((planned >= 0) & np.append(subjects.working, False)[planned])
    return _Changes(arc, planned, changed, left)


def arcs_of_patients(planning: Planning, flow: Int32) -> Int64:
    """The arc of every patient (row of the snapshot), -1 for those left out or not part of the problem.

    Inside a class the patients of lowest rows stay, the next take the arcs in the order of providers, the
    last are left out.
    """
    arcs, classes = planning.arcs, planning.classes
    used = np.flatnonzero(flow)
    order = used[np.lexsort((arcs.provider[used], ~arcs.stay[used], arcs.owner[used]))]
    taken = np.repeat(order, flow[order])
    taken_by = arcs.owner[taken]
    first_taken = np.searchsorted(taken_by, np.arange(planning.problem.classes))
    unit = classes.unit_start[:-1][taken_by] + np.arange(len(taken)) - first_taken[taken_by]
    by_unit = np.full(len(classes.patient_start) - 1, -1, np.int64)
    by_unit[unit] = taken
    of_patient = np.full(planning.subjects.snapshot.patients.num_rows, -1, np.int64)
    of_patient[classes.patients] = np.repeat(by_unit, np.diff(classes.patient_start))
    return of_patient


def prove(subjects: Subjects, written: pa.Table, everybody: Bool, planned: Int32) -> None:
    """Apply the statements and resolve owners anew; raises CheckFailedError where anybody's differs."""
    snapshot = subjects.snapshot
    assignments = snapshot["assignments"]
    made = entries(written, assignments, assignments.slice(0, 0), snapshot.as_of)
    after = snapshot.with_tables(assignments=apply_entries(assignments, made))
    owner = standing(after, subjects.standing.slot).owner
    wrong = np.flatnonzero(everybody & (owner != planned))
    if len(wrong):
        names = ", ".join(snapshot.patient_ids[each] for each in wrong[:5])
        text = f"the statements give {len(wrong)} patients another provider than planned: {names}"
        raise CheckFailedError((Violation("statements", names, text),))


def _statements(
    subjects: Subjects, chosen: Statements, changes: _Changes, who: Int32, why: list[Reason]
) -> pa.Table:
    snapshot, names = subjects.snapshot, Names(subjects.snapshot)
    own = {patient: reason.text for patient, reason in zip(who.tolist(), why, strict=True)}
    facility = snapshot.positions("facilities", snapshot.patients["facility_id"])
    following = np.bincount(facility[chosen.carried], minlength=snapshot.facilities.num_rows)
    of_facility = {
        place: f"{following[place]} patients of {names.facility[place]} go to {names.provider[provider]}."
        for place, provider in zip(chosen.facility.tolist(), chosen.provider.tolist(), strict=True)
    }
    held = np.setdiff1d(chosen.patient, who)
    own |= dict.fromkeys(held.tolist(), "Stays when the facility's default changes.")
    return statement_table(snapshot, subjects.standing, chosen, changes.planned, own, of_facility)


def _moves(
    subjects: Subjects, chosen: Statements, changes: _Changes, who: Int32, why: list[Reason]
) -> pa.Table:
    snapshot, owner = subjects.snapshot, subjects.standing.owner
    rows = pa.array(who)
    assigned = owner[who] < 0
    columns = {
        "patient_id": snapshot.patients["patient_id"].take(rows),
        "facility_id": snapshot.patients["facility_id"].take(rows),
        "action": pa.array(np.where(assigned, "assign", "move").tolist(), pa.string()),
        "from_provider_id": _provider_ids(subjects, owner[who]),
        "to_provider_id": _provider_ids(subjects, changes.planned[who]),
        "via": pa.array(np.where(chosen.carried[who], "facility", "patient").tolist(), pa.string()),
        "row_id": pa.array(subjects.standing.row_id[who]),
        "reason_code": pa.array([each.code for each in why], pa.string()),
        "reason": pa.array([each.text for each in why], pa.string()),
        "miles_before": _miles(subjects, who, owner[who]),
        "miles_after": _miles(subjects, who, changes.planned[who]),
    }
    return pa.table(columns, schema=MOVES)


def _provider_ids(subjects: Subjects, provider: Int32) -> pa.Array:
    positions = pa.array(provider, mask=provider < 0)
    return subjects.snapshot.providers["provider_id"].combine_chunks().take(positions)


def _miles(subjects: Subjects, patient: Int32, provider: Int32) -> pa.Array:
    if not len(subjects.working):
        return pa.nulls(len(patient), pa.float64())
    miles = subjects.travel.miles(patient, np.maximum(provider, 0))
    return pa.array(miles, mask=np.isnan(miles) | (provider < 0))


def _review(subjects: Subjects, changes: _Changes) -> pa.Table:
    """Those who stay although something speaks against it, and those whose pin the rules do not allow."""
    snapshot, names = subjects.snapshot, Names(subjects.snapshot)
    stays = subjects.movable & (subjects.against != NOTHING) & ~changes.changed & ~changes.left
    rows = []
    for patient in np.flatnonzero(stays | (subjects.refused_pin >= 0)).tolist():
        refused, owner = int(subjects.refused_pin[patient]), int(changes.planned[patient])
        if refused >= 0:
            code = "PIN_AGAINST_RULE"
            text = f"A person has decided for {names.provider[refused]}, whom the rules do not allow."
        else:
            code, text = REVIEWED[int(subjects.against[patient])]
            pin = names.provider[subjects.decisions.pin[patient]]
            text = text.format(owner=names.provider[owner], pin=pin)
        provider = snapshot.provider_ids[refused if refused >= 0 else owner]
        rows.append(
            {
                "patient_id": snapshot.patient_ids[patient],
                "provider_id": provider,
                "reason_code": code,
                "reason": text,
            }
        )
    return pa.Table.from_pylist(rows, schema=REVIEW)


def _loads(planning: Planning, flow: Int32) -> pa.Table:
    snapshot = planning.subjects.snapshot
    count = planning.problem.providers
    pieces = []
    for load in limit_loads(planning, flow):
        columns = {
            "limit_id": pa.array([load.id] * count, pa.string()),
            "title": pa.array([load.title] * count, pa.string()),
            "unit": pa.array([load.unit] * count, pa.string()),
            "provider_id": snapshot.providers["provider_id"].combine_chunks(),
            "before": pa.array(load.before),
            "after": pa.array(load.after),
            "target": pa.array(load.target, mask=np.isnan(load.target)),
            "maximum": pa.array(load.maximum, mask=np.isnan(load.maximum)),
        }
        pieces.append(pa.table(columns, schema=LOADS))
    return pa.concat_tables(pieces) if pieces else LOADS.empty_table()


def _header(
    planning: Planning,
    result: Result,
    flow: Int32,
    facts: Facts,
    changes: _Changes,
    tables: dict[str, pa.Table],
) -> PlanHeader:
    subjects = planning.subjects
    assign = int((changes.changed & (subjects.standing.owner < 0)).sum())
    counted, left = int(subjects.population.sum()), int(changes.left.sum())
    move = int(changes.changed.sum()) - assign
    return PlanHeader(
        plan_id=facts.plan_id,
        kind=facts.kind,
        title=facts.title,
        slot=subjects.standing.slot,
        as_of=facts.as_of,
        effective_on=subjects.snapshot.as_of,
        base_revision=subjects.snapshot.revision,
        created_at=facts.created_at,
        actor=facts.actor,
        counts=Counts(
            population=counted,
            in_scope=int((subjects.population & subjects.inside).sum()),
            assign=assign,
            move=move,
            keep=counted - assign - move - left,
            left=left,
            review=tables["review"].num_rows,
            statements=tables["statements"].num_rows,
        ),
        scope=planning.scope,
        scenario=facts.scenario,
        objective=subjects.objective,
        rules=subjects.eligibility.rules,
        outcome=_outcome(planning, result, flow, facts.seed),
        terms=terms(planning, flow),
        notes=(*facts.notes, *subjects.eligibility.notes, *planning.notes),
        snapshot_digest=facts.snapshot_digest,
    )


def _outcome(planning: Planning, result: Result, flow: Int32, seed: int) -> Outcome:
    """What the solver said, of the flow that the plan carries out."""
    values = [evaluate(planning.problem, costs, flow) for costs in planning.problem.tiers]
    reached = list(zip(values, (tier.bound for tier in result.tiers), strict=False))
    value, bound = reached[-1]
    return Outcome(
        result.termination,
        value / COST_UNIT,
        bound / COST_UNIT,
        max(relative_gap(*each) for each in reached),
        result.seconds,
        seed,
        result.detail,
    )
