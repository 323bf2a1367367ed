"""Which pairs a rule is waived on: one answer for proposals, the solver, explanations and audits."""

from functools import cached_property

import numpy as np
import pyarrow as pa

from data.snapshot import Snapshot
from rules.bits import Bool, Words, pack
from rules.coding import Coded, Int32, first_rows
from rules.waiver import Waiver


class Waived:
    """Waivers of one rule that are in force on the day of a snapshot, resolved to its rows.

    A waiver that names nobody of the snapshot waives nothing, and is left away where there is one patient.
    """

    def __init__(self, waivers: tuple[Waiver, ...], snapshot: Snapshot) -> None:
        meant = _about(waivers, snapshot)
        self.waivers = tuple(each for each in meant if each.state(snapshot.as_of) == "in force")
        self._patients = _rows(snapshot, "patients", [each.spec.patient for each in self.waivers])
        self._providers = _rows(snapshot, "providers", [each.spec.provider for each in self.waivers])
        self._snapshot = snapshot

    @cached_property
    def _named(self) -> Int32:
        """Rows of patients who are named, ascending."""
        return np.unique(self._patients[self._patients >= 0]).astype(np.int32)

    @property
    def coded(self) -> Coded:
        """Patients who are named, each apart; all others are alike."""
        code = np.zeros(self._snapshot.patients.num_rows, np.int32)
        code[self._named] = np.arange(1, len(self._named) + 1)
        return Coded(code, first_rows(code, len(self._named) + 1))

    def __bool__(self) -> bool:
        return bool(self.waivers)

    def pairs(self, patients: Int32, providers: Int32) -> Bool:
        """Whether each pair is waived."""
        found: Bool = self.which(patients, providers) >= 0
        return found

    def which(self, patients: Int32, providers: Int32) -> Int32:
        """Position in `waivers` of the first that waives each pair, -1 where none does."""
        found = np.full(len(patients), -1, np.int32)
        for position, (who, whom) in enumerate(zip(self._patients, self._providers, strict=True)):
            meant = ((who == patients) | (who == ANYBODY)) & ((whom == providers) | (whom == ANYBODY))
            found[meant & (found < 0)] = position
        return found

    def planes(self) -> Words:
        """Waived providers, one row for each code of patients."""
        patients = np.concatenate([np.full(1, UNNAMED), self._named]).astype(np.int32)
        everybody = np.arange(self._snapshot.providers.num_rows, dtype=np.int32)
        rows = [self.pairs(np.full(len(everybody), who, np.int32), everybody) for who in patients]
        return pack(np.stack(rows))


ANYBODY, NOBODY, UNNAMED = -2, -3, -4
"""In place of a row: everybody is meant; nobody of the snapshot is; a patient whom no waiver names."""


def _about(waivers: tuple[Waiver, ...], snapshot: Snapshot) -> tuple[Waiver, ...]:
    """Those that may be about somebody; quick where one patient is asked about and there are many waivers."""
    if not waivers or snapshot.patients.num_rows != 1:
        return waivers
    names = (None, snapshot.patients["patient_id"][0].as_py())
    return tuple(each for each in waivers if each.spec.patient in names)


def _rows(snapshot: Snapshot, table: str, names: list[str | None]) -> Int32:
    if not any(names):
        return np.full(len(names), ANYBODY, np.int32)
    found = snapshot.positions(table, pa.chunked_array([pa.array(names, pa.string())]))
    found = np.where(found < 0, NOBODY, found)
    return np.where([each is None for each in names], ANYBODY, found).astype(np.int32)
