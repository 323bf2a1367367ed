"""Which license would help: providers with room who are not licensed where patients are left without one."""

from collections import Counter
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from api.workflow.decide import Rulebook
from api.workflow.propose import Request, gather
from data.columns import TABLES
from data.order import sorted_by_key
from data.plan import Plan
from data.snapshot import Snapshot
from data.store import Store
from solver.build import Planning
from solver.carry import flow_of_providers
from solver.costs import COST_UNIT
from solver.measure import summed_loads
from solver.params import Params
from solver.planning import arcs_of_patients
from solver.prices import Help
from solver.repair import repair
from solver.result import Result

STATES = 2
"""States that are looked at: those where most patients are left."""

TRIED = 3
"""Licenses that are tried, each with the rules evaluated anew."""


def licenses_that_help(
    store: Store,
    rulebook: Rulebook,
    request: Request,
    plan: Plan,
    planning: Planning,
    result: Result,
    most: int,
    params: Params,
) -> list[Help]:
    """Try the likeliest licenses, one at a time: the rules decide anew, and those who are left look for room.

    Only those that place somebody are told. The estimate is what the plan's left patients of that state
    weigh, as far as the provider's panel has room.
    """
    assert result.flow is not None  # it began with a flow
    source = store.input_of(plan.plan_id)
    wanted = _candidates(source, plan, planning, result)[: min(most, TRIED)]
    arc = arcs_of_patients(planning, result.flow)
    provider = np.append(planning.arcs.provider, np.int32(-1))[arc]  # -1, the last, is nobody
    each = replace(params, seconds=max(params.seconds / max(len(wanted), 1) / 2, 0.2))
    before = repair(planning.problem, result.flow, each, widen=False)
    found = []
    for help_ in wanted:
        licensed = source.with_tables(licenses=_with_license(source, help_.provider_id, help_.state))
        _, other = gather(licensed, request, rulebook, planning.subjects.objective)
        after = repair(other.problem, flow_of_providers(other, provider), each, widen=False)
        patients = _left(planning, before) - _left(other, after)
        if patients > 0:
            points = max(0.0, (before.value - after.value) / COST_UNIT)
            proven = before.termination == "optimal" == after.termination
            found.append(replace(help_, points=points, patients=patients, proven=proven))
    return found


def _candidates(source: Snapshot, plan: Plan, planning: Planning, result: Result) -> list[Help]:
    """Providers with most room first, in the states where most patients are left."""
    state = _states(source)
    left = source.positions("patients", plan["left"]["patient_id"])
    counted = Counter(state[row] for row in left[left >= 0].tolist() if state[row])
    room = _room(planning, result)
    licenses = source["licenses"]
    held = set(zip(licenses["provider_id"].to_pylist(), licenses["state"].to_pylist(), strict=True))
    weight = planning.subjects.objective.weight("unassigned")
    found = []
    for name, patients in counted.most_common(STATES):
        for row in np.flatnonzero(room >= 1).tolist():
            provider = source.provider_ids[row]
            if (provider, name) not in held:
                worth = float(min(room[row], patients) * weight)
                title = str(source.providers["name"][row].as_py())
                found.append(Help("license", provider, title, f"a license in {name}", worth, state=name))
    return sorted(found, key=lambda each: (-each.estimate, each.provider_id))


def _states(source: Snapshot) -> list[str]:
    """State where each patient is seen: the facility's, else the home's."""
    row = source.positions("facilities", source.patients["facility_id"])
    there = source.facilities["state"].combine_chunks().take(pa.array(row, mask=row < 0))
    states: list[str] = (
        pc.coalesce(there, source.patients["state"].combine_chunks()).fill_null("").to_pylist()
    )
    return states


def _room(planning: Planning, result: Result) -> npt.NDArray[np.float64]:
    """Panel units that each provider at work in the role could still take (0 for everybody else)."""
    subjects = planning.subjects
    assert result.flow is not None
    roles = subjects.snapshot.providers["roles"].to_pylist()
    fits = np.array([subjects.standing.slot.role in (each or []) for each in roles], np.bool_)
    room = np.full(planning.problem.providers, 1e9)
    for load, used in zip(subjects.summed, summed_loads(planning, result.flow), strict=True):
        if load.limit.id == "panel":
            room = np.minimum(room, (load.limit.maximum - used) / 1000)
    return np.where(subjects.working & fits, np.maximum(room, 0.0), 0.0)


def _with_license(source: Snapshot, provider_id: str, state: str) -> pa.Table:
    row = {column.name: column.default for column in TABLES["licenses"].columns}
    row |= {"provider_id": provider_id, "state": state}
    added = pa.Table.from_pylist([row], schema=TABLES["licenses"].schema)
    return sorted_by_key("licenses", pa.concat_tables([source["licenses"], added]))


def _left(planning: Planning, result: Result) -> int:
    """Patients left out; classes differ between problems, so patients are counted."""
    assert result.flow is not None
    arc = arcs_of_patients(planning, result.flow)
    return int((arc[planning.classes.patients] < 0).sum())
