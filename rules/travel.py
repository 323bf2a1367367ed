"""Distances of many patients to many providers at once, in agreement with the engine's function."""

from copy import copy
from typing import NamedTuple

import numpy as np

from data.geography import EARTH_RADIUS_MILES, miles_between, minutes_for
from rules.bits import Bool, Words, pack, words_for
from rules.coding import Int32
from rules.places import Floats, Places, directions, known, taken

_MINUTES_A_MILE = float(minutes_for(np.ones(1))[0])
_DOUBT = 1e-12
"""Width around a bound's cosine within which the distance is computed exactly.

The dot product of unit vectors and the cosine of the bound are each off by less than 1e-15; 1e-12
corresponds to less than a foot at 1 mile and 30 feet at 0.
"""

_BLOCK = 512

_COMPARE = {"_<=_": np.less_equal, "_<_": np.less, "_>=_": np.greater_equal, "_>_": np.greater}


class Bound(NamedTuple):
    """What a distance is compared with: by provider or by patient class, and where it failed."""

    side: str
    values: Floats
    failed: Bool


def distance(unit: str, patients: Places, providers: Places) -> Floats:
    """Miles or minutes of pairs, NaN where a place is not known."""
    miles = miles_between(patients.latitude, patients.longitude, providers.latitude, providers.longitude)
    return miles if unit == "miles" else minutes_for(miles)


class Reach:
    """Truth of `distance OP bound` between classes of patients and all providers.

    `vectors`: the providers' directions, where they are at hand.
    """

    def __init__(
        self,
        unit: str,
        comparison: str,
        patients: Places,
        providers: Places,
        bound: Bound,
        vectors: Floats | None = None,
    ) -> None:
        self.unit, self.comparison, self.bound = unit, comparison, bound
        self.patients, self.providers = patients, providers
        self._vectors = directions(providers) if vectors is None else vectors
        miles = bound.values / (1.0 if unit == "miles" else _MINUTES_A_MILE)
        angle = miles / EARTH_RADIUS_MILES
        inside = np.cos(np.clip(angle, 0.0, np.pi))
        self._cosine = np.where(angle < 0, 2.0, np.where(angle > np.pi, -2.0, inside))

    @property
    def nbytes(self) -> int:
        """Bytes of what is its own."""
        return self._cosine.nbytes + self.bound.values.nbytes + self.bound.failed.nbytes

    def of(self, patients: Places) -> "Reach":
        """The same for patients in other places, with the same bounds."""
        made = copy(self)
        made.patients = patients
        return made

    def planes(self, classes: Int32) -> tuple[Words, Words]:
        """True and false bits of some classes; neither where the place or the bound is not known."""
        width = words_for(len(self._vectors))
        true, false = (np.zeros((len(classes), width), np.uint64) for _ in range(2))
        known_there = known(self.providers)
        for start in range(0, len(classes), _BLOCK):
            block = classes[start : start + _BLOCK]
            holds = self._holds(block)
            valid = known(taken(self.patients, block))[:, None] & known_there[None, :]
            failed = self.bound.failed
            valid &= ~(failed[None, :] if self.bound.side == "provider" else failed[block][:, None])
            true[start : start + _BLOCK] = pack(holds & valid)
            false[start : start + _BLOCK] = pack(~holds & valid)
        return true, false

    def _holds(self, block: Int32) -> Bool:
        vectors = directions(taken(self.patients, block))
        cosine = self._cosine[None, :] if self.bound.side == "provider" else self._cosine[block][:, None]
        margin = vectors @ self._vectors.T
        margin -= cosine
        holds = margin > 0
        if self.comparison in ("_>=_", "_>_"):
            holds = ~holds
        doubtful = ~(np.abs(margin, out=margin) > _DOUBT)
        if doubtful.any():
            row, column = np.nonzero(doubtful)
            holds[row, column] = self.pairs(block[row], column.astype(np.int32))[0]
        return holds

    def pairs(self, classes: Int32, providers: Int32) -> tuple[Bool, Bool]:
        """Truth of pairs, and where it is not known."""
        miles = distance(self.unit, taken(self.patients, classes), taken(self.providers, providers))
        rows = providers if self.bound.side == "provider" else classes
        holds = _COMPARE[self.comparison](miles, self.bound.values[rows])
        return holds, np.isnan(miles) | self.bound.failed[rows]
