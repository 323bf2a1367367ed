"""One pair: every rule's verdict, and why."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
from google.protobuf.message import Message

from data.slot import Slot
from data.snapshot import Snapshot
from rules.binding import Mode
from rules.cel import Activation, Failure
from rules.clauses import Clause
from rules.compiler import CompiledRule, CompiledRules
from rules.diagnostics import RulesError
from rules.grid import constants
from rules.messages import EPOCH, SECONDS_A_DAY
from rules.reads import Read
from rules.records import Records
from rules.waived import Waived
from rules.waiver import Waiver

Verdict = Literal["pass", "fail", "error", "not_applicable", "not_effective", "waived"]

REMEMBERED = 4096
"""Records of each side that a Validator keeps."""


class UnknownRecordError(RulesError):
    """The snapshot has no patient or provider of that id."""


@dataclass(frozen=True)
class Reading:
    """A clause that is not as the rule wants it, with the values that it reads."""

    clause: str
    values: tuple[tuple[str, str], ...]
    error: str = ""


@dataclass(frozen=True)
class RuleVerdict:
    """What one rule says about a pair. `objects`: the pair is denied, penalized or warned about for it.

    With a waiver that is in force a failure or error is `waived`, and the message says by whom. In mode
    `shadow` the rule never objects; `message` and `readings` say what it would object to.
    """

    rule_id: str
    title: str
    verdict: Verdict
    objects: bool
    hard: bool
    penalty: int
    action: Literal["deny", "warn"]
    reason: str
    message: str = ""
    readings: tuple[Reading, ...] = ()
    remedy: str = ""
    mode: Mode = "enforce"


@dataclass(frozen=True)
class PairVerdict:
    """Every rule on one pair, in the rules' order.

    `allowed`: no hard rule objects; `penalty`: points of the soft rules that do. With `standing`, rules
    that do not apply to standing pairs are left out of both.
    """

    patient_id: str
    provider_id: str
    standing: bool
    allowed: bool
    penalty: int
    rules: tuple[RuleVerdict, ...]

    @property
    def objections(self) -> tuple[RuleVerdict, ...]:
        """Rules that object."""
        return tuple(each for each in self.rules if each.objects)

    def rule(self, rule_id: str) -> RuleVerdict:
        """The verdict of one rule; KeyError where there is none."""
        for each in self.rules:
            if each.rule_id == rule_id:
                return each
        raise KeyError(rule_id)


@dataclass(frozen=True)
class _Known:
    """A record, and the truth of conditions that read nothing else."""

    row: int
    message: Message
    truths: dict[int, bool | None]


@dataclass(frozen=True)
class Pair:
    """The records of a pair and the activation that holds them."""

    patient: _Known
    provider: _Known
    activation: Activation

    def truth(self, clause: Clause) -> bool | None:
        """Truth of a condition, None for an error.

        The whole expression is one program, so that the engine's own logic decides; clauses are only
        looked at one by one to explain.
        """
        if not clause.side:
            return self._evaluated(clause)
        truths = (self.patient if clause.side == "patient" else self.provider).truths
        if id(clause) not in truths:
            truths[id(clause)] = self._evaluated(clause)
        return truths[id(clause)]

    def _evaluated(self, clause: Clause) -> bool | None:
        value = clause.program.evaluate(self.activation)
        return value if isinstance(value, bool) else None


class Validator:
    """Judges pairs of one snapshot and slot; keeps the records that it has made."""

    def __init__(self, compiled: CompiledRules, snapshot: Snapshot, slot: Slot) -> None:
        self.compiled, self.snapshot = compiled, snapshot
        self._constants = constants(compiled, snapshot, slot)
        self._reads = sorted(compiled.reads)
        self._records: dict[str, OrderedDict[int, _Known]] = {
            "patient": OrderedDict(),
            "provider": OrderedDict(),
        }
        self._plain: dict[tuple[str, str], RuleVerdict] = {}
        self._effective = [each.rule.effective.covers(snapshot.as_of) for each in compiled.rules]
        self._waived = {
            each.rule.id: waived for each in compiled.rules if (waived := Waived(each.waivers, snapshot))
        }

    def validate(self, patient_id: str, provider_id: str, standing: bool = False) -> PairVerdict:
        """Judge one pair. Raises UnknownRecordError."""
        pair = self.pair(patient_id, provider_id)
        judged = tuple(
            self._judge(each, pair, effective, standing)
            for each, effective in zip(self.compiled.rules, self._effective, strict=True)
        )
        allowed = not any(each.hard and each.objects for each in judged)
        penalty = sum(each.penalty for each in judged if each.objects)
        return PairVerdict(patient_id, provider_id, standing, allowed, penalty, judged)

    def pair(self, patient_id: str, provider_id: str) -> Pair:
        """The records of a pair, ready for programs. Raises UnknownRecordError."""
        patient = self._record("patient", self._row("patients", patient_id))
        provider = self._record("provider", self._row("providers", provider_id))
        values = {**self._constants, "patient": patient.message, "provider": provider.message}
        return Pair(patient, provider, self.compiled.engine.activation(values))

    def _waiver(self, rule_id: str, pair: Pair) -> Waiver | None:
        """The waiver that is in force on a pair."""
        waived = self._waived.get(rule_id)
        if waived is None:
            return None
        rows = (np.array([each.row], np.int32) for each in (pair.patient, pair.provider))
        position = int(waived.which(*rows)[0])
        return waived.waivers[position] if position >= 0 else None

    def _judge(self, compiled: CompiledRule, pair: Pair, effective: bool, standing: bool) -> RuleVerdict:
        verdict, blamed = _verdict(compiled, pair) if effective else ("not_effective", ())
        if blamed:
            waiver = self._waiver(compiled.rule.id, pair)
            if waiver is not None:
                return replace(_rule_verdict(compiled, "waived"), message=waiver.sentence)
            return _objection(compiled, pair, verdict, blamed, standing)
        key = compiled.rule.id, verdict
        if key not in self._plain:
            self._plain[key] = _rule_verdict(compiled, verdict)
        return self._plain[key]

    def _row(self, table: str, key: str) -> int:
        row = self.snapshot.position(table, key)
        if row < 0:
            raise UnknownRecordError(f"there is no {table.removesuffix('s')} {key!r}")
        return row

    def _record(self, side: str, row: int) -> _Known:
        known = self._records[side]
        if row in known:
            known.move_to_end(row)
            return known[row]
        records = Records(self.snapshot, side, [row])
        reads = [read for read in self._reads if read.side == side]
        known[row] = _Known(row, records.messages(self.compiled.engine.messages, reads, [0])[0], {})
        if len(known) > REMEMBERED:
            known.popitem(last=False)
        return known[row]


def validate(
    compiled: CompiledRules,
    snapshot: Snapshot,
    slot: Slot,
    patient_id: str,
    provider_id: str,
    standing: bool = False,
) -> PairVerdict:
    """Judge one pair; use a `Validator` for many. Raises UnknownRecordError."""
    return Validator(compiled, snapshot, slot).validate(patient_id, provider_id, standing)


def _objection(
    compiled: CompiledRule, pair: Pair, verdict: Verdict, blamed: tuple[Clause, ...], standing: bool
) -> RuleVerdict:
    """A failure or an error, with everything that explains it."""
    rule = compiled.rule
    counts = (verdict == "fail" or rule.on_error == "fail") and compiled.mode != "shadow"
    return replace(
        _rule_verdict(compiled, verdict),
        objects=counts and not (standing and rule.standing == "ignore"),
        message=message_of(compiled, pair.activation) if verdict == "fail" else rule.message,
        readings=tuple(_readings(blamed, pair)),
        remedy=rule.remedy,
    )


def _rule_verdict(compiled: CompiledRule, verdict: Verdict) -> RuleVerdict:
    rule = compiled.rule
    action = rule.actions.propose
    return RuleVerdict(
        rule.id,
        rule.title,
        verdict,
        False,
        rule.hard,
        rule.penalty,
        action,
        rule.reason,
        mode=compiled.mode,
    )


def _verdict(compiled: CompiledRule, pair: Pair) -> tuple[Verdict, tuple[Clause, ...]]:
    """The verdict, and the conditions to blame where it is a failure or an error."""
    if compiled.when:
        applies = [pair.truth(clause) for clause in compiled.when]
        if False in applies:
            return "not_applicable", ()
        if None in applies:
            blamed = zip(compiled.when, applies, strict=True)
            return "error", tuple(clause for clause, each in blamed if each is None)
    holds = pair.truth(compiled.condition)
    if holds is None:
        return "error", (compiled.condition,)
    return ("pass", ()) if holds else ("fail", (compiled.condition,))


def message_of(compiled: CompiledRule, activation: Activation) -> str:
    """The rule's message for a pair; the plain one where the expression fails."""
    if compiled.message is None:
        return compiled.rule.message
    spoken = compiled.message.program.evaluate(activation)
    return compiled.rule.message if isinstance(spoken, Failure) else str(spoken)


