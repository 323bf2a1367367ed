"""Everything that stands today against the rules."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from data.eligibility import Int32
from data.slot import Slot
from data.snapshot import Snapshot
from rules.compiler import CompiledRule, CompiledRules
from rules.grid import Population
from rules.verdicts import ERROR, FAIL, VERDICTS, RuleVerdicts

FINDINGS = pa.schema(
    [
        ("patient_id", pa.string()),
        ("provider_id", pa.string()),
        ("rule_id", pa.string()),
        ("reason", pa.string()),
        ("verdict", pa.string()),
        ("severity", pa.string()),
        ("message", pa.string()),
    ]
)
"""Columns of findings. `verdict` is fail or error; `severity` is violation, where the rule keeps the
pair from being proposed, shadow, where it is only tried, or warning."""


def audit(compiled: CompiledRules, snapshot: Snapshot, slot: Slot, standing_provider: Int32) -> pa.Table:
    """Findings about every standing pair, in the rules' order and then the patients'; no cap.

    `standing_provider[i]` is the provider row of patient i, -1 where there is none. Rules that do not
    apply to standing pairs, are not in force or say `audit: ignore` report nothing.
    """
    population = Population(compiled, snapshot, slot, pairs_only=True)
    patients = np.flatnonzero(standing_provider >= 0).astype(np.int32)
    providers = standing_provider[patients]
    tables = [FINDINGS.empty_table()]
    for each in compiled.rules:
        if _reports(each, snapshot):
            verdict = RuleVerdicts(population, each).pairs(patients, providers)
            tables += _findings(population, each, patients, providers, verdict)
    return pa.concat_tables(tables)


def _reports(each: CompiledRule, snapshot: Snapshot) -> bool:
    rule = each.rule
    listens = rule.actions.audit == "report" and rule.standing == "check"
    return listens and rule.effective.covers(snapshot.as_of)


def _findings(
    population: Population,
    compiled: CompiledRule,
    patients: Int32,
    providers: Int32,
    verdict: "np.ndarray[tuple[int, ...], np.dtype[np.int8]]",
) -> Iterator[pa.Table]:
    rule = compiled.rule
    for code in (FAIL, ERROR):
        found = np.flatnonzero(verdict == code)
        if not len(found):
            continue
        objections = code == FAIL or rule.on_error == "fail"
        severity = "violation" if rule.hard and objections else "warning"
        who, whom = patients[found], providers[found]
        messages = _messages(population, compiled, who, whom) if code == FAIL else None
        columns = [
            population.snapshot.patients["patient_id"].combine_chunks().take(pa.array(who)),
            population.snapshot.providers["provider_id"].combine_chunks().take(pa.array(whom)),
            _repeated(rule.id, len(found)),
            _repeated(rule.reason, len(found)),
            _repeated(VERDICTS[code], len(found)),
            _repeated("shadow" if compiled.mode == "shadow" else severity, len(found)),
            _repeated(rule.message, len(found)) if messages is None else messages,
        ]
        yield pa.table(columns, schema=FINDINGS)


def _repeated(text: str, times: int) -> pa.Array:
    return pa.repeat(pa.scalar(text), times)


def _messages(
    population: Population, compiled: CompiledRule, patients: Int32, providers: Int32
) -> pa.Array | None:
    """Messages of pairs, each different one spoken once; None where the rule has only a plain one."""
    if compiled.message is None:
        return None
    spoken = population.spoken(compiled.message.program, compiled.message.reads, patients, providers)
    texts = [compiled.rule.message if text is None else text for text in spoken.texts]
    return pa.array(texts, pa.string()).take(pa.array(spoken.code))
