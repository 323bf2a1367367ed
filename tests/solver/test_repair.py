"""Repair: begins with an earlier flow, never worse than what of it still fits, optimal where small."""

from dataclasses import replace

import numpy as np
import pytest

from solver import repair as repair_module
from solver.clock import Clock
from solver.params import Params
from solver.problem import Costs, Problem, SummedResource
from solver.repair import repair
from solver.shed import feasible_part
from solver.solve import silent, solve
from solver.unsearched import NOT_BOUNDED
from solver.verify import evaluate, left_out, verify
from tests.solver.instances import instance
from tests.solver.tiny import tiny


def three_desks() -> Problem:
    """Four patients of one kind, three providers with 2 places each; a mile costs 1, being left out 100."""
    return Problem(
        providers=3,
        count=np.array([4], np.int32),
        indptr=np.array([0, 3], np.int64),
        provider=np.arange(3, dtype=np.int32),
        tiers=(Costs(np.array([1, 2, 9], np.int64), np.array([100], np.int64)),),
        summed=(SummedResource("panel", np.ones(3, np.int32), np.array([2, 2, 2], np.int64)),),
    )


def closed(problem: Problem, provider: int) -> Problem:
    """The same problem when one provider takes nobody any more."""
    summed = tuple(
        replace(each, capacity=np.where(np.arange(problem.providers) == provider, 0, each.capacity))
        for each in problem.summed
    )
    return replace(problem, summed=summed)


def test_those_who_lose_their_place_go_to_the_next_best():
    # two at the first (1 each), two at the second (2 each); the second closes: two go to the third (9)
    flow = np.array([2, 2, 0], np.int32)
    result = repair(closed(three_desks(), 1), flow, Params(seconds=5))
    assert result.flow.tolist() == [2, 0, 2]
    assert result.value == 2 * 1 + 2 * 9
    assert result.termination == "optimal"


@pytest.mark.parametrize("seed", range(60))
def test_the_rings_never_make_worse_what_still_fits(seed, monkeypatch):
    monkeypatch.setattr(repair_module, "SMALL_ARCS", 0)
    rng = np.random.default_rng(seed)
    problem = tiny(seed)
    drawn = rng.integers(0, 3, problem.arcs).astype(np.int32)
    kept = feasible_part(problem, drawn)
    result = repair(problem, drawn, Params(seconds=1, work=2), widen=bool(seed % 2))
    assert not verify(problem, result.flow)
    before = [evaluate(problem, costs, kept) for costs in problem.tiers]
    after = [evaluate(problem, costs, result.flow) for costs in problem.tiers]
    assert after <= before  # lists compare tier by tier
    assert after == [tier.value for tier in result.tiers]
    best = solve(problem, Params(seconds=5))
    assert result.tiers[0].bound <= best.tiers[0].value


def test_a_departure_among_two_thousand_is_repaired_locally():
    problem = instance(2_000, seed=5)
    before = solve(problem, Params(seconds=4, gap=0.002))
    members = np.bincount(problem.provider, before.flow, problem.providers)
    smaller = closed(problem, int(members.argmax()))
    result = repair(smaller, before.flow, Params(seconds=3))
    still = feasible_part(smaller, before.flow)
    assert not verify(smaller, result.flow)
    assert left_out(smaller, result.flow).sum() < left_out(smaller, still).sum()
    assert result.bound <= result.value


def test_with_a_work_limit_the_same_seed_mends_alike():
    problem = instance(2_000, seed=6)
    before = solve(problem, Params(seconds=20, work=1))
    smaller = closed(problem, int(np.bincount(problem.provider, before.flow).argmax()))
    first, second = (repair(smaller, before.flow, Params(seconds=60, work=2, seed=4)) for _ in range(2))
    assert (first.flow == second.flow).all()


def test_a_repair_that_never_looked_at_the_whole_says_that_it_has_no_bound(monkeypatch):
    monkeypatch.setattr(repair_module, "SMALL_ARCS", 0)
    problem, flow = closed(three_desks(), 2), np.array([2, 1, 0], np.int32)
    held = repair_module._held(problem, flow, Clock(Params(), silent))
    assert (held.detail, held.prices) == (NOT_BOUNDED, ())
    assert repair(problem, flow, Params(seconds=5)).detail == ""  # here there was time
