"""One leaf evaluated by the engine on the distinct combinations of the fields that it reads."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from google.protobuf.message import Message

from data.slot import Slot
from data.snapshot import Snapshot
from rules.bits import Bool, distinct_rows
from rules.cel import Engine, Failure, Program, midnight
from rules.clauses import Clause
from rules.coding import Coded, Int32, Int64, distinct
from rules.compiler import CompiledRules
from rules.diagnostics import RuleTooBroadError
from rules.kept import Kept, S
from rules.leaf_cache import LeafCache, Said
from rules.masking import nesting
from rules.reads import Read, of_patient
from rules.records import Named, Records, names_of
from rules.values import Values

MOST_CELLS = 20_000_000
"""Evaluations of one clause beyond which it is refused: about half a minute."""


MEMBERSHIP = re.compile(r"patient\.(?P<one>\w+) in provider\.(?P<many>\w+)")
"""A leaf that asks for a patient's text in a provider's list."""

SHOWN = 200
"""Characters of a clause in an error."""

LOOP_COST = 30
"""How much dearer every loop inside a loop makes an evaluation; the engine ends one after 10,000 steps."""

TEXTS = 10_000
"""Texts that are made at once."""


@dataclass(frozen=True)
class Grid:
    """Values by patient class and provider class; equal rows are one."""

    patient: Int32
    provider: Int32
    values: npt.NDArray[Any]
    failed: Bool

    @property
    def nbytes(self) -> int:
        """Bytes of the values and of where they failed."""
        return self.values.nbytes + self.failed.nbytes


@dataclass(frozen=True)
class Spoken:
    """Text of each pair as a position in `texts`; None where the expression failed."""

    code: Int32
    texts: list[str | None]


class Population:
    """The records of one snapshot and slot, ready for bulk evaluation.

    `providers`: the snapshot's, where they are at hand. `cache`: what is known of the leaves under the same
    rules, slot and day. `pairs_only`: only single pairs are asked about, so nothing is made for all of them.
    `kept`: what was made for other patients under the same rules, slot and day with the same providers; given
    where the snapshot holds one patient alone.
    """

    def __init__(
        self,
        compiled: CompiledRules,
        snapshot: Snapshot,
        slot: Slot,
        providers: Records | None = None,
        cache: LeafCache | None = None,
        pairs_only: bool = False,
        kept: Kept | None = None,
    ) -> None:
        self.engine: Engine = compiled.engine
        self.snapshot = snapshot
        self.patients = Records(snapshot, "patient")
        self.providers = providers or Records(snapshot, "provider")
        self.stores = not pairs_only and kept is None
        self._cache, self._kept = cache, kept
        self._alone = Values(self.patients)
        self.constants = constants(compiled, snapshot, slot)
        self._row_grids: dict[str, Grid] = {}
        self._grids: dict[tuple[str, str], Grid] = {}

    def grid(self, text: str, reads: frozenset[Read], kind: str) -> Grid:
        """Values of a text for all pairs. Raises RuleTooBroadError before it would take too long."""
        if (text, kind) not in self._grids:
            self._grids[text, kind] = self._evaluate(text, reads, kind)
        return self._grids[text, kind]

    def kept_grid(self, text: str, reads: frozenset[Read], kind: str) -> Grid:
        """The same, kept for later patients where there is one alone."""
        return self.kept(("grid", text, kind), reads, lambda: self.grid(text, reads, kind))

    def kept(self, what: tuple[str, ...], reads: frozenset[Read], make: Callable[[], S]) -> S:
        """What is made for the patients' values of the fields that are read.

        For one patient alone it is the same again where the values come again: it must hold nothing else
        of the patient.
        """
        if self._kept is None:
            return make()
        return self._kept.found((what, self._alone.of(of_patient(reads))), make)

    def _evaluate(self, text: str, reads: frozenset[Read], kind: str) -> Grid:
        patient = self.combinations(self.patients, reads)
        provider = self.combinations(self.providers, reads)
        _refuse_too_broad(text, patient.size, provider.size)
        values, failed = self._contained(text, patient, provider) or self._said(
            text, reads, kind, patient, provider
        )
        if kind == "O":
            return Grid(patient.code, provider.code, values, failed)
        values[failed] = 0
        group, first = distinct_rows(np.concatenate([values.view(np.uint8), failed.view(np.uint8)], axis=1))
        return Grid(group[patient.code], provider.code, values[first], failed[first])

    def _said(self, text: str, reads: frozenset[Read], kind: str, patient: Coded, provider: Coded) -> Said:
        """The engine's word, recalled or asked for."""
        rows = self._messages(self.patients, patient, reads)
        if self._cache is not None:
            return self._recalled(self._cache, text, reads, kind, rows)
        columns = self._messages(self.providers, provider, reads)
        return self._asked(text, kind, rows, columns, (patient.size, provider.size))

    def _asked(
        self,
        text: str,
        kind: str,
        rows: Sequence[Message] | None,
        columns: Sequence[Message] | None,
        shape: tuple[int, int],
    ) -> Said:
        """The engine's word on all rows with all columns."""
        values = np.zeros(shape, kind)
        failed = self.engine.grid(text, self.constants, rows, columns, values)
        return Said(values, failed)

    def _contained(self, text: str, patient: Coded, provider: Coded) -> Said | None:
        """Whether a patient's text is in a provider's list: such leaves need no engine in bulk.

        A text that is empty (null) is in no list. None where the leaf is of another form.
        """
        form = MEMBERSHIP.fullmatch(text.strip())
        if form is None:
            return None
        wanted, lists = self.patients.column(form["one"]), self.providers.column(form["many"])
        if not (pa.types.is_string(wanted.type) and lists.type == pa.list_(pa.string())):
            return None
        lists = lists.take(pa.array(provider.first))
        row = pc.index_in(lists.flatten(), value_set=wanted.take(pa.array(patient.first)), skip_nulls=True)
        there = pc.is_valid(row)
        values = np.zeros((patient.size, provider.size), "i1")
        values[row.filter(there).to_numpy(), pc.list_parent_indices(lists).filter(there).to_numpy()] = 1
        return Said(values, np.zeros(values.shape, np.bool_))

    def _recalled(
        self, cache: LeafCache, text: str, reads: frozenset[Read], kind: str, rows: list[Message] | None
    ) -> Said:
        """The same, asked only for what is not known."""
        columns = self.providers.named(self.engine.messages, frozenset(_of(reads, "provider")))

        def ask(some: Int64, others: Int64) -> Said:
            theirs = None if columns.messages is None else _taken(columns.messages, others)
            ours = None if rows is None else _taken(rows, some)
            return self._asked(text, kind, ours, theirs, (len(some), len(others)))

        return cache.said((text, kind), names_of(rows), columns.names, kind, ask)

    def row_grid(self, leaf: Clause) -> Grid:
        """A leaf about one row of a provider's list: its `provider` codes are of the rows' table.

        Each distinct row is asked for as the only row of a provider.
        """
        if leaf.text not in self._row_grids:
            read = next(read for read in leaf.reads if read.side == "provider")
            patient, rows = self.combinations(self.patients, leaf.reads), self.providers.coded_rows(read)
            _refuse_too_broad(leaf.text, patient.size, rows.size)
            alone = self.providers.named_rows(self.engine.messages, read)
            mine = self._messages(self.patients, patient, leaf.reads)
            if self._cache is None:
                shape = (patient.size, rows.size)
                values, failed = self._asked(leaf.text, "i1", mine, alone.messages, shape)
            else:
                values, failed = self._recalled_rows(self._cache, leaf.text, mine, alone)
            values[failed] = 0
            group, first = distinct_rows(np.concatenate([values, failed], axis=0).T.copy())
            self._row_grids[leaf.text] = Grid(
                patient.code, group[rows.code], values[:, first], failed[:, first]
            )
        return self._row_grids[leaf.text]

    def _recalled_rows(self, cache: LeafCache, text: str, rows: list[Message] | None, alone: Named) -> Said:
        messages = alone.messages or []

        def ask(some: Int64, others: Int64) -> Said:
            ours = None if rows is None else _taken(rows, some)
            return self._asked(text, "i1", ours, _taken(messages, others), (len(some), len(others)))

        return cache.said((text, "rows"), names_of(rows), alone.names, "i1", ask)

    def spoken(self, program: Program, reads: frozenset[Read], patients: Int32, providers: Int32) -> "Spoken":
        """Texts of pairs, evaluated once for each distinct combination that occurs among them."""
        patient, provider = (self.combinations(side, reads) for side in (self.patients, self.providers))
        key = patient.code[patients].astype(np.int64) * max(provider.size, 1) + provider.code[providers]
        pairs = distinct(key)
        rows, columns = patients[pairs.first], providers[pairs.first]
        texts: list[str | None] = []
        for start in range(0, pairs.size, TEXTS):
            part = slice(start, start + TEXTS)
            values = [
                records.messages(self.engine.messages, _of(reads, records.side), each[part].tolist())
                for records, each in ((self.patients, rows), (self.providers, columns))
            ]
            for one, other in zip(*values, strict=True):
                activation = self.engine.activation({**self.constants, "patient": one, "provider": other})
                text = program.evaluate(activation)
                texts.append(None if isinstance(text, Failure) else str(text))
        return Spoken(pairs.code, texts)

    def combinations(self, records: Records, reads: Iterable[Read]) -> Coded:
        """Distinct combinations of the fields of one side; one where none of them is read."""
        mine = _of(reads, records.side)
        if not mine:
            return Coded(np.zeros(len(records), np.int32), np.zeros(1, np.int32))
        return records.combinations(mine)

    def _messages(self, records: Records, coded: Coded, reads: frozenset[Read]) -> list[Message] | None:
        mine = _of(reads, records.side)
        return records.messages(self.engine.messages, mine, coded.first.tolist()) if mine else None


