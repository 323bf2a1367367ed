"""Twenty thousand patients become a problem in about a second, and a plan in a few."""

import time

import numpy as np

from data.eligibility import NO_LIMIT, UNIT, DistinctLimit, Eligibility, Funnel, RuleStamp, SummedLimit
from data.scope import Scope
from data.standing import standing
from solver.build import build_problem
from solver.check import check
from solver.planning import make_plan
from tests import builders
from tests.builders import PRIMARY, default
from tests.solver.proposals import FACTS, random_objective, result_of

PATIENTS, PROVIDERS, FACILITIES, ARCS = 20_000, 66, 500, 12
SECONDS = 10.0
"""Ten times what a quiet machine needs, so that a busy one does not fail."""


def large():
    """Facilities of forty patients, all following a default; every facility's patients share twelve arcs."""
    draw = np.random.default_rng(1)
    ids = {"F": FACILITIES, "P": PROVIDERS}
    facility, provider = ([f"{letter}{k:03}" for k in range(count)] for letter, count in ids.items())
    made = builders.snapshot(
        providers=[{"provider_id": each, "latitude": 42.0, "longitude": -71.0} for each in provider],
        facilities=[{"facility_id": each, "latitude": 42.5, "longitude": -71.0} for each in facility],
        patients=[
            {
                "patient_id": f"A{k:05}",
                "facility_id": facility[k % FACILITIES],
                "tenure_months": k // FACILITIES,
            }
            for k in range(PATIENTS)
        ],
        assignments=[default(each, provider[k % PROVIDERS]) for k, each in enumerate(facility)],
    )
    arcs = np.concatenate([np.sort(draw.permutation(PROVIDERS)[:ARCS]) for _ in facility]).astype(np.int32)
    position = made.positions("facilities", made.patients["facility_id"])
    unit = np.full(len(arcs), UNIT, np.int32)
    limit = SummedLimit(
        "panel",
        "Panel",
        "patients",
        unit,
        np.full(PATIENTS, UNIT, np.int32),
        np.full(PROVIDERS, 2_000 * UNIT, np.int64),
        np.full(PROVIDERS, 300 * UNIT, np.int64),
    )
    keys = DistinctLimit(
        "facilities",
        "Facilities",
        "facilities",
        position,
        tuple(facility),
        np.full(PROVIDERS, NO_LIMIT, np.int64),
        np.full(PROVIDERS, NO_LIMIT, np.int64),
    )
    nothing = np.zeros(PATIENTS, np.int32)
    return made, Eligibility(
        PRIMARY,
        position,
        np.arange(FACILITIES + 1, dtype=np.int64) * ARCS,
        arcs,
        np.zeros(len(arcs), np.int32),
        {},
        (limit,),
        (keys,),
        standing(made, PRIMARY).owner,
        np.ones(PATIENTS, np.int8),
        nothing,
        Funnel((), (), np.full((FACILITIES, 1), PROVIDERS, np.int32)),
        RuleStamp("test", 1, ""),
    )


def test_twenty_thousand_patients_there_and_back():
    made, of = large()
    wanted = builders.replace(
        random_objective(np.random.default_rng(2)), tiers=(), movable="everyone", max_moves=None
    )
    now = standing(made, PRIMARY)
    started = time.perf_counter()
    planning = build_problem(made, now, of, wanted, Scope())
    assert time.perf_counter() - started < SECONDS
    # a class for each facility and number of completed years (0 to 3)
    assert planning.problem.classes == FACILITIES * 4
    started = time.perf_counter()
    plan = make_plan(planning, result_of(planning.problem, _one_each(planning)), FACTS)
    assert time.perf_counter() - started < SECONDS
    assert plan.header.counts.move == FACILITIES * 4
    assert not check(made, now, of, wanted, Scope(), plan)


def _one_each(planning):
    """One member of every class goes along the first arc that is not a stay."""
    arcs, flow = planning.arcs, planning.standing_flow
    new = np.flatnonzero(~arcs.stay)
    _, first = np.unique(arcs.owner[new], return_index=True)
    flow[new[first]] += 1
    flow[arcs.stay] -= 1
    return flow
