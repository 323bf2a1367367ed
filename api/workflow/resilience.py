"""What happens if a provider leaves, for each one: today, or once a plan is carried out."""

from concurrent.futures import Executor
from dataclasses import replace

from api.workflow.decide import Rulebook
from api.workflow.propose import Request, gather, objective_of
from data.store import Store
from solver.carry import flow_of_providers, planned_providers
from solver.loss import Loss
from solver.resilience import resilience as lose_each
from solver.shed import feasible_part


def resilience(
    store: Store, request: Request, rulebook: Rulebook, executor: Executor | None = None
) -> tuple[Loss, ...]:
    """The worst loss first; `request.plan_id` names the plan to look at (empty: what stands today)."""
    if not request.plan_id:
        snapshot = store.snapshot(request.as_of)
        objective = objective_of(rulebook, request)
    else:
        plan = store.plan(request.plan_id)
        header = plan.header
        snapshot = store.input_of(plan.plan_id)
        objective = header.objective or objective_of(rulebook, request)
        request = replace(
            request, effective_on=header.effective_on, slot=header.slot, scenario=header.scenario
        )
    everyone = replace(objective, movable="everyone", max_moves=None)
    decided, planning = gather(snapshot, request, rulebook, everyone)
    flow = planning.standing_flow
    if request.plan_id:
        wanted = planned_providers(plan, decided.snapshot, decided.standing.owner)
        flow = feasible_part(planning.problem, flow_of_providers(planning, wanted))
    return lose_each(planning, flow, request.params, executor)
