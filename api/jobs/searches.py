"""Jobs that make plans: proposals, re-based plans, trade-off curves. Every plan is made once."""

from dataclasses import replace

from api.jobs.inquiry import RebaseWish, TradeoffWish
from api.jobs.task import Outcome, Task
from api.jobs.wish import ProposalWish, Wish, proposal_of, request_of, scenario_of
from api.workflow.propose import propose
from api.workflow.rebase import outdate, rebase
from api.workflow.tradeoff import tradeoff
from data.errors import DataError
from solver.params import Params


def propose_plan(task: Task, wish: ProposalWish) -> Outcome:
    """Search for a plan; one that an attempt before kept is as good."""
    if not task.has(task.plan_id):
        request = proposal_of(wish, task.actor, task.plan_id, params_of(task, wish, wish.work))
        try:
            propose(task.store, request, task.rulebook, task.now(), task.solve, task.line.hear)
        except DataError:
            if not task.has(task.plan_id):
                raise
    return Outcome(task.plan_id)


def rebase_plan(task: Task, wish: RebaseWish) -> Outcome:
    """Propose a plan again; how many of its moves were kept, changed and dropped is the result."""
    if task.has(task.plan_id):
        outdate(task.store, wish.plan_id, task.actor, task.now())
        return Outcome(task.plan_id)
    task.go_on()
    done = rebase(
        task.store,
        wish.plan_id,
        task.rulebook,
        task.actor,
        task.now(),
        wish.day(),
        params_of(task, wish),
        wish.leaving,
        task.plan_id,
    )
    counts = {name: getattr(done, name) for name in ("kept", "changed", "dropped", "added")}
    return Outcome(task.plan_id, {"former": done.former, **counts})


def trade_off(task: Task, wish: TradeoffWish) -> Outcome:
    """Solve the points one after another; the curve is the result, and its points name their plans."""
    request = request_of(wish, wish.preset, task.actor, params_of(task, wish), task.plan_id)
    request = replace(request, scenario=scenario_of(wish.scenario))

    def begun(number: int, label: str) -> None:
        task.line.check()
        task.line.say(label, min(99.0, 100 * (number - 1) / wish.points))

    task.go_on()
    curve = tradeoff(task.store, request, task.rulebook, task.now(), wish.x, wish.y, wish.points, begun)
    return Outcome(result=curve)


def params_of(task: Task, wish: Wish, work: float | None = None) -> Params:
    """Limits of the search; it ends when somebody cancels."""
    return Params(wish.seconds, work, wish.gap, wish.seed, wish.workers, task.line.cancelled.is_set)
