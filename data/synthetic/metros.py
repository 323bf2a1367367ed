"""Metropolitan areas: where the people of a generated population live."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.geography import miles_between
from data.synthetic.states import connected_states
from data.synthetic.zips import Zips, standard_zips

PATIENTS_PER_METRO = 12_000
SPREAD_MILES = 14.0
REACH_MILES = 32.0
APART_MILES = 60.0
FEWEST_ZIPS = 8
ACROSS_THE_LINE = 0.15

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Metros:
    """Metropolitan areas over some ZIP codes.

    Metro m holds a `share[m]` of the people; its ZIP codes are `member[indptr[m]:indptr[m + 1]]`
    (positions in `zips`), each with a `weight` that falls off with the distance from the center.
    """

    states: tuple[str, ...]
    zips: Zips
    share: npt.NDArray[np.float64]
    indptr: Ints
    member: Ints
    weight: npt.NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of metropolitan areas."""
        return len(self.share)

    def draw_zips(self, metro: Ints, rng: np.random.Generator) -> Ints:
        """A ZIP code for every element of `metro`, by weight."""
        total = np.concatenate([[0.0], np.cumsum(self.weight)])
        low, high = total[self.indptr[metro]], total[self.indptr[metro + 1]]
        found = np.searchsorted(total, low + rng.random(len(metro)) * (high - low), side="right") - 1
        return self.member[np.clip(found, self.indptr[metro], self.indptr[metro + 1] - 1)]


def _near(zips: Zips, center: int) -> tuple[Ints, npt.NDArray[np.float64]]:
    """ZIP codes in reach of a center, and their miles from it."""
    miles = miles_between(zips.latitude, zips.longitude, zips.latitude[center], zips.longitude[center])
    near = np.flatnonzero(miles <= REACH_MILES)
    return near, miles[near]


def _draw_centers(zips: Zips, count: int, rng: np.random.Generator) -> list[int]:
    """Positions of ZIP codes in well-settled counties, apart from each other where there is room.

    The first lies near a state line, so that licenses matter in the smallest population too.
    """
    keys = rng.random(len(zips.code)) ** (1.0 / zips.peers.astype(np.float64) ** 2)
    waiting = [int(position) for position in np.argsort(-keys, kind="stable")]
    centers = [_first_near_border(zips, waiting)]
    for apart in (APART_MILES, APART_MILES / 2, 0.0):
        for candidate in waiting:
            if len(centers) == count:
                return centers
            gaps = miles_between(
                zips.latitude[centers],
                zips.longitude[centers],
                zips.latitude[candidate],
                zips.longitude[candidate],
            )
            if candidate in centers or (gaps < apart).any():
                continue
            if len(_near(zips, candidate)[0]) >= FEWEST_ZIPS or apart == 0.0:
                centers.append(candidate)
    return centers


def _first_near_border(zips: Zips, waiting: list[int]) -> int:
    """The first center with a fair share of another state around it, or else the first of all."""
    for candidate in waiting:
        near, miles = _near(zips, candidate)
        weight = _weight(zips, near, miles)
        abroad = weight[zips.state[near] != zips.state[candidate]].sum() / weight.sum()
        if len(near) >= FEWEST_ZIPS and abroad >= ACROSS_THE_LINE:
            return candidate
    return waiting[0]


def _weight(zips: Zips, near: Ints, miles: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How many people live in the ZIP codes around a center, relatively."""
    return zips.peers[near].astype(np.float64) * np.exp(-((miles / SPREAD_MILES) ** 2))


def draw_metros(patients: int, rng: np.random.Generator) -> Metros:
    """Metropolitan areas of about 12,000 patients each in a connected set of states."""
    count = max(1, round(patients / PATIENTS_PER_METRO))
    everywhere = standard_zips()
    names, sizes = np.unique(everywhere.state, return_counts=True)
    weight = {str(name): int(size) for name, size in zip(names, sizes, strict=True)}
    states = connected_states(min(2 + count // 5, 16), weight, rng)
    zips = everywhere.within(states)
    members, weights, indptr = [], [], [0]
    for center in _draw_centers(zips, count, rng):
        near, miles = _near(zips, center)
        members.append(near)
        weights.append(_weight(zips, near, miles))
        indptr.append(indptr[-1] + len(near))
    share = rng.uniform(0.7, 1.3, len(members))
    return Metros(
        tuple(states),
        zips,
        share / share.sum(),
        np.array(indptr, dtype=np.int64),
        np.concatenate(members),
        np.concatenate(weights),
    )
