"""A part of a problem says of its flows exactly what the whole says of the joined ones."""

import numpy as np
import pytest

from solver.residual import residual
from solver.shed import feasible_part
from solver.verify import evaluate, left_out, verify
from tests.solver.tiny import tiny


def parts(seed):
    """A tiny problem, a feasible flow that is held, and what remains to be decided."""
    rng = np.random.default_rng(seed)
    problem = tiny(seed)
    drawn = rng.integers(0, 3, problem.arcs).astype(np.int32)
    held = feasible_part(problem, drawn)
    left = left_out(problem, held)
    count = rng.integers(0, left + 1).astype(np.int32)
    allowed = rng.random(problem.arcs) < 0.8
    return rng, problem, residual(problem, held, count, allowed), held


@pytest.mark.parametrize("seed", range(150))
def test_a_flow_of_the_part_costs_and_breaks_what_the_joined_flow_costs_and_breaks(seed):
    rng, problem, part, _ = parts(seed)
    for _ in range(5):
        flow = rng.integers(0, 2, part.problem.arcs).astype(np.int32)
        joined = part.joined(flow)
        broken = bool(verify(part.problem, flow))
        if (left_out(part.problem, flow) >= 0).all():
            assert broken == bool(verify(problem, joined))
        else:
            assert broken
        for costs, whole in zip(part.problem.tiers, problem.tiers, strict=True):
            assert evaluate(part.problem, costs, flow) == evaluate(problem, whole, joined)


@pytest.mark.parametrize("seed", range(150))
def test_what_is_shed_keeps_every_limit_and_a_flow_that_does_is_kept_whole(seed):
    rng = np.random.default_rng(seed)
    problem = tiny(seed)
    drawn = rng.integers(-1, 4, problem.arcs).astype(np.int32)
    kept = feasible_part(problem, drawn)
    assert not verify(problem, kept)
    assert (kept <= np.maximum(drawn, 0)).all()
    assert (feasible_part(problem, kept) == kept).all()


def test_a_flow_of_another_length_is_refused():
    problem = tiny(1)
    with pytest.raises(ValueError, match="entries"):
        feasible_part(problem, np.zeros(problem.arcs + 1, np.int32))


@pytest.mark.parametrize("seed", range(40))
def test_the_share_of_a_joined_flow_is_the_flow_again(seed):
    rng, _, part, _ = parts(seed)
    flow = rng.integers(0, 2, part.problem.arcs).astype(np.int32)
    assert (part.own(part.joined(flow)) == flow).all()
