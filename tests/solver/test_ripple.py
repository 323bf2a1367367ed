"""In a large problem whoever might make room is found by annealing: better than those displaced alone."""

from dataclasses import replace

import numpy as np
import pytest

from solver import loss as loss_module
from solver.bound.lagrangian import bound_by_prices
from solver.clock import Clock
from solver.loss import Losses
from solver.params import Params
from solver.residual import residual
from solver.resilience import resilience
from solver.ripple import rippled
from solver.solve import silent, solve
from solver.stage import stage_of
from solver.today import priced, today_of, without
from solver.verify import left_out, verify
from tests.solver.instances import TYPICAL, instance
from tests.solver.proposals import random_proposal
from tests.solver.test_resilience import clinic, told

WORK = Params(seconds=20.0, work=0.2)


@pytest.fixture
def everything_is_large(monkeypatch):
    monkeypatch.setattr(loss_module, "LARGE_ARCS", 0)


def small_stage(seed, patients=3_000):
    problem = instance(patients, TYPICAL, seed=seed)
    return problem, bound_by_prices(stage_of(problem, 0), 20)


def test_those_left_out_land_where_others_make_room():
    problem, _ = small_stage(4, 1_800)
    before = solve(problem, Params(seconds=20, work=0.3)).flow
    leaver = int(np.bincount(problem.provider, before, problem.providers).argmax())
    closed = problem.provider == leaver
    held = np.where(closed, 0, before).astype(np.int32)
    stage = stage_of(problem, 0)
    alone = residual(problem, held, left_out(problem, held).astype(np.int32), ~closed)
    best_alone = alone.joined(solve(alone.problem, Params(seconds=1.5)).flow)
    bound = bound_by_prices(stage, 20)
    after = rippled(problem, held, closed, bound, 500_000.0, Clock(Params(20.0, work=0.5), silent))
    assert verify(problem, after) == []
    assert not after[closed].any()
    assert stage.value(after) < stage.value(held)
    assert stage.value(after) < stage.value(best_alone)


def test_with_a_work_limit_the_same_seed_ripples_alike():
    problem, bound = small_stage(5)
    nobody, open_ = np.zeros(problem.arcs, np.int32), np.zeros(problem.arcs, np.bool_)
    one, two = (
        rippled(problem, nobody, open_, bound, 500_000.0, Clock(replace(WORK, seed=3), silent))
        for _ in range(2)
    )
    assert one.any()
    assert np.array_equal(one, two)


def test_where_nobody_has_a_choice_everything_stays():
    problem, bound = small_stage(5)
    nobody = np.zeros(problem.arcs, np.int32)
    everything = np.ones(problem.arcs, np.bool_)
    after = rippled(problem, nobody, everything, bound, 0.0, Clock(WORK, silent))
    assert np.array_equal(after, nobody)


def test_annealing_finds_who_has_to_move_on(everything_is_large):
    # A0 may go to P2 alone, which is full; A1 of P2 may go to P3: one other patient moves, 400 points
    planning = clinic(
        {"P1": 1, "P2": 1, "P3": 1}, {"A0": "P1", "A1": "P2"}, {"A0": ["P1", "P2"], "A1": ["P2", "P3"]}
    )
    losses = resilience(planning, planning.standing_flow, Params(seconds=1.5), providers=[0])
    assert told(losses) == {"P1": (1, 1, 0, 1, 400.0)}


@pytest.mark.parametrize("seed", range(15))
def test_a_large_loss_is_never_cheaper_than_the_best_nor_than_its_bound(seed, everything_is_large):
    planning = random_proposal(seed).build()
    today = priced(today_of(planning, planning.standing_flow), lambda _: False)
    for provider in range(planning.problem.providers):
        first = Losses(today).of(provider, replace(WORK, work=0.02))
        second = Losses(today).of(provider, replace(WORK, work=0.02, seed=1), first)
        problem = without(today, provider)
        whole = residual(
            problem, np.zeros(problem.arcs, np.int32), problem.count, problem.provider != provider
        ).problem
        best = (solve(whole, Params(seconds=5)).value - today.value) / 1000
        assert second.loss.price <= first.loss.price
        for each in (first.loss, second.loss):
            assert each.patients == each.land + each.left
            if len(problem.tiers) == 1:
                assert each.at_least - 1e-6 <= best <= each.price + 1e-6
        if first.loss.at_least is not None:
            assert second.loss.at_least >= first.loss.at_least or second.loss.price < first.loss.price
            assert second.loss.gap <= first.loss.gap + 1e-12
