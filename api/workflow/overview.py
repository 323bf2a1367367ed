"""The first page: who has nobody, how full everybody is, what waits for somebody."""

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from api.access_store import GuardedStore
from api.workflow.findings_in_sight import in_sight
from api.workflow.gaps import Gaps, gaps_in_sight
from api.workflow.panel import NO_PRACTICE
from api.workflow.view import View
from data.plan import PlanState
from data.rule_store import RuleStore

OPEN_STATES: tuple[PlanState, ...] = ("ready", "waiting", "stale")
"""Plans that somebody has to do something about."""

MANY = 2**31 - 1


@dataclass(frozen=True)
class PracticeLack:
    """One practice's patients without somebody, and its patients in all."""

    practice_id: str
    without: int
    patients: int


@dataclass(frozen=True)
class LimitLoad:
    """One limit over all providers who have it: how many are at or over their target and maximum.

    `share` is what is used of all maxima together, null where there is none.
    """

    limit_id: str
    title: str
    unit: str
    providers: int
    at_target: int
    at_maximum: int
    share: float | None


@dataclass(frozen=True)
class Overview:
    """One slot at a glance, as far as it is in sight.

    `findings` counts the last run by severity; `run_id` is 0 where the findings have not been run.
    """

    slot: str
    without: int
    practices: tuple[PracticeLack, ...]
    limits: tuple[LimitLoad, ...]
    plans: dict[str, int]
    run_id: int
    findings: dict[str, int]


def overview(store: GuardedStore, rules: RuleStore, view: View, known: Gaps) -> Overview:
    """Look at one slot; `known` are everybody's gaps. Practices without a gap are left out."""
    sight = store.sight(view.snapshot.as_of)
    lacking = gaps_in_sight(sight, view.slot, known=known).now
    counted = pc.value_counts(pc.fill_null(sight.rows("patients")["practice_id"], NO_PRACTICE)).to_pylist()
    everybody = {each["values"]: each["counts"] for each in counted}
    practices = [
        PracticeLack(str(name), int(count), everybody.get(str(name), 0))
        for name, count in lacking["practice_id"].value_counts().sort_index().items()
    ]
    run = rules.last_run(view.slot)
    found = in_sight(sight, run.rows)["severity"].to_pylist() if run else []
    states = Counter(each.state for each in store.records(MANY))
    ids = sight.rows("providers")["provider_id"].combine_chunks()
    rows = view.capacities
    return Overview(
        str(view.slot),
        len(lacking),
        tuple(sorted(practices, key=lambda each: (-each.without, each.practice_id))),
        limit_loads(rows.filter(pc.is_in(rows["provider_id"], value_set=ids))),
        {str(state): states[state] for state in OPEN_STATES if states[state]},
        run.run_id if run else 0,
        dict(Counter(found)),
    )


def limit_loads(capacities: pa.Table) -> tuple[LimitLoad, ...]:
    """Every limit of a table of capacities, summed up."""
    frame = capacities.to_pandas()
    loads = []
    for (name, title, unit), rows in frame.groupby(["limit_id", "title", "unit"], sort=True):
        limited = rows[rows["maximum"].notna()]
        room = float(limited["maximum"].sum())
        loads.append(
            LimitLoad(
                str(name),
                str(title),
                str(unit),
                len(rows),
                int((rows["used"] >= rows["target"]).sum()),
                int((rows["used"] >= rows["maximum"]).sum()),
                float(limited["used"].sum()) / room if room else None,
            )
        )
    return tuple(loads)
