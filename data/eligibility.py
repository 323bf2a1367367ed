"""What the rules say about every pair, in the form that the solver reads.

The only thing that `rules` and `solver` share: arcs with named penalties, limits as vectors, counts of
what removed the rest. No dense patient x provider matrix is ever made: patients whose arcs are the
same share one row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from data.slot import Slot

UNIT = 1000
"""Uses and maxima of summed limits are integers in thousandths (1.25 visits a day is 1250)."""

NO_LIMIT = np.int64(1) << np.int64(60)
"""Maximum of a provider who has none."""

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SummedLimit:
    """Sum over the provider's patients of `use` <= `maximum`, in thousandths of `unit`.

    `use[a]` belongs to arc a of the `Eligibility`, `standing_use[i]` to patient i with the provider
    who has that patient today (0 where nobody has). `maximum[p]`, `target[p]` are NO_LIMIT where not set.
    """

    id: str
    title: str
    unit: str
    use: Int32
    standing_use: Int32
    maximum: Int64
    target: Int64


@dataclass(frozen=True)
class DistinctLimit:
    """Number of distinct keys among the provider's patients <= `maximum`.

    `key[i]` is patient i's key as a position in `keys`, -1 where the patient has none. `maximum[p]` counts
    keys; `target[p]` is in thousandths of one, since a share of a maximum need not be whole. Both are
    NO_LIMIT where not set.
    """

    id: str
    title: str
    unit: str
    key: Int32
    keys: tuple[str, ...]
    maximum: Int64
    target: Int64


@dataclass(frozen=True)
class RuleStamp:
    """Which rules were used: name, version and SHA-256 of the documents."""

    name: str
    version: int
    digest: str


@dataclass(frozen=True)
class Funnel:
    """How the providers went from all to eligible, row by row of the `Eligibility`.

    `remaining[r, k]` providers are left after rules `rule_ids[:k]` (in order); `remaining[r, 0]` is all.
    """

    rule_ids: tuple[str, ...]
    titles: tuple[str, ...]
    remaining: Int32


@dataclass(frozen=True)
class Eligibility:
    """Arcs of one slot over the rows of one `Snapshot`.

    Patient i looks at row `row[i]` (-1: not to be planned, for example inactive); that row's arcs are
    `indptr[r]:indptr[r + 1]`, with `provider` ascending inside a row. `penalty` is the sum of the soft
    rules that fail, in points; `penalties` has the same by rule. Patients of one row also have equal
    uses of every limit.

    Standing pairs: `standing_provider[i]` is the provider who has patient i today (-1: none);
    `standing_ok[i]` is 1 where the rules allow that pair to go on, 0 where one fails, and
    `standing_penalty[i]` its soft penalty.
    """

    slot: Slot
    row: Int32
    indptr: Int64
    provider: Int32
    penalty: Int32
    penalties: Mapping[str, Int32]
    summed: tuple[SummedLimit, ...]
    distinct: tuple[DistinctLimit, ...]
    standing_provider: Int32
    standing_ok: Int8
    standing_penalty: Int32
    funnel: Funnel
    rules: RuleStamp
    notes: tuple[str, ...] = field(default=())

    @property
    def arcs(self) -> int:
        """Number of stored arcs (patients of one row share theirs)."""
        return len(self.provider)
