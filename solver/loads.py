"""What of every limit is used today, and what a plan may use."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.eligibility import NO_LIMIT, UNIT, DistinctLimit, SummedLimit
from data.snapshot import Snapshot

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

NEW_PATIENTS = "new-patients"
"""Id of the limit that is made from `max_new_patients`: use 1 for every arc that is not a stay."""


@dataclass(frozen=True)
class SummedLoad:
    """One summed limit of every provider, in thousandths.

    `today[p]` is the use of all patients of the population whom p has and works for, `fixed[p]` the part
    of those who may not move.
    """

    limit: SummedLimit
    today: Int64
    fixed: Int64

    @property
    def exceeded(self) -> Bool:
        """Providers over their maximum today: nobody is added, those who stay may stay."""
        return self.today > self.limit.maximum

    @property
    def capacity(self) -> Int64:
        """What patients who may move can use: the maximum (or today's use, if more) less the fixed part."""
        whole = np.maximum(self.limit.maximum, self.today)
        return np.where(self.limit.maximum >= NO_LIMIT, NO_LIMIT, whole - self.fixed)


@dataclass(frozen=True)
class DistinctLoad:
    """One distinct limit of every provider; a pair is provider * number of keys + key.

    `today` are the pairs open today (ascending), `fixed` those held open by patients who may not move.
    """

    limit: DistinctLimit
    today: Int64
    fixed: Int64

    def pairs(self, patient: Int32, provider: Int32) -> Int64:
        """The pair of every (patient, provider), -1 where the patient has no key."""
        key = self.limit.key[patient].astype(np.int64)
        return np.where(key < 0, -1, provider * np.int64(max(len(self.limit.keys), 1)) + key)

    def providers_of(self, pairs: Int64) -> Int64:
        """The provider of every pair."""
        return pairs // max(len(self.limit.keys), 1)

    def count(self, pairs: Int64) -> Int64:
        """Number of the (distinct) pairs of every provider."""
        return np.bincount(self.providers_of(pairs), minlength=len(self.limit.maximum)).astype(np.int64)

    @property
    def exceeded(self) -> Bool:
        """Providers over their maximum today: no other pair is opened."""
        return self.count(self.today) > self.limit.maximum

    @property
    def capacity(self) -> Int64:
        """Most open pairs: the maximum, or as many as are open today, if more."""
        whole = np.maximum(self.limit.maximum, self.count(self.today))
        return np.where(self.limit.maximum >= NO_LIMIT, NO_LIMIT, whole)


def summed_load(limit: SummedLimit, owner: Int32, counted: Bool, fixed: Bool) -> SummedLoad:
    """Loads by the patients `counted` (and of these `fixed`) with their `owner`, -1 being nobody."""
    providers = len(limit.maximum)

    def total(whose: Bool) -> Int64:
        with_owner = whose & (owner >= 0)
        used = np.bincount(owner[with_owner], limit.standing_use[with_owner], providers)
        return np.rint(used).astype(np.int64)

    return SummedLoad(limit, total(counted), total(fixed))


def distinct_load(limit: DistinctLimit, owner: Int32, counted: Bool, fixed: Bool) -> DistinctLoad:
    """Open pairs by the patients `counted` (and of these `fixed`) with their `owner`, -1 being nobody."""
    none = np.zeros(0, np.int64)
    load = DistinctLoad(limit, none, none)

    def opened(whose: Bool) -> Int64:
        who = np.flatnonzero(whose & (owner >= 0)).astype(np.int32)
        pairs = load.pairs(who, owner[who])
        return np.unique(pairs[pairs >= 0])

    return DistinctLoad(limit, opened(counted), opened(fixed))


def new_patients_limit(snapshot: Snapshot, arcs: int) -> SummedLimit | None:
    """The limit on new patients of one plan; None where no provider has one."""
    column = snapshot.providers["max_new_patients"]
    if column.null_count == len(column):
        return None
    given = column.is_valid().to_numpy()
    most = column.fill_null(0).to_numpy().astype(np.int64) * UNIT
    return SummedLimit(
        NEW_PATIENTS,
        "New patients",
        "patients",
        np.full(arcs, UNIT, np.int32),
        np.zeros(snapshot.patients.num_rows, np.int32),
        np.where(given, most, NO_LIMIT),
        np.full(len(most), NO_LIMIT),
    )