def _readings(clauses: Sequence[Clause], pair: Pair, want: bool = True) -> Iterator[Reading]:
    """Leaves that are not as wanted."""
    for clause in clauses:
        wanted = want != (clause.operation == "not")
        if clause.operation != "leaf":
            yield from _readings(clause.parts, pair, wanted)
            continue
        value = clause.program.evaluate(pair.activation)
        if value is not wanted:
            text = clause.text if wanted else f"!({clause.text})"
            values = tuple((str(read), shown(read, pair)) for read in sorted(clause.reads))
            yield Reading(text, values, value.text if isinstance(value, Failure) else "")


def shown(read: Read, pair: Pair) -> str:
    """The value of a field, in words; `none` where it is empty."""
    message = (pair.patient if read.side == "patient" else pair.provider).message
    for name in read.path[:-1]:
        message = getattr(message, name)
    return _text(message, read.path[-1])


def _text(message: Message, name: str) -> str:
    field = message.DESCRIPTOR.fields_by_name[name]
    value = getattr(message, name)
    if field.is_repeated:
        items = [_fields_text(each) if field.message_type else str(each) for each in value]
        return "[" + ", ".join(items) + "]"
    if not message.HasField(name):
        return "none"
    if field.message_type is None:
        return str(value)
    if field.message_type.name == "Timestamp":
        return date.fromordinal(EPOCH + value.seconds // SECONDS_A_DAY).isoformat()
    return str(value.value) if field.message_type.name.endswith("Value") else _fields_text(value)


def _fields_text(message: Message) -> str:
    """A record as its fields that are set."""
    return (
        "{" + ", ".join(f"{each.name}: {_text(message, each.name)}" for each, _ in message.ListFields()) + "}"
    )
