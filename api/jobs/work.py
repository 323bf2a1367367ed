"""What carries out each kind of job; it reaches the engine, so only attempts import it."""

from collections.abc import Callable
from typing import Any

from api.jobs import inquiries, routines, searches
from api.jobs.task import Outcome, Task

WORK: dict[str, Callable[[Task, Any], Outcome]] = {
    "propose": searches.propose_plan,
    "rebase": searches.rebase_plan,
    "tradeoff": searches.trade_off,
    "explain": inquiries.explain,
    "resilience": inquiries.lose_each,
    "findings": inquiries.look_for_findings,
    "rules": inquiries.compare_rules,
    "fix_gaps": routines.close_gaps,
    "activate": routines.look_at_plans,
}
"""By the kinds of `api.jobs.kinds.WISHES`: each takes the task and a wish of that form."""
