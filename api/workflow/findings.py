"""What somebody should look at: the findings of the rule book, and standing assignments that break a rule."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from api.workflow.decide import Rulebook
from api.workflow.facts import facts
from api.workflow.reliance import waiver_facts
from data.finding import FINDINGS, FindingsRun
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import standing
from rules.audit import audit
from rules.evaluator import loads
from rules.findings import find

SEVERITIES = ("critical", "warning", "info")
"""From most to least urgent."""

_SEVERITY = {"violation": "critical", "warning": "warning", "shadow": "info"}


@dataclass(frozen=True)
class Compared:
    """A run beside the one before it: findings that are new, and those of the last run that are gone."""

    run: FindingsRun
    new: pa.Table
    gone: pa.Table
    previous: FindingsRun | None


def findings(snapshot: Snapshot, rulebook: Rulebook, slot: Slot, actor: str, at: datetime) -> FindingsRun:
    """Look at everything; nothing is capped and nothing is kept. Most urgent first."""
    held, compiled = standing(snapshot, slot), rulebook.findings
    owner = held.owner
    limits = loads(rulebook.compiled, snapshot, slot, owner)
    tables = facts(snapshot, held, limits, compiled.scopes - {"waiver"})
    if "waiver" in compiled.scopes:
        tables["waiver"] = waiver_facts(snapshot, held, rulebook)
    checked, found = find(compiled, tables, snapshot.as_of, slot)
    broken = _broken(audit(rulebook.compiled, snapshot, slot, owner))
    rows = pa.concat_tables([found, broken])
    rank = pc.index_in(rows["severity"], value_set=pa.array(SEVERITIES))
    rows = rows.take(pa.array(np.argsort(rank.to_numpy(), kind="stable")))
    looked_at = checked + int(np.count_nonzero(owner >= 0))
    return FindingsRun(
        0,
        at,
        actor,
        snapshot.as_of,
        slot,
        snapshot.revision,
        rulebook.digest,
        looked_at,
        rows.combine_chunks(),
    )


def compared(run: FindingsRun, previous: FindingsRun | None) -> Compared:
    """What is new and what is gone since the run before; all is new where there is none."""
    if previous is None:
        return Compared(run, run.rows, FINDINGS.empty_table(), None)
    now, then = _keys(run.rows), _keys(previous.rows)
    new = run.rows.filter(pc.invert(pc.is_in(now, value_set=then)))
    gone = previous.rows.filter(pc.invert(pc.is_in(then, value_set=now)))
    return Compared(run, new, gone, previous)


def _keys(rows: pa.Table) -> pa.Array:
    return pc.binary_join_element_wise(rows["code"], rows["subject"], "\0").combine_chunks()


def _broken(audited: pa.Table) -> pa.Table:
    """Standing assignments that break a rule, as findings under the rule's reason."""
    if not audited.num_rows:
        return FINDINGS.empty_table()
    patient, provider = (audited[name].combine_chunks() for name in ("patient_id", "provider_id"))
    of = pa.array(list(_SEVERITY)), pa.array(list(_SEVERITY.values()))
    rule = audited["rule_id"].combine_chunks()
    words = ("patient ", patient, " with ", provider, " against ", rule)
    request = ('{"command": "propose", "preset": "rebalance", "patient": "', patient, '"}')
    columns = [
        audited["reason"],
        of[1].take(pc.index_in(audited["severity"].combine_chunks(), value_set=of[0])),
        pc.binary_join_element_wise(*words, ""),
        patient,
        provider,
        pa.nulls(audited.num_rows, pa.string()),
        audited["message"],
        pa.nulls(audited.num_rows, pa.date32()),
        pc.binary_join_element_wise(*request, ""),
    ]
    return pa.table(columns, schema=FINDINGS)