def _taken(messages: Sequence[Message], rows: Int64) -> list[Message]:
    return [messages[row] for row in rows.tolist()]


def _of(reads: Iterable[Read], side: str) -> list[Read]:
    return [read for read in reads if read.side == side]


def constants(compiled: CompiledRules, snapshot: Snapshot, slot: Slot) -> Mapping[str, Any]:
    """Values of the variables that are the same for every pair."""
    values = {"level": slot.level, "role": slot.role, "program": slot.program, "specialty": slot.specialty}
    return {
        "slot": compiled.engine.messages.filled("Slot", values),
        "as_of": midnight(snapshot.as_of),
        "params": compiled.params,
    }


def _refuse_too_broad(text: str, patients: int, providers: int) -> None:
    cells, most = patients * providers, MOST_CELLS // LOOP_COST ** max(nesting(text) - 1, 0)
    if cells > most:
        shown = text if len(text) <= SHOWN else text[:SHOWN] + " ..."
        raise RuleTooBroadError(
            f"the clause {shown!r} would be evaluated {cells:,} times ({patients:,} different patients x "
            f"{providers:,} different providers; at most {most:,}, less for loops inside loops). "
            "Split it with && or ||, so that each part reads fewer fields, or compare distances directly: "
            "geo.miles(patient.place, provider.place) <= bound"
        )
