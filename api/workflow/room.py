"""Which limits of which providers have room for one more patient."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from data.eligibility import NO_LIMIT, UNIT, DistinctLimit, Eligibility, Int64, SummedLimit

Bool = npt.NDArray[np.bool_]

Told = Callable[[int], str]
"""Says how full a limit of one provider (a row) is."""


@dataclass(frozen=True)
class Room:
    """Use of every limit today, counted once: `summed` and `distinct` run parallel to those of `limits`.

    Of a distinct limit: the open pairs (provider * keys + key, ascending) and their number by provider.
    """

    limits: Eligibility
    summed: tuple[Int64, ...]
    distinct: tuple[tuple[Int64, Int64], ...]

    def is_full(self, eligibility: Eligibility, patient: int, arcs: Int64) -> Bool:
        """Which of a patient's arcs have a limit without room.

        The eligibility may be of some patients only; its limits are the same.
        """
        without = [lacking for lacking, _ in self._lacking(eligibility, patient, arcs)]
        return np.logical_or.reduce(without) if without else np.zeros(len(arcs), np.bool_)

    def full(self, eligibility: Eligibility, patient: int, arcs: Int64) -> list[tuple[str, ...]]:
        """For each of a patient's arcs the limits without room, in words with numbers."""
        said: list[list[str]] = [[] for _ in range(len(arcs))]
        for lacking, told in self._lacking(eligibility, patient, arcs):
            for row in np.flatnonzero(lacking):
                said[row].append(told(int(eligibility.provider[arcs[row]])))
        return [tuple(each) for each in said]

    def _lacking(self, eligibility: Eligibility, patient: int, arcs: Int64) -> Iterator[tuple[Bool, Told]]:
        """Of every limit the arcs on which it has no room, and how it is told of a provider."""
        provider = eligibility.provider[arcs]
        other = provider != eligibility.standing_provider[patient]
        for limit, load in zip(eligibility.summed, self.summed, strict=True):
            most = limit.maximum[provider]
            over = other & (most < NO_LIMIT) & (load[provider] + limit.use[arcs] > most)
            yield over, partial(_of_summed, limit, load)
        counted = zip(eligibility.distinct, self.limits.distinct, self.distinct, strict=True)
        for mine, place, (pairs, count) in counted:
            if mine.key[patient] >= 0:
                there = _is_open(place, mine.keys[mine.key[patient]], provider, pairs)
                lacking = other & ~there & (count[provider] >= place.maximum[provider])
                yield lacking, partial(_of_distinct, place, count)


def room_of(limits: Eligibility) -> Room:
    """Count the use of every limit; `limits` need no arcs."""
    owner = limits.standing_provider
    return Room(
        limits,
        tuple(_use(owner, limit.standing_use, len(limit.maximum)) for limit in limits.summed),
        tuple(_open(owner, limit, len(limit.maximum)) for limit in limits.distinct),
    )


def _is_open(place: DistinctLimit, name: str, provider: npt.NDArray[np.int32], pairs: Int64) -> Bool:
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


def _of_summed(limit: SummedLimit, load: Int64, provider: int) -> str:
    used, most = load[provider] / UNIT, limit.maximum[provider] / UNIT
    return f"{limit.title}: {used:,.1f} of {most:,.1f} {limit.unit}"


def _of_distinct(limit: DistinctLimit, count: Int64, provider: int) -> str:
    return f"{limit.title}: {count[provider]} of {limit.maximum[provider]} {limit.unit}"
