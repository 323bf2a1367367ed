"""Trade-off curves on a clinic whose every point can be counted by hand."""

import pytest

from data.objective import Term
from data.scope import Scope
from solver.check import check
from solver.params import Params
from solver.planning import make_plan
from solver.tradeoff import slopes, tradeoff
from solver.verify import verify
from tests import builders
from tests.builders import assigned, eligibility, objective
from tests.solver.proposals import FACTS, Proposal, random_proposal

QUICK = Params(seconds=10.0)


def clinic(**weights):
    """P1 has all four patients, P2 nobody; ten fit into each panel, and both are at the same place."""
    made = builders.snapshot(
        providers=[{"provider_id": each, "max_panel": 4} for each in ("P1", "P2")],
        patients=[{"patient_id": f"A{k}"} for k in range(4)],
        assignments=[assigned(f"A{k}", "P1") for k in range(4)],
    )
    wanted = objective(**({"unassigned": 24_000, "continuity": 100, "balance": 1_000} | weights))
    return Proposal(made, eligibility(made), wanted, Scope())


def test_each_move_towards_balance_is_worth_less_than_the_one_before():
    points = tradeoff(clinic().build(), points=3, params=QUICK)
    # Marginal cost of a patient: 200 k points from utilization (2k - 1) / 10 on. With max 4: thresholds
    # 0.4, 1.2, 2.0, 2.8, 3.6, 200 points each for a patient above.
    # 4 and 0: 200 * (3.6 + 2.8 + 2.0 + 1.2 + 0.4) = 2000
    # 3 and 1: 200 * (2.6 + 1.8 + 1.0 + 0.2) + 200 * 0.6 = 1240
    # 2 and 2: 2 * 200 * (1.6 + 0.8) = 960
    assert [(point.moves, point.y) for point in points] == [(0, 2000.0), (1, 1240.0), (2, 960.0)]
    assert [point.total for point in points] == [2000.0, 1340.0, 1160.0]
    assert not any(point.dominated for point in points)
    assert slopes(points) == (760.0, 280.0)


def test_weights_trade_two_terms_and_equal_points_are_told_once():
    points = tradeoff(clinic().build(), x="continuity", y="balance", points=5, params=QUICK)
    kept = [(point.x, point.y) for point in points if not point.dominated]
    # balance at 1/16, 1/4 of its weight: a move saves 760/16 = 47 < 100, then 190 > 100 but 280/4 < 100
    assert kept == [(0.0, 2000.0), (100.0, 1240.0), (200.0, 960.0)]
    assert sum(point.dominated for point in points) == 2


@pytest.mark.parametrize("seed", range(12))
def test_every_point_is_a_plan_that_passes_the_checker(seed):
    proposal = random_proposal(seed)
    for point in tradeoff(proposal.build(), points=3, params=QUICK):
        assert not verify(point.planning.problem, point.result.flow)
        plan = make_plan(point.planning, point.result, FACTS)
        wanted = point.planning.subjects.objective
        assert not check(
            proposal.snapshot, proposal.standing, proposal.eligibility, wanted, proposal.scope, plan
        )


def test_all_that_is_wrong_is_said_at_once():
    planning = clinic(travel=Term("travel", 0)).build()
    with pytest.raises(ValueError, match=r"'travel' has no weight.*1 points show no trade-off"):
        tradeoff(planning, x="moves", y="travel", points=1)
    with pytest.raises(ValueError, match="two different ones"):
        tradeoff(planning, x="balance", y="balance")
