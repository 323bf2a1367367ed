"""An independent check of a plan: no engine, nothing of what made it, only the data and the model's page.

Everything is recomputed from the snapshot, the rules' verdict and the plan's own rows. A plan that
fails is never saved.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from data.eligibility import Eligibility
from data.ledger import apply_entries, entries
from data.objective import Objective
from data.plan import Plan
from data.scope import Scope
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import Standing, at_work, population
from data.standing import standing as resolve
from solver.recount import Situation, count_limits, count_terms, household_faults

Int32 = npt.NDArray[np.int32]
Bool = npt.NDArray[np.bool_]

SHOWN = 5
"""Ids named in one violation."""


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong: a code, the place, a sentence."""

    code: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.where}: {self.text}"


class CheckFailedError(Exception):
    """The plan does not hold what it says; it is a defect of panelwise and the plan is not saved."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        self.violations = violations
        super().__init__("; ".join(map(str, violations)))


def check(
    snapshot: Snapshot,
    standing: Standing,
    eligibility: Eligibility,
    objective: Objective,
    scope: Scope,
    plan: Plan,
    pins: pa.Table | None = None,
) -> list[Violation]:
    """Everything that is wrong with the plan; empty when it may be saved.

    The arguments are those that the plan was made from.
    """
    found = _header(snapshot, standing, plan)
    found += _rows(snapshot, standing, plan)
    if found:
        return found  # nothing below can be computed from rows that name nobody, or somebody twice
    view = _situation(snapshot, standing, eligibility, objective, scope, plan, pins)
    found += _everybody_once(view, plan)
    found += _who_may_move(view)
    found += _pairs(view)
    found += _decisions(view, plan)
    found += _moved_away(view)
    found += [Violation("HOUSEHOLD", view.name(who), "members are parted") for who in household_faults(view)]
    found += _effect(view, plan)
    found += [Violation(*each) for each in count_limits(view, plan)]
    found += [Violation(*each) for each in count_terms(view, plan)]
    return found + _counts(view, plan)


def _header(snapshot: Snapshot, standing: Standing, plan: Plan) -> list[Violation]:
    header = plan.header
    expected = {
        "slot": (header.slot, standing.slot),
        "effective_on": (header.effective_on, snapshot.as_of),
        "base_revision": (header.base_revision, snapshot.revision),
    }
    return [
        Violation("HEADER", name, f"is {said}, should be {should}")
        for name, (said, should) in expected.items()
        if said != should
    ]


def _rows(snapshot: Snapshot, standing: Standing, plan: Plan) -> list[Violation]:
    """Rows that name nobody, somebody twice, or another present state than stands."""
    found = []
    moves = plan["moves"].to_pandas()
    listed = pd.concat([moves["patient_id"], plan["left"]["patient_id"].to_pandas()])
    for who in listed[listed.duplicated()].unique():
        found.append(Violation("TWICE", str(who), "is in more than one row of moves and left"))
    row = {key: number for number, key in enumerate(snapshot.patient_ids)}
    providers: list[str | None] = [*snapshot.provider_ids, None]
    for table in ("moves", "left", "review"):
        named = plan[table]["patient_id"].to_pylist()
        found += [
            Violation("UNKNOWN", str(who), f"{table} name no patient") for who in named if who not in row
        ]
    for who, former, new, line, action in zip(
        moves["patient_id"],
        plan["moves"]["from_provider_id"].to_pylist(),
        plan["moves"]["to_provider_id"].to_pylist(),
        moves["row_id"],
        moves["action"],
        strict=True,
    ):
        if who not in row:
            continue
        now = row[who]
        if former != providers[standing.owner[now]] or line != standing.row_id[now]:
            found.append(Violation("BASE", str(who), "the move starts from another state than stands"))
        if new is None or new not in providers:
            found.append(Violation("UNKNOWN", str(who), f"goes to {new}, who is no provider"))
        if action != ("move" if standing.owner[now] >= 0 else "assign"):
            found.append(Violation("ACTION", str(who), f"{action} is the wrong word"))
        if new == former:
            found.append(Violation("ACTION", str(who), "goes to the provider of today"))
    return found


def _situation(
    snapshot: Snapshot,
    standing: Standing,
    eligibility: Eligibility,
    objective: Objective,
    scope: Scope,
    plan: Plan,
    pins: pa.Table | None,
) -> Situation:
    working = at_work(snapshot)
    owner = np.where(standing.in_force, standing.owner, -1)
    after = owner.copy()
    moved = snapshot.positions("patients", plan["moves"]["patient_id"])
    after[moved] = snapshot.positions("providers", plan["moves"]["to_provider_id"])
    counted = population(snapshot, standing.slot) & (eligibility.row >= 0)
    movable = counted & scope.patients_inside(snapshot, standing.owner)
    if objective.movable != "everyone":
        movable &= owner < 0
    pin, bans = _decided(snapshot, standing.slot, snapshot["pins"] if pins is None else pins)
    return Situation(
        snapshot, standing, eligibility, objective, counted, movable, working, owner, after, pin, bans
    )


def _decided(snapshot: Snapshot, slot: Slot, pins: pa.Table) -> tuple[Int32, frozenset[tuple[int, int]]]:
    """Pins by patient (-1: none) and the set of banned pairs."""
    pin, bans = np.full(snapshot.patients.num_rows, -1, np.int32), set()
    for row in pins.to_pylist():
        patient = snapshot.position("patients", row["patient_id"])
        provider = snapshot.position("providers", row["provider_id"])
        if (row["level"], row["role"]) != (slot.level, slot.role) or min(patient, provider) < 0:
            continue
        if row["kind"] == "pin":
            pin[patient] = provider
        else:
            bans.add((patient, provider))
    return pin, frozenset(bans)


def _everybody_once(view: Situation, plan: Plan) -> list[Violation]:
    left = np.zeros(len(view.owner), np.bool_)
    left[view.snapshot.positions("patients", plan["left"]["patient_id"])] = True
    nobody = view.counted & ((view.after < 0) | ~np.append(view.working, False)[view.after])
    found = _about(view, "LEFT", nobody & ~left, "has nobody at work and is not in left")
    found += _about(view, "LEFT", left & ~nobody, "is in left but has somebody at work or is not counted")
    return found + _about(view, "GIVEN_UP", left & (view.owner >= 0), "had somebody at work and is left")


def _who_may_move(view: Situation) -> list[Violation]:
    changed = view.after != view.owner
    return _about(view, "FIXED", changed & ~view.movable, "may not be moved")


def _pairs(view: Situation) -> list[Violation]:
    new = np.flatnonzero(view.after != view.owner)
    bad = np.zeros(len(view.owner), np.bool_)
    bad[new[view.arcs(new, view.after[new]) < 0]] = True
    idle = (view.after != view.owner) & ~np.append(view.working, False)[view.after]
    return _about(view, "NOT_ELIGIBLE", bad, "goes to somebody whom the rules exclude") + _about(
        view, "NOT_AT_WORK", idle, "goes to somebody who is not at work"
    )


def _decisions(view: Situation, plan: Plan) -> list[Violation]:
    """Pins and bans are kept, or the patient stays and a person is told."""
    ids = view.snapshot.patients["patient_id"]
    reviewed = ids.to_pandas().isin(plan["review"]["patient_id"].to_pandas()).to_numpy()
    changed = view.after != view.owner
    pinned = np.flatnonzero((view.pin >= 0) & view.movable)
    allowed = np.zeros(len(view.owner), np.bool_)
    stands = view.pin[pinned] == view.owner[pinned]
    allowed[pinned] = (view.arcs(pinned, view.pin[pinned]) >= 0) | stands
    elsewhere = allowed & (view.pin != view.after) & (view.after >= 0)
    found = _about(view, "PIN", elsewhere & changed, "is pinned to somebody else")
    found += _about(view, "PIN", elsewhere & ~reviewed, "stays against a pin and is not in review")
    kept_out = (view.pin >= 0) & view.movable & ~allowed
    found += _about(view, "PIN", kept_out & ~reviewed, "has a pin that the rules exclude; not in review")
    banned = view.banned(view.after)
    found += _about(view, "BAN", banned & changed, "goes to a banned provider")
    broken = view.movable & ~changed & (view.owner >= 0)
    broken &= (view.eligibility.standing_ok == 0) | banned
    return found + _about(view, "REVIEW", broken & ~reviewed, "stays against a rule and is not in review")


def _moved_away(view: Situation) -> list[Violation]:
    moved = int(((view.after != view.owner) & (view.owner >= 0)).sum())
    most = view.objective.max_moves
    if most is None or moved <= most:
        return []
    return [Violation("BUDGET", "moves", f"{moved} moves, at most {most} allowed")]


def _effect(view: Situation, plan: Plan) -> list[Violation]:
    """The statements, carried out, give everybody who counts exactly the provider of the moves."""
    snapshot, slot = view.snapshot, view.standing.slot
    written, assignments = plan["statements"], snapshot["assignments"]
    try:
        made = entries(written, assignments, assignments.slice(0, 0), snapshot.as_of)
    except KeyError as missing:
        return [Violation("STATEMENTS", "row_id", str(missing))]
    after = resolve(snapshot.with_tables(assignments=apply_entries(assignments, made)), slot)
    everybody = population(snapshot, slot)
    expected = np.where(view.after != view.owner, view.after, view.standing.owner)
    found = _about(
        view, "STATEMENTS", everybody & (after.owner != expected), "gets another provider than said"
    )
    stray = set(written["level"].to_pylist()) - {slot.level} | set(written["role"].to_pylist()) - {slot.role}
    found += [Violation("STATEMENTS", str(each), "is not the plan's slot") for each in sorted(stray)]
    positions = snapshot.positions("patients", written["patient_id"])
    outside = sorted(set(positions[positions >= 0].tolist()) - set(np.flatnonzero(view.counted).tolist()))
    found += [Violation("STATEMENTS", view.name(who), "is not in the population") for who in outside]
    return found


def _counts(view: Situation, plan: Plan) -> list[Violation]:
    said = plan.header.counts
    changed = view.after != view.owner
    assign = int((changed & (view.standing.owner < 0)).sum())
    move = int((changed & (view.standing.owner >= 0)).sum())
    left, everybody = plan["left"].num_rows, int(view.counted.sum())
    should = {
        "population": everybody,
        "assign": assign,
        "move": move,
        "left": left,
        "keep": everybody - assign - move - left,
        "review": plan["review"].num_rows,
        "statements": plan["statements"].num_rows,
    }
    return [
        Violation("COUNTS", name, f"is {getattr(said, name)}, should be {number}")
        for name, number in should.items()
        if getattr(said, name) != number
    ]


def _about(view: Situation, code: str, wrong: Bool, text: str) -> list[Violation]:
    """One violation for each patient of a mask; past a handful they are only counted."""
    rows = np.flatnonzero(wrong)
    found = [Violation(code, view.name(who), text) for who in rows[:SHOWN].tolist()]
    if len(rows) > SHOWN:
        found.append(Violation(code, f"{len(rows) - SHOWN} more", text))
    return found
