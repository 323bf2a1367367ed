"""Jobs of the timetable: what is done every night without being asked for."""

from zoneinfo import ZoneInfo

from api.jobs.routine import ActivateWish, FixGapsWish
from api.jobs.task import Outcome, Task
from api.workflow.activate import activate_due
from api.workflow.approval import expire
from api.workflow.fix_gaps import fix_gaps


def close_gaps(task: Task, wish: FixGapsWish) -> Outcome:
    """Close the gaps of every slot of the policy; the report of each slot is the result."""
    task.go_on()
    zone = ZoneInfo(wish.time_zone)
    done = fix_gaps(
        task.store,
        wish.policy,
        task.rulebook,
        wish.day(),
        lambda: task.now().astimezone(zone),
        task.solve,
        task.line.hear,
        task.plan_id,
    )
    return Outcome(result=done)


def look_at_plans(task: Task, wish: ActivateWish) -> Outcome:
    """What was found of plans whose day has come, and which previews expired."""
    task.go_on()
    found = activate_due(task.store, task.rulebook, task.actor, task.now(), wish.day())
    task.go_on()
    gone = expire(task.store, task.rulebook, task.actor, task.now())
    return Outcome(result={"activated": found, "expired": gone})
