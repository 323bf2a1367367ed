"""Which standing assignments rest on which exceptions to rules: the facts about waivers."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from api.workflow.decide import Rulebook
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import Standing
from rules.audit import audit
from rules.findings import schema_of
from rules.waiver import Waiver


def waiver_facts(snapshot: Snapshot, held: Standing, rulebook: Rulebook) -> pa.Table:
    """One row a waiver, whatever its state.

    `relying` counts the standing assignments of the slot that break the rule and that the waiver is about,
    whether it excuses them today or not.
    """
    waivers = [each.document for each in rulebook.documents.waivers]
    if not waivers:
        return schema_of("waiver").empty_table()
    broken = _broken_without(snapshot, held.slot, held, rulebook, {each.spec.rule for each in waivers})
    rows = [_row(each, snapshot.as_of, broken) for each in waivers]
    return pa.Table.from_pylist(rows, schema=schema_of("waiver"))


def _broken_without(
    snapshot: Snapshot, slot: Slot, held: Standing, rulebook: Rulebook, rules: set[str]
) -> pa.Table:
    """Standing pairs against some rules, as if nothing were waived."""
    strict = tuple(replace(each, waivers=()) for each in rulebook.compiled.rules if each.base_id in rules)
    return audit(replace(rulebook.compiled, rules=strict), snapshot, slot, held.owner)


def _row(waiver: Waiver, today: date, broken: pa.Table) -> dict[str, object]:
    spec = waiver.spec
    theirs = broken.filter(_of_rule(broken, spec.rule))
    for column, named in (("patient_id", spec.patient), ("provider_id", spec.provider)):
        if named is not None:
            theirs = theirs.filter(pc.equal(theirs[column], named))
    return {
        "waiver_id": waiver.metadata.name,
        "state": waiver.state(today),
        "rule": spec.rule,
        "patient_id": spec.patient,
        "provider_id": spec.provider,
        "reason": spec.reason,
        "requested_by": spec.requested_by,
        "requested_on": spec.requested_on,
        "starts_on": spec.from_day,
        "until": min(spec.until, spec.revoked_on) if spec.revoked_on else spec.until,
        "relying": len(
            set(zip(*(theirs[each].to_pylist() for each in ("patient_id", "provider_id")), strict=True))
        ),
    }


def _of_rule(broken: pa.Table, rule: str) -> pa.ChunkedArray:
    """Rows of a rule, also as its bindings have it (RULE@BINDING)."""
    ids = broken["rule_id"]
    return pc.or_(pc.equal(ids, rule), pc.starts_with(ids, f"{rule}@"))
