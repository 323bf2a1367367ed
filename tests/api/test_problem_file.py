"""Problems go into a file and come back; one with a price that an older version does not know says so."""

import dataclasses
import json

import numpy as np
import pytest

from api.errors import RequestError
from api.problem_file import CROWDED_FORMAT, PROBLEM_FORMAT, load_problem, save_problem
from tests.solver.tiny import tiny


def flat(value):
    """All that is in a problem, as lists, numbers and texts."""
    if dataclasses.is_dataclass(value):
        return {each.name: flat(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [flat(each) for each in value]
    return value.tolist() if isinstance(value, np.ndarray) else value


def is_crowded(problem):
    return any(costs.crowding for costs in problem.tiers)


def test_a_problem_comes_back_as_it_was_and_names_the_oldest_format_that_can_say_it(tmp_path):
    seen = set()
    for seed in range(40):
        problem, file = tiny(seed), tmp_path / f"{seed}.npz"
        save_problem(problem, file)
        assert flat(load_problem(file)) == flat(problem), seed
        with np.load(file) as archive:
            name = json.loads(bytes(archive["header"]))["format"]
        assert name == (CROWDED_FORMAT if is_crowded(problem) else PROBLEM_FORMAT)
        seen.add(name)
    assert len(seen) == 2


def test_a_newer_format_is_refused_with_those_that_are_known(tmp_path):
    problem, file = tiny(0), tmp_path / "p.npz"
    save_problem(problem, file)
    with np.load(file) as archive:
        arrays = {name: archive[name] for name in archive.files}
    header = json.loads(bytes(arrays.pop("header"))) | {"format": "panelwise-problem/9"}
    np.savez(file, header=np.frombuffer(json.dumps(header).encode(), np.uint8), **arrays)
    with pytest.raises(RequestError, match="reads 'panelwise-problem/1' and 'panelwise-problem/2'"):
        load_problem(file)
