"""Households: patients who are planned as one, and those who should join the others.

A household is everybody of the population with the same household id and the same facility (or none).
Where all may move, the members who stand alike (the same provider at work, or nobody) and have the same
keys of every distinct limit are bound: they go together. A member who has nobody at work prefers the
provider of the others; so does everybody who may move while others of the household may not. Members who
have different providers today are not forced together.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.snapshot import Snapshot
from solver.classes import fold

Int32 = npt.NDArray[np.int32]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Households:
    """`bound[i]` numbers the group that patient i is bound to (-1: alone), in order of the first member.

    `joins[i]` is the provider whom the rest of i's household has, -1 where i has no such preference.
    `apart` counts households whose members have different providers at work today.
    """

    bound: Int32
    joins: Int32
    apart: int


def households(
    snapshot: Snapshot, population: Bool, movable: Bool, owner: Int32, keys: tuple[Int32, ...]
) -> Households:
    """Find them; `owner` is the provider at work (-1: nobody), `keys` the key of every distinct limit."""
    count = len(owner)
    bound, joins = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
    encoded = snapshot.patients["household_id"].combine_chunks().dictionary_encode()
    household = encoded.indices.fill_null(-1).to_numpy()
    who = np.flatnonzero(population & (household >= 0))
    facility = snapshot.positions("facilities", snapshot.patients["facility_id"])
    if not len(who):
        return Households(bound, joins, 0)
    code, _ = fold([household[who], facility[who]])
    several = np.bincount(code)[code] > 1
    who = who[several]
    if not len(who):
        return Households(bound, joins, 0)
    code, first = fold([code[several]])
    anybody_fixed = np.bincount(code, ~movable[who]) > 0
    bound[who] = _bound(code, owner[who], [key[who] for key in keys], ~anybody_fixed[code])
    others = _common_owner(code, owner[who], ~anybody_fixed[code] | ~movable[who], len(first))
    joining = movable[who] & (anybody_fixed[code] | (owner[who] < 0))
    joins[who] = np.where(joining, others[code], -1)
    pairs = np.unique(np.stack([code, owner[who]])[:, owner[who] >= 0], axis=1)
    apart = int((np.bincount(pairs[0]) > 1).sum()) if pairs.size else 0
    return Households(bound, joins, apart)


def _bound(code: Int32, owner: Int32, keys: list[Int32], free: Bool) -> Int32:
    """Groups of two or more who stand alike, numbered in order; -1 for everybody else."""
    alike, _ = fold([np.where(free, code, -1), owner, *keys])
    size = np.bincount(alike)
    grouped = free & (size[alike] > 1)
    number = np.full(len(code), -1, np.int32)
    if grouped.any():
        number[grouped] = fold([alike[grouped]])[0]
    return number


def _common_owner(code: Int32, owner: Int32, looked_at: Bool, households: int) -> Int32:
    """The provider whom most of each household's members have, the first of equals; -1: nobody."""
    common = np.full(households, -1, np.int32)
    chosen = looked_at & (owner >= 0)
    pairs, times = np.unique(np.stack([code[chosen], owner[chosen]]), axis=1, return_counts=True)
    if pairs.size:
        order = np.lexsort((-pairs[1], times, pairs[0]))  # the last of a household wins
        common[pairs[0][order]] = pairs[1][order]
    return common
