"""Who stands in for whom, now and in the days to come."""

from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from api.access_sight import Sight

CALENDAR = pa.schema(
    [
        ("row_id", pa.int64()),
        ("starts_on", pa.date32()),
        ("ends_on", pa.date32()),
        *(
            (name, pa.string())
            for name in (
                "provider_id",
                "provider_name",
                "covers_provider_id",
                "covers_provider_name",
                "scope",
                "facility_id",
                "patient_id",
                "level",
                "role",
                "reason",
            )
        ),
    ]
)
"""One coverage a row; `scope`: all patients, a facility, or one patient. `ends_on`: the first day without."""


def coverage_calendar(sight: Sight, horizon_days: int) -> pa.Table:
    """Columns `CALENDAR`: coverage in sight that is not over and begins within the horizon, by its start."""
    snapshot = sight.snapshot
    rows = sight.rows("assignments")
    last = pa.scalar(snapshot.as_of + timedelta(days=horizon_days), pa.date32())
    lasting = pc.fill_null(pc.greater(rows["ends_on"], pa.scalar(snapshot.as_of, pa.date32())), True)
    wanted = pc.and_(pc.equal(rows["kind"], "coverage"), pc.less_equal(rows["starts_on"], last))
    rows = rows.filter(pc.and_(wanted, lasting))
    names = snapshot.providers["name"].combine_chunks()

    def name_of(column: str) -> pa.Array:
        position = snapshot.positions("providers", rows[column])
        return names.take(pa.array(position, mask=position < 0))

    scope = pc.if_else(
        pc.is_valid(rows["patient_id"]),
        "patient",
        pc.if_else(pc.is_valid(rows["facility_id"]), "facility", "all"),
    )
    columns = {name: rows[name] for name in CALENDAR.names if name in rows.column_names} | {
        "provider_name": name_of("provider_id"),
        "covers_provider_name": name_of("covers_provider_id"),
        "scope": scope,
    }
    found = pa.table([columns[name] for name in CALENDAR.names], schema=CALENDAR)
    return found.sort_by([("starts_on", "ascending"), ("row_id", "ascending")])
