"""Close gaps as a policy allows: propose, commit what needs nobody's word, leave the rest to a person."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from api.access_store import GuardedStore
from api.workflow.commit import commit
from api.workflow.decide import Rulebook
from api.workflow.gaps import LEAVING, gaps_in_sight
from api.workflow.policy import Policy
from api.workflow.propose import Request, Solve, propose
from data.errors import ConsentMissingError, NotFoundError, RevisionMovedError, StalePlanError
from data.plan import Plan
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
    plan_id: str = "",
) -> tuple[Fixed, ...]:
    """Close the gaps of every slot of the policy. NotFoundError for practices out of sight.

    `now` is in the time zone of the policy's hours. With `plan_id`, that of slot K is `plan_id-K`, and what
    an attempt before made of it is carried on, not made again.
    """
    return tuple(
        _of_slot(
            store,
            policy,
            Slot(each.level, each.role),
            rulebook,
            today,
            now,
            solve,
            on_progress,
            f"{plan_id}-{number}" if plan_id else "",
        )
        for number, each in enumerate(policy.slots, start=1)
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
    plan_id: str,
) -> Fixed:
    kept = _kept(store, plan_id)
    seen = store.sight(today)
    sight = seen if kept is None else replace(seen, snapshot=store.input_of(plan_id))
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
        plan_id=plan_id,
    )
    plan = kept or propose(store, request, rulebook, now(), solve, on_progress)
    counts = plan.header.counts
    waits = () if kept and _is_committed(store, plan_id) else policy.objections(plan, now())
    if not waits:
        waits = _committed(store, plan.plan_id, rulebook, today, now)
    done = (counts.assign, counts.move, counts.left)
    return Fixed(slot, open_now, plan.plan_id, *done, committed=not waits, waits=waits)


def _kept(store: GuardedStore, plan_id: str) -> Plan | None:
    """The plan that an attempt before made."""
    if not plan_id:
        return None
    try:
        return store.plan(plan_id) if store.record(plan_id).header.plan_id == plan_id else None
    except NotFoundError:
        return None


def _is_committed(store: GuardedStore, plan_id: str) -> bool:
    return store.record(plan_id).state == "committed"


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
