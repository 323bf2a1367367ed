"""Every patient with everybody who has them: one row for each slot in use."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from api.access_sight import Sight
from data.slot import Slot
from data.standing import ORIGINS, population, slots_in_use, standing

CURRENT = pa.schema(
    [
        *(
            (name, pa.string())
            for name in (
                "patient_id",
                "level",
                "role",
                "practice_id",
                "facility_id",
                "provider_id",
                "acting_provider_id",
                "origin",
            )
        ),
        ("starts_on", pa.date32()),
        ("ends_on", pa.date32()),
        ("row_id", pa.int64()),
    ]
)
"""`origin`: which row names the provider (`data.standing.ORIGINS`); `acting_provider_id` stands in, or is
the same; the days are those of row `row_id`."""


def who_has_whom(sight: Sight) -> pa.Table:
    """Columns `CURRENT`, for patients in sight who have somebody, by patient, level and role."""
    rows = [_of_slot(sight, slot) for slot in slots_in_use(sight.snapshot)]
    return pa.concat_tables(rows).sort_by([(name, "ascending") for name in CURRENT.names[:3]])


def _of_slot(sight: Sight, slot: Slot) -> pa.Table:
    snapshot = sight.snapshot
    held = standing(snapshot, slot)
    found = np.flatnonzero((held.owner >= 0) & population(snapshot, slot) & sight.mask("patients"))
    patients, providers = snapshot.patients.take(pa.array(found)), snapshot.providers["provider_id"]
    ids = pa.array(held.row_id[found])
    rows = snapshot["assignments"]
    at = pc.index_in(ids, value_set=rows["row_id"].combine_chunks())
    columns = [
        patients["patient_id"],
        pa.repeat(pa.scalar(slot.level), len(found)),
        pa.repeat(pa.scalar(slot.role), len(found)),
        patients["practice_id"],
        patients["facility_id"],
        providers.take(pa.array(held.owner[found])),
        providers.take(pa.array(held.acting[found])),
        pa.array(ORIGINS).take(pa.array(held.origin[found])),
        rows["starts_on"].take(at),
        rows["ends_on"].take(at),
        ids,
    ]
    return pa.table(columns, schema=CURRENT)
