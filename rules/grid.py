"""One leaf evaluated by the engine on the distinct combinations of the fields that it reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from data.slot import Slot
from data.snapshot import Snapshot
from rules.bits import Bool, distinct_rows
from rules.cel import Engine, midnight
from rules.coding import Coded, Int32
from rules.compiler import CompiledRules
from rules.diagnostics import RuleTooBroadError
from rules.reads import Read, sides_of
from rules.records import Records

MOST_CELLS = 20_000_000
"""Evaluations of one clause beyond which it is refused: about half a minute."""


@dataclass(frozen=True)
class Grid:
    """Values by patient class and provider class; equal rows are one."""

    patient: Int32
    provider: Int32
    values: npt.NDArray[Any]
    failed: Bool


class Population:
    """The records of one snapshot and slot, ready for bulk evaluation."""

    def __init__(self, compiled: CompiledRules, snapshot: Snapshot, slot: Slot) -> None:
        self.engine: Engine = compiled.engine
        self.snapshot = snapshot
        self.patients = Records(snapshot, "patient")
        self.providers = Records(snapshot, "provider")
        self.constants = constants(compiled, snapshot, slot)
        self._grids: dict[tuple[str, str], Grid] = {}

    def grid(self, text: str, reads: frozenset[Read], kind: str) -> Grid:
        """Values of a text for all pairs. Raises RuleTooBroadError before it would take too long."""
        if (text, kind) not in self._grids:
            self._grids[text, kind] = self._evaluate(text, reads, kind)
        return self._grids[text, kind]

    def _evaluate(self, text: str, reads: frozenset[Read], kind: str) -> Grid:
        patient = self._combinations(self.patients, reads)
        provider = self._combinations(self.providers, reads)
        _refuse_too_broad(text, patient.size, provider.size)
        values = np.zeros((patient.size, provider.size), kind)
        rows, columns = (
            self._messages(side, coded, reads)
            for side, coded in ((self.patients, patient), (self.providers, provider))
        )
        failed = self.engine.grid(text, self.constants, rows, columns, values)
        if kind == "O":
            return Grid(patient.code, provider.code, values, failed)
        values[failed] = 0
        group, first = distinct_rows(np.concatenate([values.view(np.uint8), failed.view(np.uint8)], axis=1))
        return Grid(group[patient.code], provider.code, values[first], failed[first])

    def _combinations(self, records: Records, reads: Iterable[Read]) -> Coded:
        return records.combinations(read for read in reads if read.side == records.side)

    def _messages(self, records: Records, coded: Coded, reads: frozenset[Read]) -> list[Any] | None:
        if records.side not in sides_of(reads):
            return None
        mine = [read for read in reads if read.side == records.side]
        return records.messages(self.engine.messages, mine, coded.first.tolist())


def constants(compiled: CompiledRules, snapshot: Snapshot, slot: Slot) -> Mapping[str, Any]:
    """Values of the variables that are the same for every pair."""
    values = {"level": slot.level, "role": slot.role, "program": slot.program, "specialty": slot.specialty}
    return {
        "slot": compiled.engine.messages.filled("Slot", values),
        "as_of": midnight(snapshot.as_of),
        "params": compiled.params,
    }


def _refuse_too_broad(text: str, patients: int, providers: int) -> None:
    cells = patients * providers
    if cells > MOST_CELLS:
        raise RuleTooBroadError(
            f"the clause {text!r} would be evaluated {cells:,} times ({patients:,} different patients x "
            f"{providers:,} different providers; at most {MOST_CELLS:,}). Split it with && or ||, so that each "
            "part reads fewer fields, or compare distances directly: geo.miles(patient.place, provider.place) "
            "<= bound"
        )
