"""Why a store refuses to write: the same checks and sentences for every store."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from data.errors import DataError, KeyReusedError, NotFoundError, PlanStateError, RevisionMovedError
from data.ledger import ROWS
from data.plan import PlanState
from data.store import Commit, Receipt

COMMITTABLE: tuple[PlanState, ...] = ("ready", "committing")
"""States from which a plan can be committed."""


def moment(at: datetime) -> datetime:
    """The moment in UTC; ValueError where it has no time zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; give one, for example +00:00")
    return at.astimezone(UTC)


def full_id(beginning: str, found: Collection[str]) -> str:
    """The one id of `found` (all those that begin so); an id equal to it wins. NotFoundError otherwise."""
    if beginning in found:
        return beginning
    if not beginning or not found:
        raise NotFoundError(f"no plan {beginning!r}")
    if len(found) > 1:
        some = ", ".join(sorted(found)[:5])
        raise NotFoundError(f"{beginning!r} begins {len(found)} plans ({some}); give more of the id")
    return next(iter(found))


def check_state(plan_id: str, state: PlanState, allowed: Iterable[PlanState], step: str) -> None:
    """PlanStateError unless the plan is in one of the allowed states."""
    allowed = tuple(allowed)
    if state not in allowed:
        raise PlanStateError(f"plan {plan_id} is {state}; {step} needs {' or '.join(allowed)}")


def check_revision(expected: int, found: int) -> None:
    """RevisionMovedError unless the store is where the writer thinks it is."""
    if expected != found:
        raise RevisionMovedError(
            f"the data moved on from revision {expected} to {found} since the plan was checked; "
            "preview it again and commit then"
        )


def check_superseded(wanted: int, found: int) -> None:
    """RevisionMovedError unless every row to supersede was believed."""
    if wanted != found:
        raise RevisionMovedError(
            f"{wanted - found} of the {wanted} assignments that the plan starts from are no longer believed; "
            "propose again from today's data"
        )


def check_entries(commit: Commit) -> None:
    """DataError where a commit's rows cannot be right whatever the store holds."""
    made = commit.entries
    problems = []
    if pc.count_distinct(made.supersede).as_py() != len(made.supersede) or made.supersede.null_count:
        problems.append("a row is superseded twice, or has no id")
    if not made.insert.schema.equals(ROWS):
        problems.append("the rows to insert have other columns than assignments")
    elif _backwards(made.insert):
        problems.append(f"{_backwards(made.insert)} rows to insert end before they begin")
    if problems:
        raise DataError(f"commit of plan {commit.plan_id}: {'; '.join(problems)}")


def check_repetition(commit: Commit, first: Receipt) -> None:
    """KeyReusedError where an idempotency key comes back with another plan."""
    if not first.plan_id.startswith(commit.plan_id):
        raise KeyReusedError(
            f"this idempotency key was used for another plan than {commit.plan_id}; take a new key"
        )


def _backwards(rows: pa.Table) -> int:
    return int(pc.sum(pc.less_equal(rows["ends_on"], rows["starts_on"])).as_py() or 0)


def receipt_of(commit: Commit, plan_id: str, revision: int) -> Receipt:
    """The receipt of a commit of the plan with this (full) id that makes this revision."""
    made = commit.entries
    at = moment(commit.at)
    return Receipt(plan_id, revision, len(made.supersede), made.insert.num_rows, at)
