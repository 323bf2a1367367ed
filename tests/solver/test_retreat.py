"""Flows that the search hands back keep budgets; who is placed is placed within them."""

import numpy as np

from solver.params import Params
from solver.problem import Budget, Costs, Problem, SummedResource
from solver.search.retreat import turns_of
from solver.solve import solve
from solver.verify import left_out, verify
from tests.solver.test_search import annealing, paced
from tests.solver.tiny import tiny


def test_every_flow_found_keeps_its_budgets():
    problems = [problem for problem in map(tiny, range(120)) if problem.budgets]
    assert len(problems) > 30
    for problem in problems:
        run, flows = annealing(problem), []
        run.run(paced(2), flows.append)
        assert flows
        for flow in flows:
            assert verify(problem, flow) == []


def test_those_go_back_first_who_lose_least_for_what_they_give_back():
    # class 0 stays for 10 (arc 0) or moves for 4 (arc 1): loses 6; class 1 can only move (arc 2), and staying
    # out costs 50: loses 43 for a burden of 2, 21.5 for each; class 2 moves for 1, stays for 3: loses 2
    cost = np.array([10.0, 4.0, 7.0, 1.0, 3.0])
    burden = np.array([0.0, 1.0, 2.0, 1.0, 0.0])
    class_of_arc = np.array([0, 0, 1, 2, 2], np.int32)
    flow = np.array([0, 1, 1, 1, 0])
    assert turns_of(flow, cost, burden, class_of_arc, np.full(3, 50.0)).tolist() == [3, 1, 2]


def test_a_budget_of_moves_goes_to_those_who_are_out_before_those_who_would_like_to_move():
    """Everybody in `stays` would save 5 by moving; each of the 40 who are out needs one of the 40 moves."""
    staying, waiting = 1_500, 40
    provider = np.concatenate([np.tile([0, 1], staying), np.full(waiting, 1)]).astype(np.int32)
    use = np.concatenate([np.tile([0, 1], staying), np.ones(waiting, int)]).astype(np.int32)
    cost = np.concatenate([np.tile([9, 4], staying), np.full(waiting, 4)])
    problem = Problem(
        providers=2,
        count=np.ones(staying + waiting, np.int32),
        indptr=np.append(np.arange(0, 2 * staying, 2), 2 * staying + np.arange(waiting + 1)),
        provider=provider,
        tiers=(Costs(cost, np.full(staying + waiting, 100_000)),),
        summed=(SummedResource("panel", np.ones(len(use), np.int32), np.array([2_000, 2_000])),),
        budgets=(Budget("moves", use, waiting),),
    )
    today = np.where(use == 0, 1, 0).astype(np.int32)
    result = solve(problem, Params(seconds=10), today)
    assert left_out(problem, result.flow).sum() == 0
    # 1,500 stay for 9 and 40 are placed for 4: no other flow places everybody
    assert result.value == 1_500 * 9 + 40 * 4
    assert result.termination == "optimal"
