"""Whose patient everybody is, by a method of the rules in force. Nothing is changed."""

import numpy as np
import pyarrow as pa

from api.errors import RequestError
from api.workflow.decide import Rulebook, decide
from data.scenario import Scenario
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import at_work, population
from rules.attribution import Allowed, Known, attribute
from rules.attribution_method import AttributionSpec

Method = str
"""Name of an AttributionMethod in force; `four-cut` and `ordered` are shipped."""

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
    """Columns `ATTRIBUTED`, of the patients that the method is about.

    Only providers of the role who are at work are found; a method that asks the rules finds only whom they
    allow. How full they are is for a proposal to weigh. RequestError where there is no such method.
    """
    spec = _method(rulebook, method)
    decided = decide(snapshot, rulebook, slot, Scenario(), snapshot.as_of)
    roles = snapshot.providers["roles"].to_pylist()
    able = at_work(snapshot) & np.array([slot.role in (each or ()) for each in roles], np.bool_)
    planned = population(snapshot, slot)
    if spec.patients == "without_provider":
        planned &= ~decided.standing.in_force
    found = decided.eligibility
    allowed = Allowed(found.row, found.indptr, found.provider, found.penalty)
    owner, step = attribute(spec, Known(snapshot, decided.standing.owner, able, allowed), planned)
    who = np.flatnonzero(planned)
    ids = snapshot.providers["provider_id"].combine_chunks()
    present = decided.standing.owner[who]
    titles = pa.array([each.title for each in spec.steps], pa.string())
    columns = [
        snapshot.patients["patient_id"].combine_chunks().take(pa.array(who)),
        ids.take(pa.array(owner[who], mask=owner[who] < 0)),
        titles.take(pa.array(step[who], mask=step[who] < 0)),
        ids.take(pa.array(present, mask=present < 0)),
    ]
    return pa.table(columns, schema=ATTRIBUTED)


def _method(rulebook: Rulebook, name: str) -> AttributionSpec:
    methods = {each.document.metadata.name: each.document.spec for each in rulebook.documents.attributions}
    if name not in methods:
        known = ", ".join(sorted(methods)) or "none"
        raise RequestError((f"no attribution method {name!r} is in force; there are: {known}",))
    return methods[name]
