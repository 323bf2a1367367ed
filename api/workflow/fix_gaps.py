"""Close gaps as a policy allows: propose, commit what needs nobody's word, leave the rest to a person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from api.access_store import GuardedStore
from api.workflow.commit import commit
from api.workflow.decide import Rulebook
from api.workflow.gaps import LEAVING, gaps_in_sight
from api.workflow.policy import Policy
from api.workflow.propose import Request, Solve, propose
from data.errors import ConsentMissingError, RevisionMovedError, StalePlanError
from data.scope import Scope
from data.slot import Slot
from solver.params import Params
from solver.result import Progress


@dataclass(frozen=True)
class Fixed:
    """What became of the gaps of one slot.

    `gaps` of today; `plan_id` is empty where there were none. `waits`: why a person must look at the plan
    first, empty where it was committed.
    """

    slot: Slot
    gaps: int
    plan_id: str = ""
    assigned: int = 0
    moved: int = 0
    left: int = 0
    committed: bool = False
    waits: tuple[str, ...] = ()


def fix_gaps(
    store: GuardedStore,
    policy: Policy,
    rulebook: Rulebook,
    today: date,
    now: Callable[[], datetime],
    solve: Solve,
    on_progress: Callable[[Progress], None],
) -> tuple[Fixed, ...]:
    """Close the gaps of every slot of the policy. NotFoundError for practices out of sight."""
    return tuple(
        _of_slot(store, policy, Slot(each.level, each.role), rulebook, today, now, solve, on_progress)
        for each in policy.slots
    )


def _of_slot(
    store: GuardedStore,
    policy: Policy,
    slot: Slot,
    rulebook: Rulebook,
    today: date,
    now: Callable[[], datetime],
    solve: Solve,
    on_progress: Callable[[Progress], None],
) -> Fixed:
    sight = store.sight(today)
    scope = sight.confine(Scope(practices=policy.practices))
    rows = gaps_in_sight(sight, slot, practices=policy.practices).rows
    open_now = int((rows["code"] != LEAVING).sum())
    if not open_now:
        return Fixed(slot, 0)
    request = Request(
        preset=policy.preset,
        as_of=today,
        effective_on=today,
        actor=store.principal.actor,
        slot=slot,
        scope=scope,
        params=Params(seconds=policy.seconds, gap=policy.gap),
    )
    plan = propose(store, request, rulebook, now(), solve, on_progress)
    counts, waits = plan.header.counts, policy.objections(plan, now().astimezone())
    if not waits:
        waits = _committed(store, plan.plan_id, rulebook, today, now)
    done = (counts.assign, counts.move, counts.left)
    return Fixed(slot, open_now, plan.plan_id, *done, committed=not waits, waits=waits)


def _committed(
    store: GuardedStore, plan_id: str, rulebook: Rulebook, today: date, now: Callable[[], datetime]
) -> tuple[str, ...]:
    """Commit; why not, where somebody was quicker."""
    try:
        commit(store, plan_id, rulebook, store.principal.actor, now(), today, "within the policy")
    except ConsentMissingError as missing:
        return missing.waits
    except (StalePlanError, RevisionMovedError) as error:
        return (str(error),)
    return ()
