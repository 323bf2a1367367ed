"""How full every provider is: use of every limit today, against target and maximum."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.eligibility import NO_LIMIT, UNIT, DistinctLimit, Eligibility, Int64, SummedLimit
from data.order import joined
from data.plan import Plan
from data.snapshot import Snapshot
from data.standing import Standing, population
from solver.loads import distinct_load, summed_load

CAPACITY = pa.schema(
    [
        ("provider_id", pa.string()),
        ("limit_id", pa.string()),
        ("title", pa.string()),
        ("unit", pa.string()),
        ("used", pa.float64()),
        ("target", pa.float64()),
        ("maximum", pa.float64()),
    ]
)
"""One row for each provider and limit; null where a limit is not set."""


def loads_of(snapshot: Snapshot, held: Standing, eligibility: Eligibility) -> pa.Table:
    """Columns `CAPACITY`, by provider and limit: what stands, from limits that need no arcs."""
    owner = np.where(held.in_force, eligibility.standing_provider, -1)
    nobody_fixed = np.zeros(len(owner), np.bool_)
    counted = population(snapshot, held.slot) & (eligibility.row >= 0)
    parts = []
    for limit in eligibility.summed:
        today = summed_load(limit, owner, counted, nobody_fixed).today
        numbers = [_scaled(each, UNIT) for each in (today, limit.target, limit.maximum)]
        parts.append(_rows(snapshot, limit, numbers))
    for place in eligibility.distinct:
        load = distinct_load(place, owner, counted, nobody_fixed)
        used = load.count(load.today)
        numbers = [_scaled(used, 1), _scaled(place.target, UNIT), _scaled(place.maximum, 1)]
        parts.append(_rows(snapshot, place, numbers))
    if not parts:
        return CAPACITY.empty_table()
    return pa.concat_tables(parts).sort_by([("provider_id", "ascending"), ("limit_id", "ascending")])


def _rows(snapshot: Snapshot, limit: SummedLimit | DistinctLimit, numbers: list[pa.Array]) -> pa.Table:
    ids = snapshot.providers["provider_id"].combine_chunks()
    texts = [pa.repeat(pa.scalar(each), len(ids)) for each in (limit.id, limit.title, limit.unit)]
    return pa.table([ids, *texts, *numbers], schema=CAPACITY)


def _scaled(values: Int64, scale: int) -> pa.Array:
    return pa.array(values / scale, pa.float64(), mask=values >= NO_LIMIT)


def with_after(rows: pa.Table, plan: Plan) -> pa.Table:
    """Rows of `CAPACITY` with the column `after`: use once the plan is carried out, null where not known."""
    names = ("provider_id", "limit_id")
    loads = plan["loads"]
    at = pc.index_in(joined(rows, names), value_set=joined(loads, names))
    return rows.append_column("after", loads["after"].combine_chunks().take(at))
