"""The file form of problems and results, so that any instance can be saved, sent, replayed and checked.

One `.npz` file (NumPy's zip of arrays): `header` is JSON text in UTF-8, every other entry an array.

Problem: `format: panelwise-problem/1`, `name`, `providers`, ids of `summed`, `distinct`, `budgets`, names
and constants of `tiers`, the resources of their excesses. Arrays: `count`, `indptr`, `provider`;
`summed/K/use|capacity`; `distinct/K/pair|pair_provider|pair_open|capacity`; `budgets/K/use` (its `most` is
in the header); `tiers/K/arc|unassigned`, `tiers/K/opening/D`, `tiers/K/excess/E/threshold|slope`.
The fields' meaning is that of `solver.problem`. Where a tier charges open pairs above a target, the format is
`panelwise-problem/2`, which adds the resources of that (`crowding_of`) and
`tiers/K/crowding/E/threshold|slope`.

Result: `format: panelwise-result/1`, termination, tiers (name, value, bound), seconds, detail; array `flow`
(missing when nothing is held).
"""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from api.errors import RequestError
from solver.problem import Budget, Costs, DistinctResource, Excess, Problem, SummedResource
from solver.result import Result, TierResult

PROBLEM_FORMAT = "panelwise-problem/1"
CROWDED_FORMAT = "panelwise-problem/2"
RESULT_FORMAT = "panelwise-result/1"

Arrays = dict[str, Any]


def save_problem(problem: Problem, path: Path) -> None:
    """Write a problem."""
    arrays: Arrays = {"count": problem.count, "indptr": problem.indptr, "provider": problem.provider}
    for k, resource in enumerate(problem.summed):
        arrays |= {f"summed/{k}/use": resource.use, f"summed/{k}/capacity": resource.capacity}
    for k, distinct in enumerate(problem.distinct):
        names = ("pair", "pair_provider", "pair_open", "capacity")
        arrays |= {f"distinct/{k}/{name}": getattr(distinct, name) for name in names}
    for k, budget in enumerate(problem.budgets):
        arrays[f"budgets/{k}/use"] = budget.use
    for k, costs in enumerate(problem.tiers):
        arrays |= _cost_arrays(f"tiers/{k}", costs)
    crowded = any(costs.crowding for costs in problem.tiers)
    header = {
        "format": CROWDED_FORMAT if crowded else PROBLEM_FORMAT,
        "name": problem.name,
        "providers": problem.providers,
        "summed": [each.id for each in problem.summed],
        "distinct": [each.id for each in problem.distinct],
        "budgets": [{"id": each.id, "most": each.most} for each in problem.budgets],
        "tiers": [
            {
                "name": costs.name,
                "constant": costs.constant,
                "excess_of": [each.resource for each in costs.excess],
            }
            | ({"crowding_of": [each.resource for each in costs.crowding]} if crowded else {})
            for costs in problem.tiers
        ],
    }
    _write(path, header, arrays)


def load_problem(path: Path) -> Problem:
    """Read a problem; RequestError when the file is none, ProblemError when its arrays form none."""
    header, arrays = _read(path, PROBLEM_FORMAT, CROWDED_FORMAT)
    try:
        return Problem(
            providers=header["providers"],
            count=arrays["count"],
            indptr=arrays["indptr"],
            provider=arrays["provider"],
            tiers=tuple(_costs(header, arrays, k) for k in range(len(header["tiers"]))),
            summed=tuple(
                SummedResource(name, arrays[f"summed/{k}/use"], arrays[f"summed/{k}/capacity"])
                for k, name in enumerate(header["summed"])
            ),
            distinct=tuple(
                DistinctResource(
                    name,
                    *(
                        arrays[f"distinct/{k}/{part}"]
                        for part in ("pair", "pair_provider", "pair_open", "capacity")
                    ),
                )
                for k, name in enumerate(header["distinct"])
            ),
            budgets=tuple(
                Budget(each["id"], arrays[f"budgets/{k}/use"], each["most"])
                for k, each in enumerate(header["budgets"])
            ),
            name=header["name"],
        )
    except KeyError as missing:
        raise RequestError((f"{path}: {missing} is missing from the problem file",)) from None


def save_result(result: Result, path: Path) -> None:
    """Write a result."""
    header = {
        "format": RESULT_FORMAT,
        "termination": result.termination,
        "tiers": [{"name": each.name, "value": each.value, "bound": each.bound} for each in result.tiers],
        "seconds": result.seconds,
        "detail": result.detail,
    }
    _write(path, header, {} if result.flow is None else {"flow": result.flow})


def load_result(path: Path) -> Result:
    """Read a result; RequestError when the file is none."""
    header, arrays = _read(path, RESULT_FORMAT)
    tiers = tuple(TierResult(each["name"], each["value"], each["bound"]) for each in header["tiers"])
    return Result(header["termination"], arrays.get("flow"), tiers, header["seconds"], header["detail"])


def _cost_arrays(prefix: str, costs: Costs) -> Arrays:
    arrays: Arrays = {f"{prefix}/arc": costs.arc, f"{prefix}/unassigned": costs.unassigned}
    arrays |= {f"{prefix}/opening/{d}": opening for d, opening in enumerate(costs.opening)}
    for kind, excesses in (("excess", costs.excess), ("crowding", costs.crowding)):
        for e, excess in enumerate(excesses):
            arrays |= {
                f"{prefix}/{kind}/{e}/threshold": excess.threshold,
                f"{prefix}/{kind}/{e}/slope": excess.slope,
            }
    return arrays


def _costs(header: dict[str, Any], arrays: Arrays, k: int) -> Costs:
    tier, prefix = header["tiers"][k], f"tiers/{k}"
    if header["format"] == PROBLEM_FORMAT:
        tier = tier | {"crowding_of": ()}
    excess, crowding = (
        tuple(
            Excess(resource, arrays[f"{prefix}/{kind}/{e}/threshold"], arrays[f"{prefix}/{kind}/{e}/slope"])
            for e, resource in enumerate(tier[f"{kind}_of"])
        )
        for kind in ("excess", "crowding")
    )
    opening = tuple(arrays[f"{prefix}/opening/{d}"] for d in range(len(header["distinct"])))
    return Costs(
        arrays[f"{prefix}/arc"],
        arrays[f"{prefix}/unassigned"],
        opening,
        excess,
        tier["constant"],
        tier["name"],
        crowding,
    )


def _write(path: Path, header: dict[str, Any], arrays: Arrays) -> None:
    encoded = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    with path.open("wb") as file:
        np.savez_compressed(file, header=encoded, **arrays)


def _read(path: Path, *expected: str) -> tuple[dict[str, Any], Arrays]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        header = json.loads(bytes(arrays.pop("header")))
        found = header["format"]
    except FileNotFoundError:
        raise RequestError((f"{path} does not exist",)) from None
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        raise RequestError((f"{path} is not a {expected[0]} file, or it is damaged",)) from None
    if found not in expected:
        known = " and ".join(map(repr, expected))
        raise RequestError((f"{path} has format {found!r}; this version reads {known}",))
    return header, arrays
