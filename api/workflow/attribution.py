"""Whose patient everybody is by their visits, or by an ordered auto-assignment. Nothing is changed."""

from typing import Literal

import numpy as np
import pyarrow as pa

from api.workflow.decide import Decided, Rulebook, decide
from data.geography import miles_between
from data.scenario import Scenario
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import at_work, population
from rules.attribution import CUTS, ORDER, Int32, four_cut, ordered
from rules.records import Records

Method = Literal["four-cut", "ordered"]

ATTRIBUTED = pa.schema(
    [
        ("patient_id", pa.string()),
        ("provider_id", pa.string()),
        ("by", pa.string()),
        ("present_provider_id", pa.string()),
    ]
)
"""Patients of the slot with the provider found, null where none was, and by which cut or step."""


def attribution(snapshot: Snapshot, rulebook: Rulebook, slot: Slot, method: Method) -> pa.Table:
    """Columns `ATTRIBUTED`: with `four-cut` everybody, with `ordered` those who have nobody at work.

    Only providers of the role who are at work are found; the ordered assignment asks every rule besides.
    How full they are is for a proposal to weigh.
    """
    decided = decide(snapshot, rulebook, slot, Scenario(), snapshot.as_of)
    roles = snapshot.providers["roles"].to_pylist()
    able = at_work(snapshot) & np.array([slot.role in (each or ()) for each in roles], np.bool_)
    planned = population(snapshot, slot)
    names: tuple[str, ...] = CUTS
    if method == "four-cut":
        owner, step = four_cut(snapshot, able)
    else:
        planned &= ~decided.standing.in_force
        allowed = _allowed(decided, np.flatnonzero(planned))
        owner, step = ordered(snapshot, decided.standing.owner, able, allowed)
        names = ORDER
    who = np.flatnonzero(planned)
    ids = snapshot.providers["provider_id"].combine_chunks()
    present = decided.standing.owner[who]
    columns = [
        snapshot.patients["patient_id"].combine_chunks().take(pa.array(who)),
        ids.take(pa.array(owner[who], mask=owner[who] < 0)),
        pa.array(names, pa.string()).take(pa.array(step[who], mask=step[who] < 0)),
        ids.take(pa.array(present, mask=present < 0)),
    ]
    return pa.table(columns, schema=ATTRIBUTED)


def _allowed(decided: Decided, patients: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> dict[int, Int32]:
    """Providers whom the rules allow for each patient, the nearest first, unknown distances last."""
    eligibility = decided.eligibility
    there = Records(decided.snapshot, "patient").places
    base = Records(decided.snapshot, "provider").places
    found: dict[int, Int32] = {}
    for patient in patients.tolist():
        row = eligibility.row[patient]
        choices = (
            eligibility.provider[eligibility.indptr[row] : eligibility.indptr[row + 1]]
            if row >= 0
            else np.zeros(0, np.int32)
        )
        miles = miles_between(
            there.latitude[patient], there.longitude[patient], base.latitude[choices], base.longitude[choices]
        )
        found[patient] = choices[np.argsort(miles, kind="stable")]
    return found
