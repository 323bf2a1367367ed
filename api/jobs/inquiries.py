"""Jobs that find something out and change nothing but what they keep of it."""

from collections.abc import Callable
from dataclasses import replace

from api.executors import PROCESSES, THREADS, executor_of
from api.jobs.inquiry import ExplanationWish, FindingsWish, ResilienceWish, RulesWish
from api.jobs.searches import params_of
from api.jobs.task import Outcome, Task
from api.jobs.wish import request_of
from api.settings import Settings
from api.workflow import explain_plan as reasons
from api.workflow.decide import Rulebook, overlaid
from api.workflow.findings import findings
from api.workflow.propose import computed
from api.workflow.resilience import resilience
from api.workflow.rule_versions import version_named
from api.workflow.shadow import shadow
from data.plan import Plan
from solver.params import Params


def explain(task: Task, wish: ExplanationWish) -> Outcome:
    """Reasons of a plan, of one patient or one provider of it; providers out of sight are left out."""
    task.go_on()
    params = replace(params_of(task, wish), gap=0.0001)
    sees = task.store.sight(wish.day()).sees
    said: object
    if wish.patient:
        one = reasons.explain_patient(task.store, wish.plan_id, task.rulebook, params, wish.patient)
        seen = tuple(each for each in one.options if each.chosen or sees("providers", each.provider_id))
        said = replace(one, options=seen)
    elif wish.provider:
        said = reasons.explain_provider(task.store, wish.plan_id, task.rulebook, params, wish.provider)
    else:
        whole = reasons.explain_plan(task.store, wish.plan_id, task.rulebook, params, wish.top)
        helps = tuple(each for each in whole.helps if sees("providers", each.provider_id))
        said = replace(whole, helps=helps)
    return Outcome(result=said)


def lose_each(task: Task, wish: ResilienceWish) -> Outcome:
    """What the loss of every provider in sight would mean, the worst first."""
    task.go_on()
    params = replace(params_of(task, wish), gap=0.001)
    request = request_of(wish, wish.preset, task.actor, params, wish.plan_id)
    where = Settings.from_environment().executor
    with executor_of(PROCESSES if where == THREADS else where, wish.workers) as (executor, workers):
        losses = resilience(task.store, request, task.rulebook, None if workers == 1 else executor)
    sees = task.store.sight(wish.day()).sees
    return Outcome(result=[each for each in losses if sees("providers", each.provider_id)])


def look_for_findings(task: Task, wish: FindingsWish) -> Outcome:
    """Run the findings and keep the run; its number and its counts are the result."""
    task.go_on()
    snapshot = task.store.snapshot(wish.day())
    run = findings(snapshot, task.rulebook, wish.slot(), task.actor, task.now())
    task.line.check()
    previous = task.rules.last_run(wish.slot())
    kept = task.rules.keep_run(run)
    return Outcome(result={"run_id": kept.run_id, "previous": previous.run_id if previous else None})


def compare_rules(task: Task, wish: RulesWish) -> Outcome:
    """What other rules would change, with a proposal under each where time for it is given.

    Bindings of the documents that are in shadow mode count as enforced.
    """
    task.go_on()
    old, new = (version_named(task.rules, task.store, task.rulebook, name) for name in (wish.old, wish.new))
    enforced: tuple[str, ...] = ()
    if wish.documents:
        new, enforced = Rulebook.of(overlaid(new.texts, wish.documents)).enforced(wish.documents)
    snapshot = task.store.snapshot(wish.day())
    plan = _planner(task, wish) if wish.solve else None
    return Outcome(result=shadow(snapshot, old, new, wish.slot(), plan, enforced))


def _planner(task: Task, wish: RulesWish) -> Callable[[Rulebook], Plan]:
    def plan(book: Rulebook) -> Plan:
        day = wish.day()
        params = Params(wish.solve, gap=wish.gap, cancelled=task.line.cancelled.is_set)
        request = request_of(wish, wish.preset, task.actor, params)
        return computed(task.store.snapshot(day), request, book, task.now(), task.solve, task.line.hear)

    return plan
