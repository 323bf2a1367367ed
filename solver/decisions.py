"""What a person has decided: pins (goes and stays here) and bans (never this pair)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import ContradictionError
from data.slot import Slot
from data.snapshot import Snapshot

Int32 = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Decisions:
    """`pin[i]` is the provider row that patient i is pinned to (-1: none); bans are listed pair by pair."""

    pin: Int32
    banned_patient: Int32
    banned_provider: Int32

    def codes(self) -> Int32:
        """A number for each patient, equal where the decisions are equal (0: none)."""
        code = np.zeros(len(self.pin), np.int32)
        bans: dict[int, list[int]] = {}
        for patient, provider in zip(self.banned_patient, self.banned_provider, strict=True):
            bans.setdefault(int(patient), []).append(int(provider))
        numbers: dict[tuple[int, ...], int] = {}
        for patient in {*np.flatnonzero(self.pin >= 0).tolist(), *bans}:
            decided = (int(self.pin[patient]), *sorted(bans.get(patient, [])))
            code[patient] = numbers.setdefault(decided, len(numbers) + 1)
        return code

    def bans(self, patient: Int32, provider: Int32, providers: int) -> npt.NDArray[np.bool_]:
        """Which of the pairs are banned."""
        with_ban = np.zeros(len(self.pin), np.bool_)
        with_ban[self.banned_patient] = True
        asked = np.flatnonzero(with_ban[patient])
        banned = self.banned_patient.astype(np.int64) * providers + self.banned_provider
        found = np.zeros(len(patient), np.bool_)
        found[asked] = np.isin(patient[asked].astype(np.int64) * providers + provider[asked], banned)
        return found


def decisions(snapshot: Snapshot, slot: Slot, pins: pa.Table | None = None) -> Decisions:
    """Read the pins of one slot (the snapshot's where `pins` is None).

    Raises ContradictionError naming every patient pinned to two providers, or pinned and banned at once.
    """
    rows = snapshot["pins"] if pins is None else pins
    rows = rows.filter(pc.and_(pc.equal(rows["level"], slot.level), pc.equal(rows["role"], slot.role)))
    patient = snapshot.positions("patients", rows["patient_id"])
    provider = snapshot.positions("providers", rows["provider_id"])
    known = (patient >= 0) & (provider >= 0)
    pinned = known & np.asarray(pc.equal(rows["kind"], "pin").to_numpy(zero_copy_only=False), np.bool_)
    banned = known & ~pinned
    _refuse_contradictions(snapshot, patient, provider, pinned, banned)
    pin = np.full(snapshot.patients.num_rows, -1, np.int32)
    pin[patient[pinned]] = provider[pinned]
    return Decisions(pin, patient[banned], provider[banned])


def _refuse_contradictions(
    snapshot: Snapshot,
    patient: Int32,
    provider: Int32,
    pinned: npt.NDArray[np.bool_],
    banned: npt.NDArray[np.bool_],
) -> None:
    wanted: dict[int, list[int]] = {}
    for who, whom in zip(patient[pinned].tolist(), provider[pinned].tolist(), strict=True):
        if whom not in wanted.setdefault(who, []):
            wanted[who].append(whom)
    conflicts = [
        f"patient {snapshot.patient_ids[who]} is pinned to "
        + " and ".join(snapshot.provider_ids[each] for each in sorted(whom))
        for who, whom in sorted(wanted.items())
        if len(whom) > 1
    ]
    conflicts += [
        f"patient {snapshot.patient_ids[who]} is pinned to and banned from {snapshot.provider_ids[whom]}"
        for who, whom in zip(patient[banned].tolist(), provider[banned].tolist(), strict=True)
        if whom in wanted.get(who, [])
    ]
    if conflicts:
        raise ContradictionError(tuple(conflicts))
