"""The whole engine on tiny problems, against brute force."""

import pytest

from tests import brute


@pytest.mark.parametrize("block", range(15))
def test_the_engine_agrees_with_brute_force(block):
    assert {seed: brute.faults(seed) for seed in range(block * 20, block * 20 + 20)} == {
        seed: [] for seed in range(block * 20, block * 20 + 20)
    }


def test_it_can_be_run_for_any_number_of_problems(capsys):
    assert brute.main(["--count", "8", "--seed", "1000"]) == 0
    assert "8 problems" in capsys.readouterr().out
