"""From kinds of patients to classes of the problem: singles by kind, households merged into one member."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.arcs import Arcs
from solver.classes import gather, spans

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Classes:
    """Classes with their arcs and members.

    Units of class c are `unit_start[c]:unit_start[c + 1]`, patients (rows) of unit u are
    `patients[patient_start[u]:patient_start[u + 1]]`; both in row order. `split` counts households that
    no provider could take whole.
    """

    arcs: Arcs
    unit_start: Int64
    patient_start: Int64
    patients: Int32
    split: int

    @property
    def count(self) -> Int32:
        """Units of every class."""
        return np.diff(self.unit_start).astype(np.int32)

    def of_one_unit(self, of_patient: Int64) -> Int64:
        """Sum of a value of patients over one unit of every class."""
        if not len(self.patients):
            return np.zeros(0, np.int64)
        by_unit = np.add.reduceat(of_patient[self.patients], self.patient_start[:-1])
        return by_unit[self.unit_start[:-1]]


def classes(arcs: Arcs, kind: Int32, who: Int32, bound: Int32) -> Classes:
    """Group the movable patients `who` (ascending rows) of the given kinds.

    `bound` numbers the household of each (-1: alone); one without a common arc is taken apart again.
    """
    merged, group, split = _merge(arcs, kind, bound)
    alone = np.flatnonzero(group < 0)
    together = np.flatnonzero(group >= 0)
    used, single = np.unique(kind[alone], return_inverse=True)
    lengths = np.diff(arcs.indptr)[used]
    singles = arcs.take(gather(arcs.indptr[:-1][used], lengths), spans(lengths))
    alone = alone[np.argsort(single, kind="stable")]
    together = together[np.argsort(group[together], kind="stable")]
    sizes = np.bincount(group[group >= 0])
    unit_start = spans(np.concatenate([np.bincount(single), np.ones(len(sizes), np.int64)]))
    patient_start = spans(np.concatenate([np.ones(len(alone), np.int64), sizes]))
    patients = who[np.concatenate([alone, together])]
    return Classes(_joined(singles, merged), unit_start, patient_start, patients, split)


def _merge(arcs: Arcs, kind: Int32, bound: Int32) -> tuple[Arcs, Int32, int]:
    """Arcs common to all members of each household, with uses and costs added up.

    Returns them, the household of every patient as numbered now (-1: alone), and how many were split.
    """
    member = np.flatnonzero(bound >= 0)
    lengths = np.diff(arcs.indptr)[kind[member]]
    position = gather(arcs.indptr[:-1][kind[member]], lengths)
    household = np.repeat(bound[member], lengths)
    order = np.lexsort((arcs.provider[position], household))
    position, household = position[order], household[order]
    provider = arcs.provider[position]
    new = np.ones(len(position), np.bool_)
    new[1:] = (household[1:] != household[:-1]) | (provider[1:] != provider[:-1])
    start = np.flatnonzero(new)
    sizes = np.bincount(bound[member])
    common = np.diff(np.append(start, len(position))) == sizes[household[start]]
    merged = _added(arcs, position, start, common)
    owner = household[start[common]]
    whole = np.zeros(len(sizes), np.bool_)
    whole[owner] = True
    number = np.where(whole, np.cumsum(whole) - 1, -1).astype(np.int32)
    group = np.where(bound >= 0, np.append(number, -1)[bound], -1).astype(np.int32)
    indptr = spans(np.bincount(number[owner], minlength=int(whole.sum())))
    return merged.take(np.arange(len(owner)), indptr), group, int((~whole).sum())


def _added(arcs: Arcs, position: Int64, start: Int64, common: npt.NDArray[np.bool_]) -> Arcs:
    """Sums over the pieces of `position` that begin at `start` and are `common` (not yet grouped)."""
    first = position[start[common]]

    def added(values: Int32 | Int64) -> Int64:
        if not len(position):
            return np.zeros(0, np.int64)
        return np.add.reduceat(values[position], start, dtype=np.int64)[common]

    return Arcs(
        spans(np.ones(len(first), np.int64)),
        arcs.provider[first],
        arcs.stay[first],
        tuple(_in_32_bits(added(use)) for use in arcs.uses),
        tuple(pair[first] for pair in arcs.pairs),
        {name: added(cost) for name, cost in arcs.terms.items()},
        added(arcs.patients).astype(np.int32),
    )


def _joined(first: Arcs, second: Arcs) -> Arcs:
    return Arcs(
        np.concatenate([first.indptr, first.indptr[-1] + second.indptr[1:]]),
        np.concatenate([first.provider, second.provider]),
        np.concatenate([first.stay, second.stay]),
        tuple(np.concatenate(each) for each in zip(first.uses, second.uses, strict=True)),
        tuple(np.concatenate(each) for each in zip(first.pairs, second.pairs, strict=True)),
        {name: np.concatenate([cost, second.terms[name]]) for name, cost in first.terms.items()},
        np.concatenate([first.patients, second.patients]),
    )


def _in_32_bits(use: Int64) -> Int32:
    if use.max(initial=0) > np.iinfo(np.int32).max:
        raise ValueError("one household uses more than 2,147,483 units of a limit")
    return use.astype(np.int32)
