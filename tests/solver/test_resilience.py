"""What happens if a provider leaves, on clinics small enough to count by hand."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest

from data.scope import Scope
from solver.costs import COST_UNIT
from solver.params import Params
from solver.residual import residual
from solver.resilience import resilience
from solver.solve import solve
from solver.today import today_of, without
from solver.verify import verify
from tests import builders
from tests.builders import assigned, eligibility, objective
from tests.solver.proposals import Proposal, random_proposal

WEIGHTS = {"unassigned": 24_000, "standing_violation": 18_000, "continuity": 400}
QUICK = Params(seconds=5.0)


def clinic(panels, patients, allowed=None, **weights):
    """Providers by maximum panel; patients by the provider whom they have."""

    made = builders.snapshot(
        providers=[{"provider_id": each, "max_panel": most} for each, most in panels.items()],
        patients=[{"patient_id": each} for each in patients],
        assignments=[assigned(each, provider) for each, provider in patients.items()],
    )
    return Proposal(made, eligibility(made, allowed), objective(**(WEIGHTS | weights)), Scope()).build()


def told(losses):
    return {
        each.provider_id: (each.patients, each.land, each.left, each.others, each.price) for each in losses
    }


def test_each_loss_counts_who_lands_and_who_does_not_and_the_worst_comes_first():
    planning = clinic({"P1": 4, "P2": 2, "P3": 1}, {"A0": "P1", "A1": "P1", "A2": "P2", "A3": "P3"})
    losses = resilience(planning, planning.standing_flow, QUICK)
    # P1's two find one place (at P2): one is left, 24,000 points; the patients of P2 and P3 fit into P1's two
    assert told(losses) == {
        "P1": (2, 1, 1, 0, 24_000.0),
        "P2": (1, 1, 0, 0, 0.0),
        "P3": (1, 1, 0, 0, 0.0),
    }
    assert [each.provider_id for each in losses] == ["P1", "P2", "P3"]
    assert all(each.proven for each in losses)


def test_somebody_moves_on_where_only_that_makes_room():
    # A0 may go to P2 alone, which is full; A1 of P2 may go to P3: one other patient moves, 400 points
    planning = clinic(
        {"P1": 1, "P2": 1, "P3": 1}, {"A0": "P1", "A1": "P2"}, {"A0": ["P1", "P2"], "A1": ["P2", "P3"]}
    )
    (loss,) = resilience(planning, planning.standing_flow, QUICK, providers=[0])
    assert (loss.land, loss.left, loss.others, loss.takers, loss.price) == (1, 0, 1, 2, 400.0)


def test_whoever_nobody_else_may_take_is_left():
    planning = clinic({"P1": 1, "P2": 5}, {"A0": "P1"}, {"A0": ["P1"]})
    (loss,) = resilience(planning, planning.standing_flow, QUICK)
    assert (loss.land, loss.left, loss.price) == (0, 1, 24_000.0)


def test_a_provider_without_patients_costs_nothing():
    planning = clinic({"P1": 1, "P2": 5}, {"A0": "P1"})
    (loss,) = resilience(planning, planning.standing_flow, QUICK, providers=[1])
    assert (loss.patients, loss.land, loss.left, loss.price) == (0, 0, 0, 0.0)


def test_a_price_is_told_with_what_it_is_at_least_whoever_moves():
    # P2 is full and P3 has a place: of P1's two one lands there, or A2 makes room: either way one is left
    planning = clinic({"P1": 2, "P2": 1, "P3": 1}, {"A0": "P1", "A1": "P1", "A2": "P2"})
    (loss,) = resilience(planning, planning.standing_flow, QUICK, providers=[0])
    assert (loss.left, loss.price) == (1, 24_000.0)
    assert 23_990.0 < loss.at_least <= 24_000.0
    assert loss.gap < 0.001


@pytest.mark.parametrize("seed", range(60))
def test_no_plan_without_the_provider_is_cheaper_than_a_price_is_at_least(seed):
    planning = random_proposal(seed).build()
    flow = planning.standing_flow
    today = today_of(planning, flow)
    for loss in resilience(planning, flow, QUICK):
        provider = planning.subjects.snapshot.provider_ids.index(loss.provider_id)
        problem = without(today, provider)
        nobody = np.zeros(problem.arcs, np.int32)
        best = solve(residual(problem, nobody, problem.count, problem.provider != provider).problem, QUICK)
        assert best.termination == "optimal"
        if len(problem.tiers) > 1:
            assert loss.at_least is loss.gap is None
        else:
            assert loss.at_least * COST_UNIT <= best.value - today.value + 1e-6
            assert loss.gap >= 0.0
            assert loss.at_least <= loss.price


def test_a_cancelled_sweep_gives_what_is_done():
    planning = clinic({"P1": 4, "P2": 2, "P3": 1}, {"A0": "P1", "A1": "P1", "A2": "P2", "A3": "P3"})
    asked = []

    def cancelled():
        asked.append(1)
        return len(asked) > 25

    losses = resilience(planning, planning.standing_flow, replace(QUICK, cancelled=cancelled))
    assert len(losses) < 3


def test_processes_give_what_is_given_here():
    planning = random_proposal(3).build()
    alone = resilience(planning, planning.standing_flow, QUICK)
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        shared = replace(QUICK, workers=2)
        assert resilience(planning, planning.standing_flow, shared, executor) == alone


@pytest.mark.parametrize("seed", range(25))
def test_side_by_side_gives_what_one_after_another_gives(seed):
    planning = random_proposal(seed).build()
    flow = planning.standing_flow
    assert not verify(planning.problem, flow)
    alone = resilience(planning, flow, QUICK)
    with ThreadPoolExecutor(2) as executor:
        assert resilience(planning, flow, QUICK, executor) == alone
    assert all(each.patients == each.land + each.left for each in alone)
