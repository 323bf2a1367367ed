"""What one attempt at a job works with, and what comes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from api.access_store import GuardedStore
from api.jobs.attempt import Attempt, CancelledError
from api.workflow.decide import Rulebook
from api.workflow.propose import Solve
from data.errors import NotFoundError
from data.job import Job
from data.rule_store import RuleStore
from solver.params import Params
from solver.problem import Int32, Problem
from solver.result import Progress, Result


@dataclass(frozen=True)
class Task:
    """One attempt's work: the job, the store as whoever asked has it, the rules, the engine, the clock.

    `plan_id` is that of the plan it makes, the same at every attempt. `line` hears how far it is.
    """

    job: Job
    store: GuardedStore
    rules: RuleStore
    rulebook: Rulebook
    engine: Solve
    now: Callable[[], datetime]
    plan_id: str
    line: Attempt

    @property
    def actor(self) -> str:
        """Who asked for it."""
        return self.store.principal.actor

    def solve(
        self, problem: Problem, params: Params, warm_start: Int32, hear: Callable[[Progress], None]
    ) -> Result:
        """The engine, unless the attempt was replaced or cancelled before it began."""
        self.go_on()
        result = self.engine(problem, params, warm_start, hear)
        self.line.say("check", 99.0)
        self.line.check()
        return result

    def go_on(self) -> None:
        """FencedError where another attempt has taken over, CancelledError where it is to stop."""
        self.line.check()
        if self.line.cancelled.is_set():
            raise CancelledError

    def has(self, plan_id: str) -> bool:
        """Whether an attempt before kept this plan."""
        try:
            return self.store.record(plan_id).header.plan_id == plan_id
        except NotFoundError:
            return False


@dataclass(frozen=True)
class Outcome:
    """The plan that was made, and what was found besides; empty and None where there is none."""

    plan_id: str = ""
    result: object = None
