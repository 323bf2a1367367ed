"""Errors of the use cases, and how every error of panelwise is told: exit code, title, details."""

from dataclasses import dataclass

from data.errors import (
    ContradictionError,
    DataError,
    NotFoundError,
    PlanStateError,
    RevisionMovedError,
    StalePlanError,
    StoreVersionError,
)
from data.intake.issue import IntakeError
from rules.diagnostics import RuleCompilationError
from solver.problem import ProblemError

USAGE, CONFLICT, FORBIDDEN, NOT_FOUND, INTERNAL = 2, 4, 5, 1, 70


class RequestError(Exception):
    """What was asked for cannot be done; `problems` says everything that is wrong with it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


class CheckFailedError(Exception):
    """The independent checker refused the plan; nothing was saved."""

    def __init__(self, violations: tuple[str, ...]) -> None:
        self.violations = violations
        super().__init__(
            f"the checker found {len(violations)} violations in the computed plan; it was not saved. "
            "This is a defect of panelwise: please report it with the input."
        )


class RevalidationError(DataError):
    """Pairs of the plan no longer meet the rules of now."""

    def __init__(self, plan_id: str, failures: tuple[str, ...]) -> None:
        self.plan_id = plan_id
        self.failures = failures
        super().__init__(
            f"plan {plan_id} fails the rules of now in {len(failures)} places. "
            "Propose again from today's data."
        )


@dataclass(frozen=True)
class Failure:
    """An error as it is told: the same on the command line, as JSON, and later over HTTP."""

    code: str
    title: str
    exit_code: int
    details: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """One shape for every error."""
        return {"error": {"code": self.code, "title": self.title, "details": list(self.details)}}


def failure_of(error: Exception) -> Failure | None:
    """How to tell an error; None for one that nobody expected."""
    match error:
        case IntakeError():
            return Failure("INTAKE", str(error), USAGE, tuple(str(issue) for issue in error.issues))
        case RuleCompilationError():
            return Failure("RULES", str(error), USAGE, tuple(str(each) for each in error.diagnostics))
        case RequestError() | ProblemError():
            return Failure("REQUEST", "this cannot be done as asked", USAGE, error.problems)
        case ContradictionError():
            return Failure("CONTRADICTION", "pins contradict each other", USAGE, error.conflicts)
        case StoreVersionError():
            return Failure("STORE_VERSION", str(error), USAGE)
        case StalePlanError():
            return Failure("STALE_PLAN", str(error), CONFLICT, error.drift)
        case RevalidationError():
            return Failure("RULES_FAIL_NOW", str(error), CONFLICT, error.failures)
        case PlanStateError() | RevisionMovedError():
            return Failure("CONFLICT", str(error), CONFLICT)
        case NotFoundError():
            return Failure("NOT_FOUND", str(error), NOT_FOUND)
        case CheckFailedError():
            return Failure("CHECK_FAILED", str(error), INTERNAL, error.violations)
        case DataError():
            return Failure("DATA", str(error), USAGE)
        case _:
            return None
