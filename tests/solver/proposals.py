"""Random small proposals with every feature, and random feasible flows for them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np

from data.eligibility import Eligibility
from data.objective import Objective, Term
from data.scope import Scope
from data.snapshot import Snapshot
from data.standing import Standing, standing
from solver.build import Planning, build_problem
from solver.planning import Facts
from solver.problem import Problem
from solver.result import Result, TierResult
from solver.verify import evaluate, verify
from tests import builders

FACTS = Facts("plan-1", "rebalance", "Test", builders.TODAY, datetime(2026, 12, 1, 9, tzinfo=UTC), "planner")


@dataclass(frozen=True)
class Proposal:
    """What a plan is made from."""

    snapshot: Snapshot
    eligibility: Eligibility
    objective: Objective
    scope: Scope

    @property
    def standing(self) -> Standing:
        return standing(self.snapshot, self.eligibility.slot)

    def build(self) -> Planning:
        return build_problem(self.snapshot, self.standing, self.eligibility, self.objective, self.scope)


def random_proposal(seed: int) -> Proposal:
    """Few patients and providers with every feature switched on now and then."""
    draw = np.random.default_rng(seed)
    count, providers = int(draw.integers(1, 12)), [f"P{k}" for k in range(draw.integers(1, 5))]
    facilities = [f"F{k}" for k in range(draw.integers(0, 4))]
    patients = [f"A{k:02}" for k in range(count)]

    def one_of(values, chance=1.0):
        return str(draw.choice(values)) if values and draw.random() < chance else None

    def maybe(low, high, chance):
        return int(draw.integers(low, high)) if draw.random() < chance else None

    program = draw.random() < 0.3
    level = "program:CCM" if program else "primary"
    rows = {
        "programs": [{"program_id": "CCM"}],
        "facilities": [
            {"facility_id": each, "latitude": 42.0 + k / 10, "longitude": -71.0}
            for k, each in enumerate(facilities)
        ],
        "providers": [
            {
                "provider_id": each,
                "name": f"Dr. {each}",
                "max_panel": maybe(0, 7, 0.8),
                "max_facilities": maybe(0, 3, 0.5),
                "max_new_patients": maybe(0, 4, 0.3),
                "ends_on": date(2026, 11, 30) if draw.random() < 0.2 else None,
                "latitude": 42.0 + draw.random() if draw.random() < 0.8 else None,
                "longitude": -71.3,
            }
            for each in providers
        ],
        "patients": [
            {
                "patient_id": each,
                "facility_id": one_of(facilities, 0.7),
                "latitude": 42.3 if draw.random() < 0.7 else None,
                "longitude": -71.1,
                "household_id": one_of(["H1", "H2"], 0.4),
                "requested_provider_id": one_of(providers, 0.2),
                "panel_weight": float(draw.choice([0.5, 1.0, 2.0])),
                "acuity": int(draw.integers(1, 6)),
                "tenure_months": int(draw.integers(0, 80)),
                "transition_until": date(2027, 1, 1) if draw.random() < 0.2 else None,
                "active": bool(draw.random() < 0.9),
                "programs": ["CCM"] if draw.random() < 0.8 else [],
            }
            for each in patients
        ],
        "assignments": [
            builders.default(each, one_of(providers), level=one_of([level, "primary"]))
            for each in facilities
            if draw.random() < 0.7
        ]
        + [
            builders.assigned(each, one_of(providers), level=one_of([level, "primary"]))
            for each in patients
            if draw.random() < 0.4
        ],
        "pins": [
            {
                "patient_id": each,
                "provider_id": one_of(providers),
                "kind": one_of(["pin", "ban"]),
                "level": level,
            }
            for each in patients
            if draw.random() < 0.2
        ],
    }
    made = builders.snapshot(**rows)
    slot = builders.Slot(level)
    allowed = {each: [p for p in providers if draw.random() < 0.7] for each in patients}
    arcs = builders.arcs_of(made, allowed)
    return Proposal(
        made,
        builders.grouped(
            builders.eligibility(
                made,
                allowed,
                slot=slot,
                summed=[builders.panel(made, arcs, target=float(draw.choice([0.6, 1.0])), slot=slot)],
                distinct=[builders.facilities(made, target=float(draw.choice([0.4, 0.7, 1.0])))],
                penalty={
                    (a, p): int(draw.integers(0, 3)) * 10
                    for a in patients
                    for p in providers
                    if draw.random() < 0.3
                },
                not_ok=[each for each in patients if draw.random() < 0.2],
                standing_penalty={each: 10 for each in patients if draw.random() < 0.2},
            )
        ),
        random_objective(draw),
        Scope(
            facilities=(facilities[0],) if facilities and draw.random() < 0.2 else (),
            providers=(providers[0],) if draw.random() < 0.1 else (),
        ),
    )


def random_objective(draw: np.random.Generator) -> Objective:
    """Weights on the scale of the shipped presets, sometimes in tiers or with a budget."""
    terms = (
        Term("unassigned", 24_000, by_acuity=0.25),
        Term("standing_violation", 18_000),
        Term("overload", 5_000),
        Term("rules", 2),
        Term("target", 150),
        Term("continuity", 400, by_acuity=0.25, by_tenure=0.1, transition=4.0),
        Term("opening", 300),
        Term("travel", 10),
        Term("balance", 7),
        Term("preference", 500),
    )
    return Objective(
        "random",
        "Random",
        terms,
        movable=str(draw.choice(["everyone", "everyone", "unassigned", "displaced"])),
        tiers=(("unassigned",), ("standing_violation", "continuity")) if draw.random() < 0.3 else (),
        max_moves=int(draw.integers(0, 4)) if draw.random() < 0.3 else None,
    )


def random_flow(planning: Planning, seed: int):
    """A feasible flow: from doing nothing, single members go elsewhere while all limits hold."""
    draw = np.random.default_rng(seed)
    problem, flow = planning.problem, planning.standing_flow
    for _ in range(3 * problem.members):
        if not problem.arcs:
            break
        arc = int(draw.integers(problem.arcs))
        first, last = problem.indptr[problem.class_of_arc[arc]], problem.indptr[problem.class_of_arc[arc] + 1]
        tried = flow.copy()
        used = first + np.flatnonzero(flow[first:last])
        if flow[first:last].sum() == problem.count[problem.class_of_arc[arc]]:
            tried[draw.choice(used)] -= 1
        tried[arc] += 1
        if not verify(problem, tried):
            flow = tried
    return flow


def result_of(problem: Problem, flow) -> Result:
    """What an engine would say of the flow."""
    values = [evaluate(problem, costs, flow) for costs in problem.tiers]
    tiers = tuple(
        TierResult(costs.name, value, 0) for costs, value in zip(problem.tiers, values, strict=True)
    )
    return Result("work_limit", flow, tiers)
