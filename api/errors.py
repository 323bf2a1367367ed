"""Errors of the use cases, and how every error of panelwise is told: exit code, title, details."""

import errno
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.access import ForbiddenError
from data.errors import (
    ConsentMissingError,
    ContradictionError,
    DataError,
    KeyReusedError,
    NotFoundError,
    OverlapError,
    PlanStateError,
    RevisionMovedError,
    StalePlanError,
    StoreVersionError,
    UnavailableError,
)
from data.intake.issue import IntakeError
from rules.diagnostics import RuleCompilationError, RulesError
from solver.check import CheckFailedError
from solver.problem import ProblemError

if TYPE_CHECKING:
    from rules.difference import Change

CHECK_FAILED = (
    "the checker found violations in the computed plan; it was not kept. "
    "This is a defect of panelwise: please report it with the input."
)

USAGE, CONFLICT, FORBIDDEN, NOT_FOUND, INTERNAL, AWAY = 2, 4, 5, 1, 70, 75


class RequestError(Exception):
    """What was asked for cannot be done; `problems` says everything that is wrong with it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


class RevalidationError(DataError):
    """Pairs of the plan no longer meet the rules of now; `changes` say what is new in the rules since."""

    def __init__(self, plan_id: str, failures: tuple[str, ...], changes: "tuple[Change, ...]" = ()) -> None:
        self.plan_id = plan_id
        self.failures = failures
        self.changes = changes
        told = tuple(f"since the plan was made: {each}" for each in changes)
        self.details = (*failures, *told)
        super().__init__(
            f"plan {plan_id} fails the rules of now in {len(failures)} places. "
            "Propose again from today's data."
        )


class BlockedError(DataError):
    """Something still rests on what is to go; `blockers` says what, and how to settle it."""

    def __init__(self, what: str, blockers: tuple[str, ...]) -> None:
        self.blockers = blockers
        super().__init__(f"{what} cannot go yet: {len(blockers)} things are to be settled first")


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


KINDS: tuple[tuple[type[Exception], str, str, int, str], ...] = (
    (IntakeError, "INTAKE", "", USAGE, "issues"),
    (RuleCompilationError, "RULES", "the rules cannot be used", USAGE, "diagnostics"),
    (RulesError, "RULES", "", USAGE, ""),
    (RequestError, "REQUEST", "this cannot be done as asked", USAGE, "problems"),
    (ProblemError, "PROBLEM", "the arrays do not form a problem", USAGE, "problems"),
    (ContradictionError, "CONTRADICTION", "pins contradict each other", USAGE, "conflicts"),
    (StalePlanError, "STALE_PLAN", "", CONFLICT, "drift"),
    (RevalidationError, "RULES_FAIL_NOW", "", CONFLICT, "details"),
    (BlockedError, "BLOCKED", "", CONFLICT, "blockers"),
    (ConsentMissingError, "WAITS", "", CONFLICT, "waits"),
    (PlanStateError, "PLAN_STATE", "", CONFLICT, ""),
    (RevisionMovedError, "CONFLICT", "", CONFLICT, ""),
    (KeyReusedError, "KEY_REUSED", "", CONFLICT, ""),
    (OverlapError, "OVERLAP", "", CONFLICT, "clashes"),
    (UnavailableError, "UNAVAILABLE", "", AWAY, ""),
    (ForbiddenError, "FORBIDDEN", "", FORBIDDEN, ""),
    (NotFoundError, "NOT_FOUND", "", NOT_FOUND, ""),
    (CheckFailedError, "CHECK_FAILED", CHECK_FAILED, INTERNAL, "violations"),
    (StoreVersionError, "STORE_VERSION", "", USAGE, ""),
    (DataError, "DATA", "", USAGE, ""),
)
"""Error, code, title (empty: its own sentence), exit code, attribute with the details; first match counts."""


NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Numbers of errors of a file system that is full."""


def failure_of(error: Exception) -> Failure | None:
    """How to tell an error; None for one that nobody expected."""
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        error = UnavailableError(f"there is no room left for files ({error.strerror}); make room")
    for kind, code, title, exit_code, details in KINDS:
        if isinstance(error, kind):
            told = tuple(map(str, getattr(error, details))) if details else ()
            return Failure(code, title or str(error), exit_code, told)
    return None
