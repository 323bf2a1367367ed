"""Which limits of which providers have room for one more patient."""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.eligibility import NO_LIMIT, UNIT, DistinctLimit, Eligibility, Int64, SummedLimit


@dataclass(frozen=True)
class Room:
    """Use of every limit today, counted once: `summed` and `distinct` run parallel to those of `limits`.

    Of a distinct limit: the open pairs (provider * keys + key, ascending) and their number by provider.
    """

    limits: Eligibility
    summed: tuple[Int64, ...]
    distinct: tuple[tuple[Int64, Int64], ...]

    def full(self, eligibility: Eligibility, patient: int, arcs: slice) -> list[tuple[str, ...]]:
        """For each of a patient's arcs the limits without room, in words with numbers.

        The eligibility may be of some patients only; its limits are the same.
        """
        provider = eligibility.provider[arcs]
        said: list[list[str]] = [[] for _ in provider]
        other = provider != eligibility.standing_provider[patient]
        for limit, load in zip(eligibility.summed, self.summed, strict=True):
            most = limit.maximum[provider]
            over = other & (most < NO_LIMIT) & (load[provider] + limit.use[arcs] > most)
            for row in np.flatnonzero(over):
                said[row].append(_of_summed(limit, int(load[provider[row]]), int(most[row])))
        counted = zip(eligibility.distinct, self.limits.distinct, self.distinct, strict=True)
        for mine, place, (pairs, count) in counted:
            if mine.key[patient] < 0:
                continue
            most = place.maximum[provider]
            there = _is_open(place, mine.keys[mine.key[patient]], provider, pairs)
            for row in np.flatnonzero(other & ~there & (count[provider] >= most)):
                said[row].append(
                    f"{place.title}: {int(count[provider[row]])} of {int(most[row])} {place.unit}"
                )
        return [tuple(each) for each in said]


def room_of(limits: Eligibility) -> Room:
    """Count the use of every limit; `limits` need no arcs."""
    owner = limits.standing_provider
    return Room(
        limits,
        tuple(_use(owner, limit.standing_use, len(limit.maximum)) for limit in limits.summed),
        tuple(_open(owner, limit, len(limit.maximum)) for limit in limits.distinct),
    )


def _is_open(
    place: DistinctLimit, name: str, provider: npt.NDArray[np.int32], pairs: Int64
) -> npt.NDArray[np.bool_]:
    """Whether each provider has a patient of this key already."""
    if not len(pairs):
        return np.zeros(len(provider), np.bool_)
    wanted = provider * np.int64(len(place.keys)) + bisect_left(place.keys, name)
    found = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
    return np.asarray(pairs[found] == wanted, np.bool_)


def _use(owner: npt.NDArray[np.int32], use: npt.NDArray[np.int32], providers: int) -> Int64:
    held = owner >= 0
    return np.rint(np.bincount(owner[held], use[held], providers)).astype(np.int64)


def _open(owner: npt.NDArray[np.int32], limit: DistinctLimit, providers: int) -> tuple[Int64, Int64]:
    who = (owner >= 0) & (limit.key >= 0)
    keys = np.int64(max(len(limit.keys), 1))
    pairs = np.unique(owner[who] * keys + limit.key[who]).astype(np.int64)
    return pairs, np.bincount(pairs // keys, minlength=providers).astype(np.int64)


def _of_summed(limit: SummedLimit, load: int, most: int) -> str:
    return f"{limit.title}: {load / UNIT:,.1f} of {most / UNIT:,.1f} {limit.unit}"
