"""What stands uses of every limit after a change, computed again only for whom it concerns."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.edits import edits
from data.eligibility import DistinctLimit, Eligibility, Int32
from data.renewal import Renewal
from data.snapshot import Snapshot
from data.standing import population
from rules.records import OF_PROVIDERS
from rules.warm import WarmEvaluator

Put = Callable[[npt.NDArray[Any], npt.NDArray[Any]], npt.NDArray[Any]]
"""Values of everybody from the values before and those of whom it concerns."""


def renewed_limits(
    limits: Eligibility, found: Renewal, warm: WarmEvaluator, before: Snapshot, after: Snapshot
) -> Eligibility | None:
    """The limits (`rules.evaluator.loads`) of the snapshot after, from those before.

    What is counted with whom is the same; keys of distinct limits that nobody has any more may be left, and
    notes are of those looked at again. None where another limit is set than before: begin anew then.
    """
    owner = found.standing.owner
    again = found.concerned | np.append(_touched(before, after), False)[owner]
    rows = np.flatnonzero(again)
    some = after.with_tables(patients=after.patients.take(pa.array(rows)).combine_chunks())
    part = warm.loads(some, owner[rows])
    if _names(part) != _names(limits):
        return None

    def put(old: npt.NDArray[Any], new: npt.NDArray[Any]) -> npt.NDArray[Any]:
        made = np.empty(len(again), old.dtype)
        made[~again], made[rows] = old[found.patients.origin[~again]], new
        return made

    nothing = np.zeros(len(again), np.int32)
    return replace(
        part,
        row=np.where(population(after, limits.slot), 0, -1).astype(np.int32),
        summed=tuple(
            replace(new, standing_use=put(old.standing_use, new.standing_use))
            for old, new in zip(limits.summed, part.summed, strict=True)
        ),
        distinct=tuple(
            _joined(old, new, put) for old, new in zip(limits.distinct, part.distinct, strict=True)
        ),
        standing_provider=owner,
        standing_ok=nothing.astype(np.int8),
        standing_penalty=nothing,
    )


def _names(limits: Eligibility) -> list[str]:
    return [*(each.id for each in limits.summed), *(each.id for each in limits.distinct)]


def _touched(before: Snapshot, after: Snapshot) -> npt.NDArray[np.bool_]:
    """Providers after, of whom a row of another table has changed."""
    ids = [edits(before, after, name).values("provider_id") for name in OF_PROVIDERS[1:]]
    found = pc.is_in(after.providers["provider_id"], value_set=pa.concat_arrays(ids))
    return np.asarray(found.to_numpy(), np.bool_)


def _joined(old: DistinctLimit, new: DistinctLimit, put: Put) -> DistinctLimit:
    """The limit with the keys of both."""
    keys = tuple(sorted({*old.keys, *new.keys}))
    place = {key: row for row, key in enumerate(keys)}

    def renumbered(limit: DistinctLimit) -> Int32:
        codes = np.array([*(place[key] for key in limit.keys), -1], np.int32)
        return codes[limit.key]

    return replace(new, key=put(renumbered(old), renumbered(new)), keys=keys)
