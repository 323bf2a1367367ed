"""Patients and facilities without somebody."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from api.access_sight import Sight
from api.workflow.gaps import MEANING, Gaps
from data.slot import Slot
from data.standing import rows_in_force

UNASSIGNED = pa.schema(
    [
        *(
            (name, pa.string())
            for name in ("kind", "subject_id", "practice_id", "facility_id", "code", "meaning", "provider_id")
        ),
        ("on", pa.date32()),
    ]
)
"""`kind` is patient or facility; `provider_id`: the owner who is gone, away or leaving, `on` that day."""

NO_DEFAULT = "NO_DEFAULT"


def unassigned(sight: Sight, slot: Slot, found: Gaps) -> pa.Table:
    """Columns `UNASSIGNED`: facilities in sight without a default, and the patients of `found`."""
    rows = found.rows
    texts = {
        name: pa.array(rows[name], pa.string()) for name in ("practice_id", "facility_id", "provider_id")
    }
    columns = texts | {
        "kind": pa.repeat(pa.scalar("patient"), len(rows)),
        "subject_id": pa.array(rows["patient_id"], pa.string()),
        "code": pa.array(rows["code"], pa.string()),
        "meaning": pa.array(rows["code"].map(MEANING), pa.string()),
        "on": pa.array(rows["on"], pa.date32()),
    }
    patients = pa.table([columns[name] for name in UNASSIGNED.names], schema=UNASSIGNED)
    return pa.concat_tables([_facilities(sight, slot), patients.sort_by("subject_id")])


def _facilities(sight: Sight, slot: Slot) -> pa.Table:
    """Active facilities in sight with patients, and without a default provider."""
    snapshot = sight.snapshot
    rows = rows_in_force(snapshot["assignments"], snapshot)
    wanted = [pc.equal(rows["kind"], "facility"), pc.equal(rows["level"], slot.level)]
    defaults = rows.filter(pc.and_(pc.and_(*wanted), pc.equal(rows["role"], slot.role)))
    lived_in = np.zeros(snapshot.facilities.num_rows + 1, np.bool_)
    lived_in[snapshot.positions("facilities", snapshot.patients["facility_id"])] = True
    given = np.zeros(snapshot.facilities.num_rows + 1, np.bool_)
    given[snapshot.positions("facilities", defaults["facility_id"])] = True
    without = lived_in[:-1] & ~given[:-1] & sight.mask("facilities")
    found = snapshot.facilities.filter(pa.array(without))
    count = found.num_rows
    words = ("facility", NO_DEFAULT, "no default provider: its patients are assigned one by one")
    kind, code, meaning = (pa.repeat(pa.scalar(each), count) for each in words)
    ids = found["facility_id"]
    columns = [kind, ids, found["practice_id"], ids, code, meaning, pa.nulls(count, pa.string())]
    return pa.table([*columns, pa.nulls(count, pa.date32())], schema=UNASSIGNED)
