"""Runs of the findings as somebody sees them, beside the run before."""

from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from api.access_sight import Sight
from api.workflow.findings import compared
from data.errors import NotFoundError
from data.finding import FindingsRun
from data.rule_store import RuleStore
from data.slot import Slot

Part = Literal["all", "new", "gone"]

WHOM = (("patient_id", "patients"), ("provider_id", "providers"), ("facility_id", "facilities"))


def last_run(rules: RuleStore, slot: Slot) -> FindingsRun:
    """The newest run of a slot. NotFoundError before the first."""
    found = rules.last_run(slot)
    if found is None:
        raise NotFoundError(f"the findings of {slot} have not been run yet")
    return found


def rows_of(rules: RuleStore, run: FindingsRun, part: Part) -> pa.Table:
    """All rows of a run, those that the run before did not have, or those that it no longer has."""
    if part == "all":
        return run.rows
    said = compared(run, rules.last_run(run.slot, before=run.run_id))
    return said.new if part == "new" else said.gone


def in_sight(sight: Sight, rows: pa.Table) -> pa.Table:
    """Findings about patients in sight; of the others those that name a provider or facility, all in sight.

    Findings that name nobody are about everybody, and not for those who see only some.
    """
    if not sight.limited:
        return rows
    about = {column: _seen(sight, rows[column], column, table) for column, table in WHOM}
    named = {column: pc.is_valid(rows[column]) for column, _ in WHOM}
    rest = pc.or_(named["provider_id"], named["facility_id"])
    for column in ("provider_id", "facility_id"):
        rest = pc.and_(rest, pc.or_(pc.invert(named[column]), about[column]))
    return rows.filter(pc.if_else(named["patient_id"], about["patient_id"], rest))


def _seen(sight: Sight, ids: pa.ChunkedArray, column: str, table: str) -> pa.ChunkedArray:
    known = sight.rows(table)[column].combine_chunks()
    return pc.and_(pc.is_valid(ids), pc.is_in(ids, value_set=known))
