"""Why a store refuses to write: the same checks and sentences for every store."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from data.errors import (
    ConsentMissingError,
    DataError,
    KeyReusedError,
    NotFoundError,
    PlanStateError,
    RevisionMovedError,
)
from data.ledger import ROWS
from data.plan import PlanRecord, PlanState
from data.review import Activation, Consent, Rejection
from data.store import Commit, Receipt

COMMITTABLE: tuple[PlanState, ...] = ("ready", "waiting", "committing")
"""States from which a plan can be committed; a waiting one once every consent is given."""

REVISABLE: tuple[PlanState, ...] = ("ready", "waiting")
"""States of plans that people may still change."""


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


def check_consents(plan_id: str, consents: Iterable[Consent]) -> None:
    """ConsentMissingError unless every consent that the plan needs is given."""
    missing = tuple(each.sentence for each in consents if each.state != "given")
    if missing:
        raise ConsentMissingError(plan_id, missing)


def check_revised(former: PlanRecord) -> None:
    """PlanStateError unless another plan may take the place of this one, or follow it."""
    plan_id = former.header.plan_id
    check_state(plan_id, former.state, (*REVISABLE, "committed"), "changing what it proposes")


def plan_of_consents(consents: Collection[Consent]) -> str:
    """The one plan that the consents are about; DataError where there is none, or more."""
    plans = {each.plan_id for each in consents}
    if len(plans) != 1:
        raise DataError(f"consents are asked for one plan at a time, not for {len(plans)}")
    return plans.pop()


def outcome_of(activation: Activation) -> str:
    """What became of a plan on its day, in words."""
    said = [f"{activation.held} held in plan {activation.hold_plan_id}"] if activation.held else []
    said += [f"{activation.broken} against the rules"] if activation.broken else []
    return ", ".join(said) or "all of it holds"


def check_rejection(rejection_id: int, found: Collection[Rejection]) -> None:
    """NotFoundError where there is no such rejection, PlanStateError where it was revoked already."""
    if not found:
        raise NotFoundError(f"no rejection {rejection_id}")
    for each in found:
        if not each.in_force:
            raise PlanStateError(f"rejection {rejection_id} was revoked by {each.revoked_by} already")


def check_undecided(consent: Consent) -> None:
    """PlanStateError where somebody has decided already."""
    if consent.state != "asked":
        raise PlanStateError(
            f"the {consent.kind} of plan {consent.plan_id} is {consent.state} by {consent.decided_by} already"
        )


def check_removed(name: str, wanted: int, found: int) -> None:
    """NotFoundError unless every row to remove was there."""
    if wanted != found:
        raise NotFoundError(f"{wanted - found} of the {wanted} rows of {name} are not there")


def subject_of_removal(name: str, keys: pa.Table) -> str:
    """Table and keys, for the audit log."""
    named = ["|".join(map(str, row.values())) for row in keys.slice(0, 20).to_pylist()]
    more = f" and {keys.num_rows - 20} more" if keys.num_rows > 20 else ""
    return f"{name} {', '.join(named)}{more}"


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
